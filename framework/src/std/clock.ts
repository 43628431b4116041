/** The time, injected: code that reads `Date.now()` itself cannot be tested without sleeping. */
export interface Clock {
  /** Wall time, for what people and databases read. It may jump. */
  now(): Date
  /** Milliseconds that only ever grow, for measuring. */
  monotonic(): number
  /** Runs `work` once after `ms` milliseconds; the returned function prevents it. It never keeps the process alive. */
  after(ms: number, work: () => void): () => void
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  after(ms, work) {
    const timer = setTimeout(work, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
