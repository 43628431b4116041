import type { Clock } from '../../std/clock.ts'
import type { Log } from '../../std/log.ts'
import { databaseUnavailable } from './errors.ts'

export interface OutageNeeds {
  readonly log: Log
  readonly clock: Clock
  /** Milliseconds for which callers ride out a restart; afterwards they hear of the outage at once. */
  readonly patience: number
  /** Between 0 and 1. */
  readonly random: () => number
  /** `half-open`: away, and callers wait for it. `open`: away for so long that they do not. */
  readonly onHealth?: ((state: 'closed' | 'half-open' | 'open', error?: unknown) => void) | undefined
}

/** A database that cannot be reached: since when, and when it is asked for again. */
export class Outage {
  readonly #needs: OutageNeeds
  #down: { readonly since: number; failures: number; resting: boolean; error: unknown } | undefined

  constructor(needs: OutageNeeds) {
    this.#needs = needs
  }

  get isOn(): boolean {
    return this.#down !== undefined
  }

  get isLong(): boolean {
    return this.#down !== undefined && this.#needs.clock.monotonic() - this.#down.since >= this.#needs.patience
  }

  /** The next attempt is not due yet. */
  get isResting(): boolean {
    return this.#down?.resting === true
  }

  /** What callers are told. */
  toError(): Error {
    return databaseUnavailable(this.#down?.error)
  }

  /** A connection was opened. */
  end(): void {
    if (this.#down === undefined) return
    const { clock, log, onHealth } = this.#needs
    log.info('db.reachable', { awayMs: Math.round(clock.monotonic() - this.#down.since) })
    onHealth?.('closed')
    this.#down = undefined
  }

  /** A connection could not be opened. `again` is called when the next attempt is due, later each time. */
  fail(error: unknown, again: () => void): void {
    const { clock, log, onHealth, random } = this.#needs
    if (this.#down === undefined) log.error('db.unreachable', { error })
    const down = (this.#down ??= { since: clock.monotonic(), failures: 0, resting: false, error })
    down.error = error
    onHealth?.(this.isLong ? 'open' : 'half-open', error)
    if (down.resting) return
    down.resting = true
    const wait = Math.min(2_000, 50 * 2 ** down.failures++) * (0.5 + random() / 2)
    clock.after(wait, () => {
      down.resting = false
      again()
    })
  }
}
