import { ambient } from '../../std/ambient.ts'
import type { Clock } from '../../std/clock.ts'
import type { Log } from '../../std/log.ts'
import { pause } from '../../std/pause.ts'
import { isMarkedRetryable } from '../../std/retryable.ts'
import { span } from '../../std/spans.ts'
import { inTime, type Work } from './attempt.ts'
import { Breaker, type BreakerState, type Pass } from './breaker.ts'
import { Bulkhead } from './bulkhead.ts'
import { dependencyBusy, dependencyUnavailable } from './errors.ts'
import { Spares } from './fallback.ts'
import type { DependencyInstruments, Rejection } from './instruments.ts'
import { codeOf, judge, retryAfterOf } from './judge.ts'
import { checkPolicy, defaultTimeout, type Policy, type Verdict } from './policy.ts'
import type { DependencyReport } from './report.ts'
import { Retry } from './retry.ts'

export interface RunOptions {
  /** Whether making the call twice does the same as making it once. Default false: then only what is marked retryable is repeated. */
  idempotent?: boolean
  /** Beside the request's own, which counts without being passed. */
  signal?: AbortSignal
  /** What the answer is to, for a `stale` fallback: answers to one key stand in for each other. Include who asks where that matters. */
  key?: string
}

export interface Outcome<Value> {
  readonly value: Value
  readonly meta: OutcomeMeta
}

export interface OutcomeMeta {
  /** Whether it is not what the dependency answers now, but its fallback. */
  readonly degraded: boolean
  readonly by?: 'value' | 'stale' | 'function'
  /** How often the dependency was asked. */
  readonly attempts: number
}

export interface DependencyNeeds {
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
  readonly instruments: DependencyInstruments
}

interface Call {
  readonly signal: AbortSignal | undefined
  readonly due: number
  readonly idempotent: boolean
}

/** How one attempt ended. */
type End<Value> =
  | { readonly kind: 'ok'; readonly value: Value }
  | { readonly kind: 'rejected'; readonly error: Error }
  | { readonly kind: Verdict; readonly error: unknown }

/**
 * Something outside that may be slow, broken or away, and what protects from that.
 *
 * The order is fixed: fallback ← retry ← breaker ← bulkhead ← timeout ← work. Every attempt asks the breaker and takes a place of its own,
 * so that pauses hold none, and a place is waited for before the attempt's time begins.
 */
export class Dependency<Spare = never> {
  readonly name: string
  readonly #policy: Policy<Spare>
  readonly #needs: DependencyNeeds
  readonly #breaker: Breaker | undefined
  readonly #bulkhead: Bulkhead | undefined
  readonly #retry: Retry | undefined
  readonly #spares: Spares<Spare> | undefined
  readonly #counts = { calls: 0, retries: 0, rejected: 0, fallbacks: 0 }
  #lastError: DependencyReport['lastError']

  constructor(name: string, policy: Policy<Spare>, needs: DependencyNeeds) {
    checkPolicy(name, policy)
    const { clock, random } = needs
    const { timeout = defaultTimeout, retry, breaker = {}, bulkhead, fallback } = policy
    this.name = name
    this.#policy = policy
    this.#needs = needs
    if (breaker !== 'off') this.#breaker = new Breaker(breaker, { clock, onChange: (to, from) => this.#changed(to, from) })
    if (bulkhead !== undefined) this.#bulkhead = new Bulkhead({ queue: 0, wait: timeout, ...bulkhead }, clock)
    if (retry !== undefined) this.#retry = new Retry(retry, clock, random)
    if (fallback !== undefined) this.#spares = new Spares(fallback, clock)
  }

  /**
   * Asks it, and resolves to its answer or to the fallback's.
   *
   * Rejects with what `work` threw last, `upstream-timeout` (504), `dependency-unavailable` (503) while it is given up,
   * `dependency-busy` (503) when its places are taken, or the reason of a fired signal.
   */
  async run<Value>(work: Work<Value>, options?: RunOptions): Promise<Value | Spare> {
    return (await this.outcome(work, options)).value
  }

