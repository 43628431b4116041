import { errorTable, type ProblemCode } from '../../std/error-table.ts'
import { AppError } from '../../std/errors.ts'
import { isDatabaseError } from './pg.ts'

/** The SQLSTATE of what PostgreSQL answered, or undefined when the error is not from the server. */
export function sqlState(error: unknown): string | undefined {
  return isDatabaseError(error) ? error.code : undefined
}

/** A serialization failure, a deadlock or a stale plan: the server undid the transaction, and the same again may succeed. */
export function isRetryable(error: unknown): boolean {
  const state = sqlState(error)
  return state === '40001' || state === '40P01' || isStalePlan(error)
}

/** A table was changed after the statement had been prepared. */
export function isStalePlan(error: unknown): boolean {
  return isDatabaseError(error) && error.code === '0A000' && error.routine === 'RevalidateCachedQuery'
}

// 57P01-57P03: the server is shutting down, has crashed or is starting. 53300: it has no connection left.
const unavailableStates = new Set(['57P01', '57P02', '57P03', '53300'])

/** The connection is gone or could not be made; nothing more can be learnt through it. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const state = sqlState(error)
  if (state !== undefined) return state.startsWith('08') || unavailableStates.has(state)
  // Node's socket errors have a `code` such as ECONNRESET; `pg`'s own ("Connection terminated unexpectedly") have only their text.
  if ('code' in error && typeof error.code === 'string' && error.code.startsWith('E')) return true
  return /^(Connection terminated|Client (has encountered a connection error|was closed)|timeout expired|The server does not support SSL)/.test(
    error.message,
  )
}

export function databaseUnavailable(cause: unknown): AppError {
  // The text is public: no host, user or database name may be in it. They are in `cause`, which only the log shows.
  return problem('database-unavailable', 'The database cannot be reached at the moment.', { cause, headers: { 'retry-after': '2' } })
}

export function poolExhausted(): AppError {
  return problem('pool-exhausted', 'Every database connection is in use.', { headers: { 'retry-after': '1' } })
}

export function commitOutcomeUnknown(cause: unknown): AppError {
  return problem('commit-outcome-unknown', 'The connection was lost while the change was being saved: it may or may not have been made.', {
    cause,
  })
}

export function invalidCursor(detail: string): AppError {
  return problem('invalid-cursor', detail)
}

function problem(code: ProblemCode, detail: string, more: { cause?: unknown; headers?: Record<string, string> } = {}): AppError {
  const { status, title } = errorTable[code]
  return new AppError({ code, status, title, detail, ...more })
}
