import type { Clock } from '../../std/clock.ts'

/** What a list keeps in its items themselves, so that joining and leaving it allocates nothing. */
export interface Due<Item> {
  earlier: Item | undefined
  later: Item | undefined
  /** By the monotonic clock. */
  due: number
  readonly started: number
}

/**
 * Items that all have the same time, in the order they came in and so in the order they are due: one timer, for the first of them,
 * serves them all. A timer a request would cost more than the rest of the pipeline.
 */
export class DueList<Item extends Due<Item>> {
  readonly #clock: Clock
  readonly #ms: number
  readonly #onDue: (item: Item) => void
  #last: Item | undefined
  #armed = false
  first: Item | undefined
  count = 0

  /** `onDue` is called for an item that has left the list. */
  constructor(clock: Clock, ms: number, onDue: (item: Item) => void) {
    this.#clock = clock
    this.#ms = ms
    this.#onDue = onDue
  }

  add(item: Item): undefined {
    item.due = item.started + this.#ms
    item.earlier = this.#last
    if (this.#last === undefined) this.first = item
    else this.#last.later = item
    this.#last = item
    this.count++
    if (!this.#armed) this.#arm(item.due)
  }

  /** False when it has left before. */
  remove(item: Item): boolean {
    if (item.earlier === undefined && this.first !== item) return false
    if (item.earlier === undefined) this.first = item.later
    else item.earlier.later = item.later
    if (item.later === undefined) this.#last = item.earlier
    else item.later.earlier = item.earlier
    item.earlier = item.later = undefined
    this.count--
    return true
  }

  #arm(due: number): void {
    this.#armed = true
    this.#clock.after(Math.max(0, due - this.#clock.monotonic()), () => this.#sweep())
  }

  #sweep(): void {
    this.#armed = false
    const now = this.#clock.monotonic()
    for (let item = this.first; item !== undefined && item.due <= now; item = this.first) {
      this.remove(item)
      this.#onDue(item)
    }
    if (this.first !== undefined) this.#arm(this.first.due)
  }
}
