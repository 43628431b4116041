import type { Clock } from '../../std/clock.ts'

/**
 * What is answered while a dependency is unwell: always the same value, the last good answer to the same `key` as long as it is not older
 * than `stale` milliseconds, or what a function makes of the failure: another source, or a note to do it later.
 */
export type Fallback<Spare> = { value: Spare } | { stale: number; entries?: number } | ((error: unknown) => Spare | Promise<Spare>)

export interface Found<Value> {
  readonly value: Value
  readonly by: 'value' | 'stale' | 'function'
}

/** Good answers by key, the one that was not refreshed for longest leaves first. */
class LastGood {
  readonly #byKey = new Map<string, { value: unknown; at: number }>()
  readonly #clock: Clock
  readonly #ms: number
  readonly #entries: number

  constructor(clock: Clock, { stale, entries = 1_000 }: { stale: number; entries?: number }) {
    this.#clock = clock
    this.#ms = stale
    this.#entries = entries
  }

  keep(key: string, value: unknown): void {
    this.#byKey.delete(key)
    this.#byKey.set(key, { value, at: this.#clock.monotonic() })
    if (this.#byKey.size > this.#entries) this.#byKey.delete(this.#byKey.keys().next().value!)
  }

  find(key: string): { value: unknown } | undefined {
    const kept = this.#byKey.get(key)
    if (kept === undefined || this.#clock.monotonic() - kept.at <= this.#ms) return kept
    this.#byKey.delete(key)
    return undefined
  }
}

/** A declared fallback, ready to be asked. */
export class Spares<Spare> {
  readonly #fallback: Fallback<Spare>
  readonly #lastGood: LastGood | undefined

  constructor(fallback: Fallback<Spare>, clock: Clock) {
    this.#fallback = fallback
    this.#lastGood = typeof fallback === 'object' && 'stale' in fallback ? new LastGood(clock, fallback) : undefined
  }

  /** An answer without a key is nobody else's answer, and not kept. */
  keep(key: string | undefined, value: unknown): void {
    if (key !== undefined) this.#lastGood?.keep(key, value)
  }

  /** Undefined: there is none, and the failure is thrown. Rejects with what the function threw. */
  async find(key: string | undefined, error: unknown): Promise<Found<Spare> | undefined> {
    if (typeof this.#fallback === 'function') return { value: await this.#fallback(error), by: 'function' }
    if ('value' in this.#fallback) return { value: this.#fallback.value, by: 'value' }
    const kept = key === undefined ? undefined : this.#lastGood?.find(key)
    return kept && { value: kept.value as Spare, by: 'stale' }
  }
}
