import type { Clock } from './clock.ts'

/** Resolves after `ms`; rejects with the reason of `signal` as soon as that fires. */
export function pause(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => (disarm(), reject(signal?.reason as Error))
    const disarm = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
