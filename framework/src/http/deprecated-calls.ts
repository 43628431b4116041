import { createHash } from 'node:crypto'
import type { Clock } from '../std/clock.ts'
import type { Exchange } from './exchange.ts'

/** Who still calls an operation that is on its way out. */
export interface DeprecatedCall {
  /** `GET /api/v1/products` */
  readonly route: string
  /** `actor:…`, `key:…` (a digest of the API key) or `agent:…`. */
  readonly consumer: string
  readonly calls: number
  readonly lastSeen: Date
  /** Calls a day, by its date in UTC, of the last thirty days with calls: whether they go down to zero. */
  readonly days: Readonly<Record<string, number>>
}

interface Tally {
  route: string
  consumer: string
  calls: number
  lastSeen: Date
  days: Map<string, number>
}

const mostConsumers = 500
const mostDays = 30
const longestAgent = 100

/** Counts calls to deprecated operations by consumer. It keeps a bounded number of them: strangers choose what they call themselves. */
export class DeprecatedCalls {
  readonly #clock: Clock
  readonly #tell: (route: string, consumer: string) => void
  readonly #tallies = new Map<string, Tally>()

  constructor(clock: Clock, tell: (route: string, consumer: string) => void = () => {}) {
    this.#clock = clock
    this.#tell = tell
  }

  count(c: Exchange): void {
    let consumer = consumerOf(c)
    if (!this.#tallies.has(`${c.route} ${consumer}`) && this.#tallies.size >= mostConsumers) consumer = 'others'
    const key = `${c.route} ${consumer}`
    let tally = this.#tallies.get(key)
    if (tally === undefined)
      this.#tallies.set(key, (tally = { route: c.route, consumer, calls: 0, lastSeen: this.#clock.now(), days: new Map() }))
    tally.calls++
    tally.lastSeen = this.#clock.now()
    const day = tally.lastSeen.toISOString().slice(0, 10)
    tally.days.set(day, (tally.days.get(day) ?? 0) + 1)
    if (tally.days.size > mostDays) tally.days.delete(tally.days.keys().next().value!)
    this.#tell(c.route, consumer)
  }

  /** Busiest first. */
  report(): DeprecatedCall[] {
    return [...this.#tallies.values()]
      .map((tally) => ({ ...tally, days: Object.fromEntries(tally.days) }))
      .sort((left, right) => right.calls - left.calls)
  }
}

function consumerOf(c: Exchange): string {
  if (c.actor !== undefined) return `actor:${c.actor.id}`
  const key = c.request.headers['x-api-key']
  // A digest tells two keys apart and opens nothing.
  if (typeof key === 'string') return `key:${createHash('sha256').update(key).digest('hex').slice(0, 12)}`
  const agent = c.request.headers['user-agent']
  return `agent:${agent === undefined ? 'unnamed' : agent.slice(0, longestAgent)}`
}
