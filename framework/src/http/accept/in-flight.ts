import type { IncomingMessage } from 'node:http'
import { abortReason } from '../../std/abort.ts'
import type { Clock } from '../../std/clock.ts'
import type { Exchange } from '../exchange.ts'
import { DueList } from './due-list.ts'

/** A request that stands in a list. */
export interface Listed extends Exchange {
  earlier: Listed | undefined
  later: Listed | undefined
  due: number
}

/** Answers a request early: with 504 when its time is over, with 503 when the process stops before it is done. */
export type Cut = (c: Exchange, reason: Error) => void

/** Requests of one deadline. One that was cut left the list then; its handler may still come to an end later. */
export class DeadlineList extends DueList<Listed> {
  readonly #cut: Cut

  constructor(clock: Clock, ms: number, cut: Cut) {
    super(clock, ms, (c) => this.cut(c, abortReason('deadline-exceeded', c.waiting?.stage)))
    this.#cut = cut
  }

  /** Cuts everything, oldest first, and says what it was. */
  cutAll(reason: Error): string[] {
    const routes: string[] = []
    for (let c = this.first; c !== undefined; c = this.first) {
      routes.push(c.route)
      this.cut(c, reason)
    }
    return routes
  }

  /** Cuts the one with this request, if it is here. */
  cutOne(request: IncomingMessage, reason: Error): boolean {
    let c = this.first
    while (c !== undefined && c.request !== request) c = c.later
    if (c !== undefined) this.cut(c, reason)
    return c !== undefined
  }

  cut(c: Listed, reason: Error): void {
    this.remove(c)
    c.abort(reason)
    this.#cut(c, reason)
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
