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

  constructor(kept: KeptGroup) {
    const { type, code, message, where, stack } = kept
    this.fingerprint = kept.fingerprint
    this.#last = { type, code, message, where, stack }
    this.#routes = new Set(kept.routes)
    this.#actors = new Set(kept.actorHashes)
    this.#versions = [...kept.versions]
    this.#traces = [...kept.traces]
    this.#trend = new Trend(kept.perMinute, kept.trendAt)
    this.#firstAt = kept.firstAt
    this.count = kept.count
    this.lastAt = kept.lastAt
    this.state = kept.state
    this.regressed = kept.regressed
    this.until = kept.until
  }

  static of({ fingerprint, thrown }: Likeness, now: number): Group {
    const { type, message } = thrown
    const none = { routes: [], actorHashes: [], versions: [], traces: [], perMinute: [] }
    const times = { firstAt: now, lastAt: now, trendAt: 0, until: 0 }
    return new Group({ ...none, ...times, fingerprint, type, message, count: 0, state: 'open', regressed: false })
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
    return { ...view, actorHashes: [...this.#actors], trendAt: this.#trend.last, until: this.until }
  }
}

/** Enough to count people, and not to find one: who it happened to is in the traces, and goes with them. */
function hash(actor: string): string {
  return createHash('sha256').update(actor).digest('hex').slice(0, 10)
}
