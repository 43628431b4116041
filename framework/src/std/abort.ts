import { AppError } from './errors.ts'
import { errorTable } from './error-table.ts'

/** Why a request's `signal` fired. */
export type AbortCause = 'client-closed-request' | 'deadline-exceeded' | 'shutting-down'

const sentences: Record<AbortCause, string> = {
  'client-closed-request': 'The caller went away before the answer was ready.',
  'deadline-exceeded': 'The work took longer than this request may take.',
  'shutting-down': 'This instance is stopping.',
}

/** The `reason` of a fired `signal`: an error that already knows its status (499, 504 or 503), and the step that was waited for, if one was. */
export function abortReason(code: AbortCause, step?: string): AppError {
  const { status, title } = errorTable[code]
  return new AppError({
    code,
    status,
    title,
    detail: sentences[code],
    ...(step !== undefined && { fields: { step } }),
    ...(code === 'shutting-down' && { headers: { 'retry-after': '1' } }),
  })
}
