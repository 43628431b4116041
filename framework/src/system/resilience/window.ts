import type { Clock } from '../../std/clock.ts'

export interface Tally {
  readonly calls: number
  readonly failures: number
  readonly slow: number
  /** Milliseconds that the calls took, on average. */
  readonly mean: number
}

interface Slot {
  turn: number
  calls: number
  failures: number
  slow: number
  ms: number
}

const slots = 10

/** What happened in the last while, in ten slots that are used over and over: a call costs no allocation. */
export class Window {
  readonly #clock: Clock
  readonly #slotMs: number
  readonly #ring: Slot[] = Array.from({ length: slots }, () => ({ turn: -Infinity, calls: 0, failures: 0, slow: 0, ms: 0 }))

  constructor(clock: Clock, ms: number) {
    this.#clock = clock
    this.#slotMs = ms / slots
  }

  add(ms: number, failed: boolean, slow: boolean): void {
    const turn = this.#turn()
    const slot = this.#ring[turn % slots]!
    if (slot.turn !== turn) Object.assign(slot, { turn, calls: 0, failures: 0, slow: 0, ms: 0 })
    slot.calls++
    slot.ms += ms
    if (failed) slot.failures++
    if (slow) slot.slow++
  }

  tally(): Tally {
    const oldest = this.#turn() - slots
    let calls = 0
    let failures = 0
    let slow = 0
    let ms = 0
    for (const slot of this.#ring) {
      if (slot.turn <= oldest) continue
      calls += slot.calls
      failures += slot.failures
      slow += slot.slow
      ms += slot.ms
    }
    return { calls, failures, slow, mean: calls === 0 ? 0 : ms / calls }
  }

  clear(): void {
    for (const slot of this.#ring) slot.turn = -Infinity
  }

  #turn(): number {
    return Math.floor(this.#clock.monotonic() / this.#slotMs)
  }
}
