import { AppError, BootError } from './errors.ts'

/** What a process ends with because of an error (sysexits.h): what the table says, 69 and 75 for what may pass, 77 and 65 for what was refused, 70 for a bug. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof BootError) return error.exitCode
  if (!(error instanceof AppError)) return 70
  const { status, retryable } = error
  if (status >= 500) return retryable ? 69 : 70
  if (retryable) return 75
  return status === 401 || status === 403 ? 77 : 65
}
