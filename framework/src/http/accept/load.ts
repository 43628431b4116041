import type { Priority } from '../../contract/endpoint.ts'
import type { Clock } from '../../std/clock.ts'

type Sheddable = Exclude<Priority, 'critical'>

export interface LoadOptions {
  clock: Clock
  /** Milliseconds that work may wait for its turn. Default 200. */
  target?: number
  /** Milliseconds that the wait has to stay above it before anybody is refused: a burst is no overload. Default 1,000. */
  interval?: number
  /** Told of everybody who is refused. */
  onShed?: (priority: Sheddable) => void
}

const sampleEvery = 50
/** Pressure grows by a millisecond a millisecond: from nobody of a rank to all of it in one second. It falls half as fast. */
const full = 1_000
/** At which pressure the first of a rank is refused. */
const ranks: Record<Sheddable, number> = { low: 0, normal: full, high: 2 * full }
const most = 3 * full

/**
 * How long work waits for its turn in this process, and whom to refuse because of it (after CoDel, RFC 8289): not the length of a queue counts,
 * which a fast server empties in no time, but that the wait never fell below the target for a whole interval.
 *
 * The wait is how late a timer runs. Between requests nothing runs at all.
 */
export class Load {
  readonly #clock: Clock
  readonly #target: number
  readonly #interval: number
  readonly #onShed: (priority: Sheddable) => void
  readonly #owed: Record<Sheddable, number> = { low: 0, normal: 0, high: 0 }
  #armed = false
  #used = false
  #last = 0
  #delay = 0
  #above: number | undefined
  #pressure = 0

  constructor({ clock, target = 200, interval = 1_000, onShed = () => {} }: LoadOptions) {
    this.#clock = clock
    this.#target = target
    this.#interval = interval
    this.#onShed = onShed
  }

  /** Milliseconds that work waited for its turn when that was last looked at. */
  get delay(): number {
    return this.#delay
  }

  /** 0: everybody is served. 1: all of `low` is refused. 2: all of `normal` as well. 3: all but `critical`. */
  get pressure(): number {
    return this.#pressure / full
  }

  /** Asked for every request. */
  refuses(priority: Sheddable): boolean {
    this.#used = true
    if (!this.#armed) this.#arm()
    if (this.#pressure === 0) return false
    const share = Math.min(full, this.#pressure - ranks[priority])
    if (share <= 0) return false
    // Every n-th and not by lot, so that no unlucky run refuses more than it should.
    this.#owed[priority] += share
    if (this.#owed[priority] < full) return false
    this.#owed[priority] -= full
    this.#onShed(priority)
    return true
  }

  #arm(): void {
    this.#armed = true
    this.#last = this.#clock.monotonic()
    this.#clock.after(sampleEvery, () => this.#sample())
  }

  #sample(): void {
    const now = this.#clock.monotonic()
    const passed = now - this.#last
    this.#delay = Math.max(0, passed - sampleEvery)
    if (this.#delay < this.#target) {
      this.#above = undefined
      this.#pressure = Math.max(0, this.#pressure - passed / 2)
    } else {
      this.#above ??= now
      // One long step, however long, is one sample: only the next ones show whether it was an overload.
      if (now - this.#above >= this.#interval) this.#pressure = Math.min(most, this.#pressure + passed)
    }
    this.#armed = false
    if (this.#used || this.#pressure > 0) this.#arm()
    this.#used = false
  }
}
