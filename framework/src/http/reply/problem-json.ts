import { toProblemDocument } from '../../contract/problem-document.ts'
import { InternalError } from '../../contract/problems.ts'
import { AppError } from '../../std/errors.ts'
import type { Exchange, Outgoing } from '../stage.ts'

/** Anything thrown, as the one error document (RFC 9457). What is not an `AppError` tells the caller nothing but the request's id. */
export function problemReply(c: Exchange, error: unknown): Outgoing {
  const known = error instanceof AppError ? error : InternalError()
  const path = c.request.url ?? '/'
  const query = path.indexOf('?')
  const document = toProblemDocument(known, {
    requestId: c.id,
    // Without the query, which may carry secrets.
    instance: query < 0 ? path : path.slice(0, query),
    docsUrl: c.site.docsUrl(known.code),
  })
  const headers = ['content-type', 'application/problem+json', 'cache-control', 'no-store']
  for (const name in known.headers) headers.push(name, known.headers[name]!)
  return { status: known.status, headers, body: JSON.stringify(document) }
}

/** Turns an answer on its way out into a problem. */
export function becomeProblem(c: Exchange, outgoing: Outgoing, error: AppError): void {
  c.failure = error
  const { status, headers, body } = problemReply(c, error)
  outgoing.status = status
  outgoing.headers.splice(0, Infinity, ...headers)
  outgoing.body = body
}
