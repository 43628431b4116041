import { AppError } from '../std/errors.ts'
import { InternalError } from './problems.ts'
import type { Issue } from './compiled-schema.ts'

/** The one format of every error (RFC 9457), `application/problem+json`. */
export interface ProblemDocument {
  /** The same word as `code`. */
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly instance: string
  readonly code: string
  readonly requestId: string
  readonly docsUrl: string
  /** The same request may go well a while later: after `Retry-After`, where there is one. */
  readonly retryable?: boolean
  readonly errors?: readonly Issue[]
  readonly [field: string]: unknown
}

export interface ProblemPlace {
  requestId: string
  /** The path that was asked for. */
  instance: string
  /** The page about this error. */
  docsUrl: string
}

/**
 * What a caller may see of anything that was thrown: an `AppError` as it is, everything else as `internal-error` without any of its text.
 *
 * ```ts
 * import { NotFound, toProblemDocument } from 'throughline/contract'
 *
 * const document = toProblemDocument(NotFound(), { requestId: 'r-1', instance: '/orders/1', docsUrl: '/docs#error-not-found' })
 * ```
 */
export function toProblemDocument(error: unknown, { requestId, instance, docsUrl }: ProblemPlace): ProblemDocument {
  const known = error instanceof AppError ? error : InternalError()
  const standard = {
    type: known.code,
    title: known.title,
    status: known.status,
    detail: known.message,
    instance,
    code: known.code,
    requestId,
    docsUrl,
    ...(known.retryable && { retryable: true }),
  }
  // Standard members once more at the end: a field named `status` must not make the document lie about the answer.
  return { ...standard, ...known.fields, ...standard }
}
