import { catalogues, translated } from '../../contract/messages/catalogues.ts'
import { translatedProblem } from '../../contract/messages/problem-texts.ts'
import { toProblemDocument, type ProblemDocument } from '../../contract/problem-document.ts'
import { InternalError } from '../../contract/problems.ts'
import { AppError } from '../../std/errors.ts'
import { hideSecrets } from '../../std/secret-values.ts'
import { bestLanguage, remembered } from '../quality.ts'
import type { Exchange } from '../exchange.ts'
import type { Outgoing } from '../stage.ts'

/** Anything thrown, as the one error document (RFC 9457). What is not an `AppError` tells the caller nothing but the request's id. */
export function problemReply(c: Exchange, error: unknown): Outgoing {
  const known = error instanceof AppError ? error : InternalError()
  const path = c.request.url ?? '/'
  const query = path.indexOf('?')
  const document = toProblemDocument(written(known, c), {
    requestId: c.id,
    // Without the query, which may carry secrets; people who should not have put some into the path, too, and problems are pasted into tickets.
    instance: hideSecrets(query < 0 ? path : path.slice(0, query)),
    docsUrl: c.site.docsUrl(known.code),
  })
  const headers = ['content-type', 'application/problem+json', 'cache-control', 'no-store']
  for (const name in known.headers) headers.push(name, known.headers[name]!)
  const outgoing: Outgoing = { status: known.status, headers, body: JSON.stringify(inWords(document, c, headers)) }
  return known.status < 500 ? outgoing : (c.site.errorPage?.(c, error, outgoing) ?? outgoing)
}

/** The document in the language that was asked for, as far as there are words for it. */
function inWords(document: ProblemDocument, c: Exchange, headers: string[]): ProblemDocument {
  const asked = c.request.headers['accept-language']
  if (asked === undefined) return document
  const language = languageOf(asked)
  const words = translatedProblem(document, language)
  const isMistake = document.code === 'validation-failed'
  if (words === undefined && !isMistake) return document
  headers.push('content-language', language)
  return { ...document, ...words, ...(isMistake && { errors: translated(document.errors ?? [], catalogues[language]!) }) }
}

/** The error with its fields under their written names. */
function written(error: AppError, { pipeline }: Exchange): AppError {
  const rename = pipeline.writtenFields?.get(error.code)
  if (rename === undefined) return error
  const { code, status, title, message: detail, headers } = error
  return new AppError({ code, status, title, detail, headers: { ...headers }, fields: rename(error.fields) as Record<string, unknown> })
}

const languages = Object.keys(catalogues)

const languageOf = remembered((asked) => bestLanguage(asked, languages))

/** Turns an answer on its way out into a problem. */
export function becomeProblem(c: Exchange, outgoing: Outgoing, error: Error): void {
  c.failure = error
  const { status, headers, body } = problemReply(c, error)
  outgoing.status = status
  outgoing.headers.splice(0, Infinity, ...headers)
  outgoing.body = body
}
