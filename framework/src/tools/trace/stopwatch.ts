import type { ClientPart, ClientPhase, PhaseName } from '../../contract/trace/client-timings.ts'
import type { Clock } from '../../std/clock.ts'

/** Measures phases that follow each other: where one ends the next begins, so that they add up. */
export class Stopwatch {
  readonly #clock: Clock
  readonly #origin: number
  readonly #phases: { name: PhaseName; start: number; ms: number; note: string; parts?: ClientPart[]; failed?: true }[] = []
  readonly #passed = new Set<number>()
  #boundary = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#origin = clock.monotonic()
  }

  /** Ends the phase before and begins another one. */
  begin(name: PhaseName): void {
    this.#close()
    this.#phases.push({ name, start: this.#boundary, ms: 0, note: '' })
  }

  /** A phase that takes no time because nothing had to be done. */
  pass(name: PhaseName, note: string): void {
    this.#close()
    this.#phases.push({ name, start: this.#boundary, ms: 0, note })
    this.#passed.add(this.#phases.length - 1)
  }

  /** Says more about the phase that is measured, or about one before. */
  tell(name: PhaseName, note: string, parts: readonly ClientPart[] = []): void {
    const phase = this.#phases.find((one) => one.name === name)
    if (phase === undefined) return
    phase.note = note
    // On the clock they are absolute.
    if (parts.length > 0) phase.parts = parts.map((part) => ({ ...part, start: round(part.start - this.#origin), ms: round(part.ms) }))
  }

  has(name: PhaseName): boolean {
    return this.#phases.some((one) => one.name === name)
  }

  /** The phase that is measured now. */
  get now(): PhaseName | undefined {
    return this.#phases.at(-1)?.name
  }

  /** `failed`: why the last phase did not come to its end. */
  stop(failed?: string): { phases: ClientPhase[]; total: number } {
    this.#close()
    const last = this.#phases.at(-1)
    if (failed !== undefined && last !== undefined) {
      last.failed = true
      last.note = [last.note, failed].filter((text) => text !== '').join(' · ')
    }
    return { phases: [...this.#phases], total: this.#boundary }
  }

  #close(): void {
    const index = this.#phases.length - 1
    const last = this.#phases[index]
    if (last === undefined || this.#passed.has(index)) return
    const now = round(this.#clock.monotonic() - this.#origin)
    last.ms = round(now - last.start)
    this.#boundary = now
  }
}

/** To a microsecond. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