  /** As `run()`, and says whether the answer is a degraded one: what an API tells in `meta.degraded`. */
  async outcome<Value>(work: Work<Value>, { idempotent = false, signal, key }: RunOptions = {}): Promise<Outcome<Value | Spare>> {
    const request = ambient.get()
    const signals = [signal, request?.signal].filter((one) => one !== undefined)
    const call: Call = {
      idempotent,
      due: request?.due || Infinity,
      signal: signals.length > 1 ? AbortSignal.any(signals) : signals[0],
    }
    this.#counts.calls++
    this.#retry?.count()
    for (let made = 1; ; made++) {
      call.signal?.throwIfAborted()
      const end = await this.#attempt(work, call, made)
      if (end.kind === 'ok') {
        this.#spares?.keep(key, end.value)
        return { value: end.value, meta: { degraded: false, attempts: made } }
      }
      // The caller has left, or the dependency has answered: neither a repeat nor a fallback is wanted.
      if (call.signal?.aborted === true) throw call.signal.reason
      if (end.kind === 'unknown' || end.kind === 'refused') throw end.error
      const wait = end.kind === 'failed' ? this.#again(end.error, made, call) : undefined
      if (wait === undefined) return this.#instead(end.error, key, end.kind === 'rejected' ? made - 1 : made)
      await pause(this.#needs.clock, wait, call.signal)
    }
  }

  /** Holds the breaker open or closed by hand, or leaves it to itself again. */
  force(state: 'open' | 'closed' | undefined): void {
    this.#needs.log.warn('dependency.forced', { dependency: this.name, state: state ?? 'automatic' })
    this.#breaker?.force(state)
  }

  report(): DependencyReport {
    const breaker = this.#breaker
    return {
      name: this.name,
      state: breaker?.state ?? 'closed',
      forced: breaker?.forced,
      askAgainIn: Math.ceil(breaker?.wait() ?? 0),
      recent: breaker?.tally(),
      ...this.#counts,
      inUse: this.#bulkhead?.inUse,
      waiting: this.#bulkhead?.waiting,
      lastError: this.#lastError,
    }
  }

  async #attempt<Value>(work: Work<Value>, call: Call, made: number): Promise<End<Value>> {
    const { clock, instruments } = this.#needs
    const place = this.#breaker === undefined || this.#breaker.wait() === 0 ? await this.#takePlace(call.signal) : 'open'
    if (place === 'open' || place === 'full') return this.#rejected(place)
    // Asked only now: it may have opened while this call waited for its place.
    const pass = this.#breaker?.enter()
    if (this.#breaker !== undefined && pass === undefined) {
      this.#leavePlace()
      return this.#rejected('open')
    }
    const began = clock.monotonic()
    try {
      const asked = () => inTime(work, this.#policy.timeout ?? defaultTimeout, { clock, signal: call.signal })
      const value = await span(`${this.name}, attempt ${made}`, asked, 'attempt')
      const ms = clock.monotonic() - began
      pass?.({ failed: false, ms })
      instruments.attempts.ok.add()
      instruments.seconds.record(ms / 1000)
      return { kind: 'ok', value }
    } catch (error) {
      return this.#failed(error, { pass, ms: clock.monotonic() - began, left: call.signal?.aborted === true })
    } finally {
      this.#leavePlace()
    }
  }

  async #takePlace(signal: AbortSignal | undefined): Promise<'taken' | 'full'> {
    if (this.#bulkhead === undefined) return 'taken'
    const entering = this.#bulkhead.enter(signal)
    this.#showPlaces()
    const entered =
      entering instanceof Promise
        ? await span(`${this.name}, wait for a place`, () => entering, 'wait').finally(() => this.#showPlaces())
        : entering
    return entered ? 'taken' : 'full'
  }

  #leavePlace(): void {
    this.#bulkhead?.leave()
    this.#showPlaces()
  }

  #showPlaces(): void {
    if (this.#bulkhead === undefined) return
    this.#needs.instruments.inUse.set(this.#bulkhead.inUse)
    this.#needs.instruments.waiting.set(this.#bulkhead.waiting)
  }

  #rejected(reason: Rejection): { kind: 'rejected'; error: Error } {
    this.#counts.rejected++
    this.#needs.instruments.rejections[reason].add()
    const error = reason === 'full' ? dependencyBusy() : dependencyUnavailable(this.#breaker?.wait() ?? 0)
    const request = ambient.get()
    request?.spans?.fail(request.spans.begin('attempt', `${this.name}, not asked: ${reason}`, request.span), error)
    return { kind: 'rejected', error }
  }

  #failed(error: unknown, { pass, ms, left }: { pass: Pass | undefined; ms: number; left: boolean }): { kind: Verdict; error: unknown } {
    const { instruments, clock } = this.#needs
    const kind = left ? 'unknown' : (this.#policy.judge ?? judge)(error)
    pass?.(kind === 'unknown' ? undefined : { failed: kind === 'failed', ms })
    instruments.attempts[kind === 'unknown' ? 'abandoned' : kind].add()
    instruments.seconds.record(ms / 1000)
    if (kind === 'failed') this.#lastError = { code: codeOf(error), at: clock.now().toISOString() }
    return { kind, error }
  }

  /** How long to pause before the next attempt; undefined when there is none. */
  #again(error: unknown, made: number, { idempotent, due }: Call): number | undefined {
    if (this.#retry === undefined || !(idempotent || isMarkedRetryable(error))) return undefined
    const { clock, instruments, log } = this.#needs
    const retryAfter = retryAfterOf(error, clock.now())
    const next = this.#retry.next({ made, retryAfter, due, expected: this.#breaker?.tally().mean ?? 0 })
    if (typeof next !== 'number') {
      if (next !== 'times') instruments.withheld(next)
      return undefined
    }
    this.#counts.retries++
    instruments.retries.add()
    log.info('dependency.retried', { dependency: this.name, attempt: made + 1, pauseMs: Math.round(next), code: codeOf(error) })
    return next
  }

  async #instead(error: unknown, key: string | undefined, attempts: number): Promise<Outcome<Spare>> {
    const found = await this.#spares?.find(key, error)
    if (found === undefined) throw error
    this.#counts.fallbacks++
    this.#needs.instruments.fallbacks(found.by)
    return { value: found.value, meta: { degraded: true, by: found.by, attempts } }
  }

  #changed(to: BreakerState, from: BreakerState): void {
    const { instruments, log } = this.#needs
    instruments.state(to)
    if (to === 'half-open') return
    const fields = { dependency: this.name, from, ...this.#breaker?.tally(), lastCode: this.#lastError?.code }
    if (to === 'open') log.error('dependency.given-up', fields)
    else log.info('dependency.back', fields)
  }
}
