import type { Clock } from '../../std/clock.ts'
import { dependencyTimeout } from './errors.ts'

/** Asks the dependency. `signal` fires when nobody waits for the answer any more, and says why. */
export type Work<Value> = (signal: AbortSignal) => Value | Promise<Value>

/** Runs `work` for at most `ms`, and not on for anybody who is gone. What ignores its signal is left behind. */
export async function inTime<Value>(work: Work<Value>, ms: number, { clock, signal }: Limits): Promise<Value> {
  const stop = new AbortController()
  const stopped = Promise.withResolvers<never>()
  stopped.promise.catch(() => {})
  const end = (reason: unknown): void => {
    stop.abort(reason)
    stopped.reject(reason as Error)
  }
  const onAbort = (): void => end(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  const disarm = clock.after(ms, () => end(dependencyTimeout(ms)))
  try {
    return await Promise.race([work(stop.signal), stopped.promise])
  } finally {
    disarm()
    signal?.removeEventListener('abort', onAbort)
  }
}

interface Limits {
  readonly clock: Clock
  /** Of whoever called. */
  readonly signal: AbortSignal | undefined
}
