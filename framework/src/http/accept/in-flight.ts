import type { IncomingMessage } from 'node:http'
import { abortReason } from '../../std/abort.ts'
import type { Clock } from '../../std/clock.ts'
import type { Exchange } from '../stage.ts'

/** What the lists keep in the request itself, so that joining and leaving them allocates nothing. */
export interface Listed extends Exchange {
  earlier: Listed | undefined
  later: Listed | undefined
  due: number
}

/** Answers a request early: with 504 when its time is over, with 503 when the process stops before it is done. */
export type Cut = (c: Exchange, reason: Error) => void

/**
 * Requests of one deadline, in the order they came in and so in the order they are due: one timer, for the first of them,
 * serves them all. A timer a request would cost more than the rest of the pipeline.
 */
export class DeadlineList {
  readonly #clock: Clock
  readonly #ms: number
  readonly #cut: Cut
  #first: Listed | undefined
  #last: Listed | undefined
  #armed = false
  count = 0

  constructor(clock: Clock, ms: number, cut: Cut) {
    this.#clock = clock
    this.#ms = ms
    this.#cut = cut
  }

  add(c: Listed): undefined {
    c.due = c.started + this.#ms
    c.earlier = this.#last
    if (this.#last === undefined) this.#first = c
    else this.#last.later = c
    this.#last = c
    this.count++
    if (!this.#armed) this.#arm(c.due)
  }

  remove(c: Listed): void {
    // A request that was cut left the list then; its handler may still come to an end later.
    if (c.earlier === undefined && this.#first !== c) return
    if (c.earlier === undefined) this.#first = c.later
    else c.earlier.later = c.later
    if (c.later === undefined) this.#last = c.earlier
    else c.later.earlier = c.earlier
    c.earlier = c.later = undefined
    this.count--
  }

  /** Cuts everything, oldest first, and says what it was. */
  cutAll(reason: Error): string[] {
    const routes: string[] = []
    for (let c = this.#first; c !== undefined; c = this.#first) {
      routes.push(c.route)
      this.cut(c, reason)
    }
    return routes
  }

  /** Cuts the one with this request, if it is here. */
  cutOne(request: IncomingMessage, reason: Error): boolean {
    let c = this.#first
    while (c !== undefined && c.request !== request) c = c.later
    if (c !== undefined) this.cut(c, reason)
    return c !== undefined
  }

  cut(c: Listed, reason: Error): void {
    this.remove(c)
    c.abort(reason)
    this.#cut(c, reason)
  }

  #arm(due: number): void {
    this.#armed = true
    this.#clock.after(Math.max(0, due - this.#clock.monotonic()), () => this.#sweep())
  }

  #sweep(): void {
    this.#armed = false
    const now = this.#clock.monotonic()
    while (this.#first !== undefined && this.#first.due <= now) this.cut(this.#first, abortReason('deadline-exceeded'))
    if (this.#first !== undefined) this.#arm(this.#first.due)
  }
}

/** Every request that has not been answered yet. */
export class InFlight {
  readonly #clock: Clock
  readonly #cut: Cut
  readonly #lists = new Map<number, DeadlineList>()

  constructor(clock: Clock, cut: Cut) {
    this.#clock = clock
    this.#cut = cut
  }

  list(ms: number): DeadlineList {
    let list = this.#lists.get(ms)
    if (list === undefined) this.#lists.set(ms, (list = new DeadlineList(this.#clock, ms, this.#cut)))
    return list
  }

  get count(): number {
    let sum = 0
    for (const list of this.#lists.values()) sum += list.count
    return sum
  }

  /** Answers one request with the problem that `reason` is. False when it was answered already. */
  cutOne(request: IncomingMessage, reason: Error): boolean {
    return [...this.#lists.values()].some((list) => list.cutOne(request, reason))
  }

  /** Answers all that is left with 503, and returns their routes. */
  cutAll(): string[] {
    return [...this.#lists.values()].flatMap((list) => list.cutAll(abortReason('shutting-down')))
  }
}
