import type { Clock } from '../../std/clock.ts'
import type { RetryPolicy } from './policy.ts'
import { Window } from './window.ts'

const budgetWindow = 10_000
const free = 3

export interface Failure {
  /** Attempts that were made. */
  readonly made: number
  /** Milliseconds that the other side asked to wait. */
  readonly retryAfter: number | undefined
  /** Milliseconds that an attempt is likely to take. */
  readonly expected: number
  /** When nobody waits any more, by the monotonic clock. */
  readonly due: number
}

/** Why there is no further attempt. */
export type GivenUp = 'times' | 'retry-after' | 'deadline' | 'budget'

/** Decides whether and when a call is made again. */
export class Retry {
  readonly #policy: Required<RetryPolicy>
  readonly #clock: Clock
  readonly #random: () => number
  readonly #calls: Window
  readonly #repeats: Window

  constructor(policy: RetryPolicy, clock: Clock, random: () => number) {
    this.#policy = { times: 2, backoff: 'exponential', base: 100, cap: 5_000, budget: 0.1, ...policy }
    this.#clock = clock
    this.#random = random
    this.#calls = new Window(clock, budgetWindow)
    this.#repeats = new Window(clock, budgetWindow)
  }

  /** A first attempt: what the budget is a share of. */
  count(): void {
    this.#calls.add(0, false, false)
  }

  /** Milliseconds to pause before the next attempt, which is then taken out of the budget; or why there is none. */
  next({ made, retryAfter = 0, expected, due }: Failure): number | GivenUp {
    const { times, backoff, base, cap } = this.#policy
    if (made > times) return 'times'
    if (retryAfter > cap) return 'retry-after'
    const longest = Math.min(cap, backoff === 'constant' ? base : base * 2 ** (made - 1))
    const pause = Math.max(retryAfter, longest * this.#random())
    // An attempt that cannot be over in time only adds to the load.
    if (this.#clock.monotonic() + pause + expected >= due) return 'deadline'
    if (!this.#allows()) return 'budget'
    this.#repeats.add(0, false, false)
    return pause
  }

  #allows(): boolean {
    return this.#repeats.tally().calls < Math.max(free, Math.floor(this.#policy.budget * this.#calls.tally().calls))
  }
}
