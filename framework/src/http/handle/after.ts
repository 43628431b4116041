import type { Exchange } from '../exchange.ts'
import type { Context } from '../stage.ts'

/**
 * Runs `work` after the answer, whatever the answer was, with the context still open: what the caller need not wait for.
 *
 * It has no deadline; its `signal` fires when the process stops and the grace is over. What it throws is logged.
 * It dies with the process: work that must not be lost is a job.
 *
 * ```ts
 * import { after, type Context } from 'throughline/http'
 *
 * export const touch = (c: Context, seen: (id: string, signal: AbortSignal) => Promise<void>) =>
 *   after(c, (signal) => seen(c.params['userId'] as string, signal))
 * ```
 */
export function after(c: Context<unknown, unknown, unknown, unknown, unknown>, work: (signal: AbortSignal) => unknown): void {
  ;(c as Exchange).after(work)
}
