import { errorTable } from '../../std/error-table.ts'
import { AppError } from '../../std/errors.ts'

/** Given up for a while, or nobody may be sent there now. */
export function dependencyUnavailable(wait: number, cause?: unknown): AppError {
  return dependencyError('dependency-unavailable', 'A service that this one needs is not well at the moment.', { wait, cause })
}

/** Its places are taken: the dependency is slow, or we ask too much of it. */
export function dependencyBusy(): AppError {
  return dependencyError('dependency-busy', 'Too much waits for a service that this one needs.', { wait: 1_000 })
}

/** Neither answered nor failed within its time. */
export function dependencyTimeout(ms: number): AppError {
  return dependencyError('upstream-timeout', `A service that this one asked did not answer within ${ms} ms.`)
}

type Code = 'dependency-unavailable' | 'dependency-busy' | 'upstream-timeout'

function dependencyError(code: Code, detail: string, { wait, cause }: { wait?: number; cause?: unknown } = {}): AppError {
  const { status, title } = errorTable[code]
  const headers = wait === undefined ? undefined : { 'retry-after': String(Math.max(1, Math.ceil(wait / 1000))) }
  return new AppError({ code, status, title, detail, cause, ...(headers && { headers }) })
}
