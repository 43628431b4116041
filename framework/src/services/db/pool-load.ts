/** How a pool was used at the times when somebody waited for it. */
export interface PoolLoad {
  /** For how long there was waiting, in the last five minutes. 0: nobody waited, and the rest is 0 as well. */
  readonly seconds: number
  /** Connections given back a second, in that time. */
  readonly perSecond: number
  /** How long each had been held, in milliseconds. */
  readonly heldMs: number
  /** How many were held at once, on average: `perSecond` times the time held, as Little's law has it. */
  readonly inUse: number
}

const slotMs = 100
const slots = 3_000

/**
 * Counts loans and waits in slots of a tenth of a second. Averages over longer times would say of a pool that was full for two seconds and
 * idle for ten that it has room.
 */
export class LoadCounter {
  readonly #slotOf = new Float64Array(slots).fill(-1)
  readonly #ended = new Float64Array(slots)
  readonly #held = new Float64Array(slots)
  readonly #waited = new Float64Array(slots)

  /** A connection was lent to somebody who had waited for it. Times by the monotonic clock, in milliseconds. */
  waited(since: number, now: number): void {
    this.#spread(this.#waited, since, now)
  }

  /** A connection came back. */
  held(since: number, now: number): void {
    this.#spread(this.#held, since, now)
    this.#ended[this.#place(Math.floor(now / slotMs))]!++
  }

  /** `holding`: since when connections are held that are still lent, and `waiting` the same of those who still wait. */
  read(now: number, { holding, waiting }: { holding: readonly number[]; waiting: readonly number[] }): PoolLoad {
    const last = Math.floor(now / slotMs)
    let [ms, ended, held] = [0, 0, 0]
    for (let slot = Math.max(0, last - slots + 1); slot <= last; slot++) {
      const [from, to] = [slot * slotMs, Math.min(now, (slot + 1) * slotMs)]
      const place = slot % slots
      const isCounted = this.#slotOf[place] === slot
      if (!(isCounted && this.#waited[place]! > 0) && !waiting.some((since) => since < to)) continue
      ms += to - from
      if (isCounted) ended += this.#ended[place]!
      if (isCounted) held += this.#held[place]!
      for (const since of holding) held += Math.max(0, to - Math.max(since, from))
    }
    if (ms === 0) return { seconds: 0, perSecond: 0, heldMs: 0, inUse: 0 }
    return { seconds: ms / 1000, perSecond: (ended / ms) * 1000, heldMs: held / Math.max(1, ended), inUse: held / ms }
  }

  #spread(into: Float64Array, since: number, now: number): void {
    const last = Math.floor(now / slotMs)
    for (let slot = Math.max(Math.floor(since / slotMs), last - slots + 1); slot <= last; slot++) {
      const place = this.#place(slot)
      into[place]! += Math.min(now, (slot + 1) * slotMs) - Math.max(since, slot * slotMs)
    }
  }

  #place(slot: number): number {
    const place = slot % slots
    if (this.#slotOf[place] !== slot) {
      this.#slotOf[place] = slot
      this.#ended[place] = 0
      this.#held[place] = 0
      this.#waited[place] = 0
    }
    return place
  }
}
