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
