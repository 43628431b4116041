import { errorTable, type BootErrorCode } from './error-table.ts'
import { checkHeaders } from './field-value.ts'

/**
 * An expected failure that a caller may see: it becomes one problem+json document (RFC 9457).
 *
 * Anything else that is thrown is a bug or an outage: the caller gets a 500 without any of its text.
 * Applications rarely construct this themselves; `problem()` of `throughline/contract` does.
 */
export class AppError extends Error {
  readonly code: string
  readonly status: number
  /** Short and the same for every occurrence; `message` is about this one. */
  readonly title: string
  /** Extension members of the problem document: public by definition. */
  readonly fields: Readonly<Record<string, unknown>>
  /** Lower-case names, for example `retry-after`. */
  readonly headers: Readonly<Record<string, string>>

  constructor(init: AppErrorInit) {
    super(init.detail ?? init.title, init.cause === undefined ? undefined : { cause: init.cause })
    this.name = 'AppError'
    this.code = init.code
    this.status = init.status
    this.title = init.title
    this.fields = init.fields ?? {}
    this.headers = init.headers ?? {}
    if (init.headers !== undefined) checkHeaders(init.headers)
  }

  /** Whether the same request may go well a while later. Whether it may be repeated at all is another matter: that of its method, or of its key. */
  get retryable(): boolean {
    return passing.has(this.status) || this.headers['retry-after'] !== undefined
  }

  /** What another process makes the same error of. Its cause and its stack stay here: they are ours to see. */
  toJSON(): SerializedAppError {
    const { code, status, title, message: detail, fields, headers } = this
    return { code, status, title, detail, fields, headers }
  }

  /** The error that `toJSON` wrote in another process: its problem knows it again. Throws a `TypeError` when it is none. */
  static fromJSON(value: unknown): AppError {
    if (!isSerialized(value))
      throw new TypeError('This is no error that AppError.toJSON() wrote: code, status, title, detail, fields or headers are missing.')
    return new AppError({ ...value, fields: { ...value.fields }, headers: { ...value.headers } })
  }
}

/** An `AppError` on its way through a queue or to another process. */
export interface SerializedAppError {
  readonly code: string
  readonly status: number
  readonly title: string
  readonly detail: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>
}

/** Statuses that are about this moment, and not about the request. */
const passing: ReadonlySet<number> = new Set([408, 425, 429, 502, 503, 504])

function isSerialized(value: unknown): value is SerializedAppError {
  if (!isRecord(value)) return false
  const { code, status, title, detail, fields, headers } = value
  return (
    [code, title, detail].every((text) => typeof text === 'string') &&
    Number.isInteger(status) &&
    isRecord(fields) &&
    isRecord(headers) &&
    Object.values(headers).every((text) => typeof text === 'string')
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether somebody is told no, and nothing is broken: worth a `warn` in the log, and nobody's sleep. */
export function isExpected(error: unknown): error is AppError {
  return error instanceof AppError && error.status < 500
}

export interface AppErrorInit {
  code: string
  status: number
  title: string
  detail?: string
  fields?: Record<string, unknown>
  headers?: Record<string, string>
  cause?: unknown
}

/**
 * A reason not to start: a wrong setting, a busy port, a locked data folder.
 *
 * `start()` prints `message`, what to do about it and the page that explains it, then exits with `exitCode`.
 */
export class BootError extends Error {
  readonly code: BootErrorCode
  readonly exitCode: number
  readonly fix: string

  constructor(code: BootErrorCode, message: string, options: { fix?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'BootError'
    this.code = code
    this.exitCode = errorTable[code].exit
    this.fix = options.fix ?? errorTable[code].fix
  }
}
