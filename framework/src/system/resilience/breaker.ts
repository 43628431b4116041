import type { Clock } from '../../std/clock.ts'
import type { BreakerPolicy } from './policy.ts'
import { Window, type Tally } from './window.ts'

export type BreakerState = 'closed' | 'half-open' | 'open'
/** Of the dependency, as the breaker saw the call end. `undefined`: it says nothing. */
export type Seen = { readonly failed: boolean; readonly ms: number } | undefined
/** Let through. Must be called once, when the call is over. */
export type Pass = (seen: Seen) => void

export interface BreakerNeeds {
  readonly clock: Clock
  readonly onChange: (to: BreakerState, from: BreakerState) => void
}

const longestOpen = 60_000

/** Stops asking who does not answer, and tries now and then whether it is well again. */
export class Breaker {
  readonly #needs: BreakerNeeds
  readonly #policy: Required<Omit<BreakerPolicy, 'slow'>> & Pick<BreakerPolicy, 'slow'>
  readonly #window: Window
  #state: BreakerState = 'closed'
  #forced: 'open' | 'closed' | undefined
  /** How often it opened in a row. */
  #opened = 0
  #until = 0
  #probing = 0
  #succeeded = 0
  /** Counts changes of state: what was let through before one has nothing to say after it. */
  #era = 0

  constructor(policy: BreakerPolicy, needs: BreakerNeeds) {
    this.#needs = needs
    this.#policy = { window: 10_000, minimum: 10, failures: 0.5, openFor: 5_000, probes: 1, ...policy }
    this.#window = new Window(needs.clock, this.#policy.window)
  }

  get state(): BreakerState {
    return this.#forced ?? this.#state
  }

  get forced(): 'open' | 'closed' | undefined {
    return this.#forced
  }

  tally(): Tally {
    return this.#window.tally()
  }

  /** Milliseconds until it is worth asking again; 0 when a call would be let through. */
  wait(): number {
    if (this.#forced !== undefined) return this.#forced === 'closed' ? 0 : this.#policy.openFor
    if (this.#state === 'closed') return 0
    if (this.#state === 'open') return Math.max(0, this.#until - this.#needs.clock.monotonic())
    return this.#probing + this.#succeeded < this.#policy.probes ? 0 : 1
  }

  /** Undefined: refused. */
  enter(): Pass | undefined {
    if (this.wait() > 0) return undefined
    if (this.#forced === undefined && this.#state === 'open') this.#enter('half-open')
    const era = this.#era
    const probe = this.#forced === undefined && this.#state === 'half-open'
    if (probe) this.#probing++
    return (seen) => {
      if (era !== this.#era) return
      if (probe) this.#probing--
      if (seen !== undefined) this.#note(seen, probe)
    }
  }

  /** By hand: held open or closed, or left to itself again, which begins closed. */
  force(state: 'open' | 'closed' | undefined): void {
    const before = this.state
    this.#forced = state
    this.#opened = 0
    this.#reset('closed')
    if (this.state !== before) this.#needs.onChange(this.state, before)
  }

  #note({ failed, ms }: NonNullable<Seen>, probe: boolean): void {
    const { slow, minimum, failures, probes } = this.#policy
    const isSlow = slow !== undefined && ms >= slow.after
    this.#window.add(ms, failed, isSlow)
    if (probe) {
      if (failed || isSlow) this.#open()
      else if (++this.#succeeded >= probes) this.#close()
      return
    }
    if (this.#forced !== undefined || (!failed && !isSlow)) return
    const { calls, failures: failedCalls, slow: slowCalls } = this.#window.tally()
    if (calls < minimum) return
    if (failedCalls >= failures * calls || (slow !== undefined && slowCalls >= slow.share * calls)) this.#open()
  }

  #open(): void {
    this.#until = this.#needs.clock.monotonic() + Math.min(longestOpen, this.#policy.openFor * 2 ** this.#opened++)
    this.#enter('open')
  }

  #close(): void {
    this.#opened = 0
    // What failed before it opened is no reason to open again.
    this.#window.clear()
    this.#enter('closed')
  }

  #enter(state: BreakerState): void {
    const before = this.#state
    this.#reset(state)
    this.#needs.onChange(state, before)
  }

  #reset(state: BreakerState): void {
    this.#state = state
    this.#era++
    this.#probing = 0
    this.#succeeded = 0
    if (state === 'closed') this.#window.clear()
  }
}
