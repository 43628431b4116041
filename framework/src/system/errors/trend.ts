const minute = 60_000
const minutes = 60

/** Occurrences a minute of the last hour. */
export class Trend {
  #counts: number[]
  /** Which minute since 1970 the last count is of. */
  #last: number

  constructor(counts: readonly number[] = [], last = 0) {
    this.#counts = Array.from({ length: minutes }, (_, i) => counts[counts.length - minutes + i] ?? 0)
    this.#last = last
  }

  add(now: number): void {
    this.#moveTo(Math.floor(now / minute))
    this.#counts[minutes - 1]!++
  }

  /** Oldest first. */
  at(now: number): readonly number[] {
    this.#moveTo(Math.floor(now / minute))
    return this.#counts
  }

  get last(): number {
    return this.#last
  }

  #moveTo(now: number): void {
    // A clock that was set back must not undo what was counted.
    const passed = Math.min(minutes, now - this.#last)
    if (passed <= 0) return
    this.#counts = [...this.#counts.slice(passed), ...Array<number>(passed).fill(0)]
    this.#last = now
  }
}
