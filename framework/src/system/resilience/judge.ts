import { AppError } from '../../std/errors.ts'
import { parseHttpDate } from '../../std/http-date.ts'
import type { Verdict } from './policy.ts'

// A 5xx that repeating cannot mend.
const final: ReadonlySet<number> = new Set([501, 505])

/**
 * What a failure says about the dependency, when nobody knows better: a problem below 500 is its answer (but 408, 425 and 429),
 * whatever else is thrown is a failure of it.
 */
export function judge(error: unknown): Verdict {
  if (!(error instanceof AppError)) return 'failed'
  const { status } = error
  if (status === 499) return 'unknown'
  if (status === 408 || status === 425 || status === 429) return 'failed'
  return status < 500 || final.has(status) ? 'refused' : 'failed'
}

/** Milliseconds that the other side asks to wait, in seconds or until a date; undefined when it does not. */
export function retryAfterOf(error: unknown, now: Date): number | undefined {
  const text = error instanceof AppError ? error.headers['retry-after'] : undefined
  if (text === undefined) return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  const at = parseHttpDate(text)
  return at === undefined ? undefined : Math.max(0, at - now.getTime())
}

/** What may be shown of an error: its code or class, never its text. */
export function codeOf(error: unknown): string {
  if (error instanceof AppError) return error.code
  if (typeof error !== 'object' || error === null) return typeof error
  const { code, name } = error as { code?: unknown; name?: unknown }
  if (typeof code === 'string' && /^[\w-]{1,64}$/.test(code)) return code
  return typeof name === 'string' ? name : 'Error'
}
