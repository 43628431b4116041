import type { Clock } from '../../std/clock.ts'

/** A clock that stands still until a test moves it. */
export interface TestClock extends Clock {
  /** Moves both clocks on and runs, in order, what became due on the way. */
  advance(ms: number): void
  /** How many timers wait. */
  readonly waiting: number
}

/**
 * Time for tests: nothing happens until `advance()` is called, and then at once.
 *
 * ```ts
 * import { testClock } from 'throughline/testing'
 *
 * const clock = testClock('2026-01-01T00:00:00Z')
 * clock.after(1000, () => {})
 * clock.advance(1000)
 * ```
 */
export function testClock(start: string | Date = '2026-01-01T00:00:00Z'): TestClock {
  const origin = new Date(start).getTime()
  let elapsed = 0
  let timers: { due: number; work: () => void }[] = []

  return {
    now: () => new Date(origin + elapsed),
    monotonic: () => elapsed,
    after(ms, work) {
      const timer = { due: elapsed + ms, work }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    advance(ms) {
      const target = elapsed + ms
      for (;;) {
        const next = timers.filter((timer) => timer.due <= target).sort((a, b) => a.due - b.due)[0]
        if (next === undefined) break
        timers = timers.filter((other) => other !== next)
        elapsed = Math.max(elapsed, next.due)
        next.work()
      }
      elapsed = target
    },
    get waiting() {
      return timers.length
    },
  }
}
