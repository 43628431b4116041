import { createHash } from 'node:crypto'
import type { Operation } from '../../std/operation.ts'
import type { ErrorGroup, ErrorState } from './error-group.ts'
import type { Likeness } from './fingerprint.ts'
import { Trend } from './trend.ts'

/** A group as it is kept, with what is needed to go on counting. */
export interface KeptGroup extends Omit<ErrorGroup, 'actors'> {
  readonly actorHashes: readonly string[]
  readonly trendAt: number
  readonly until: number
  /** When its state was said last, in milliseconds since 1970; releases before did not write it. */
  readonly markedAt?: number
}

const most = { routes: 20, actors: 200, versions: 10, traces: 10, message: 500, stack: 4_096 }

/** Counts one kind of failure. Everything it holds is bounded. */
export class Group {
  readonly fingerprint: string
  readonly #routes: Set<string>
  readonly #actors: Set<string>
  #versions: string[]
  #traces: string[]
  #last: Pick<ErrorGroup, 'type' | 'code' | 'message' | 'where' | 'stack'>
  readonly #trend: Trend
  #firstAt: number
  count: number
  lastAt: number
  state: ErrorState
  regressed: boolean
  /** Until when it is snoozed. */
  until: number
  markedAt: number

  constructor(kept: KeptGroup) {
    const { type, code, message, where, stack } = kept
    this.fingerprint = kept.fingerprint
    this.#last = { type, code, message, where, stack }
    this.#routes = new Set(kept.routes.slice(0, most.routes))
    this.#actors = new Set(kept.actorHashes.slice(0, most.actors))
    this.#versions = kept.versions.slice(-most.versions)
    this.#traces = kept.traces.slice(0, most.traces)
    this.#trend = new Trend(kept.perMinute, kept.trendAt)
    this.#firstAt = kept.firstAt
    this.count = kept.count
    this.lastAt = kept.lastAt
    this.state = kept.state
    this.regressed = kept.regressed
    this.until = kept.until
    this.markedAt = kept.markedAt ?? 0
  }

  static of({ fingerprint, thrown }: Likeness, now: number): Group {
    const { type, message } = thrown
    const none = { routes: [], actorHashes: [], versions: [], traces: [], perMinute: [] }
    const times = { firstAt: now, lastAt: now, trendAt: 0, until: 0 }
    return new Group({ ...none, ...times, fingerprint, type, message, count: 0, state: 'open', regressed: false })
  }

  /** One that nobody here has seen yet, of which others have told. */
  static toldOf({ fingerprint, type, code, message, where, stack, firstAt, lastAt, ...others }: KeptGroup): Group {
    const none = { routes: [], actorHashes: [], versions: [], traces: [], perMinute: [], trendAt: 0, count: 0 }
    const { state, regressed, until, markedAt = 0 } = others
    return new Group({ ...none, fingerprint, type, code, message, where, stack, firstAt, lastAt, state, regressed, until, markedAt })
  }

  /** The last word on it, if that was said later than what is known here. Returns whether it was. */
  hear({ state, regressed, until, markedAt = 0 }: Pick<KeptGroup, 'state' | 'regressed' | 'until' | 'markedAt'>): boolean {
    if (markedAt <= this.markedAt) return false
    Object.assign(this, { state, regressed, until, markedAt })
    return true
  }

  /** Says what becomes of it, later than whatever was said before. */
  mark(state: ErrorState, now: number, { regressed = false, until = 0 } = {}): void {
    Object.assign(this, { state, regressed, until, markedAt: Math.max(now, this.markedAt + 1) })
  }

  /** Ends a snooze whose time is over. */
  wake(now: number): void {
    if (this.state !== 'snoozed' || now < this.until) return
    this.state = 'open'
    this.until = 0
  }

  add({ name, traceId, http }: Operation, { thrown, where }: Likeness, { now, version }: { now: number; version: string }): void {
    const { type, code, message, stack } = thrown
    this.#last = { type, code, message: message.slice(0, most.message), where, stack: stack?.slice(0, most.stack) }
    if (this.#routes.size < most.routes) this.#routes.add(name)
    if (http?.actor !== undefined && this.#actors.size < most.actors) this.#actors.add(hash(http.actor))
    if (this.#versions.at(-1) !== version)
      this.#versions = [...this.#versions.filter((one) => one !== version), version].slice(-most.versions)
    this.#traces = [traceId, ...this.#traces.filter((one) => one !== traceId)].slice(0, most.traces)
    this.#trend.add(now)
    this.lastAt = now
    this.count++
  }

  hasVersion(version: string): boolean {
    return this.#versions.includes(version)
  }

  toView(now: number): ErrorGroup {
    const { fingerprint, count, lastAt, state, regressed } = this
    return {
      fingerprint,
      ...this.#last,
      count,
      firstAt: this.#firstAt,
      lastAt,
      routes: [...this.#routes],
      actors: this.#actors.size,
      versions: [...this.#versions],
      traces: [...this.#traces],
      state,
      regressed,
      perMinute: [...this.#trend.at(now)],
    }
  }

  toKept(now: number): KeptGroup {
    const { actors: _, ...view } = this.toView(now)
    return { ...view, actorHashes: [...this.#actors], trendAt: this.#trend.last, until: this.until, markedAt: this.markedAt }
  }
}

/** Enough to count people, and not to find one: who it happened to is in the traces, and goes with them. */
function hash(actor: string): string {
  return createHash('sha256').update(actor).digest('hex').slice(0, 10)
}
