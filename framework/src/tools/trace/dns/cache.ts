import type { Clock } from '../../../std/clock.ts'
import type { DnsRecord, Question } from './message.ts'
import type { NameServer } from './exchange.ts'

/** What is known about a question: records, or that there are none. */
export type Known =
  | { readonly kind: 'records'; readonly records: readonly DnsRecord[] }
  /** The name exists, but has nothing of this type. */
  | { readonly kind: 'no-data' }
  | { readonly kind: 'no-name' }

export interface Delegation {
  /** The root is the empty text. */
  readonly zone: string
  readonly servers: readonly NameServer[]
}

interface Kept<Value> {
  readonly value: Value
  readonly until: number
}

/** No record is believed for longer than a day, whatever it says. */
const longest = 86_400

/** Answers for as long as their TTL allows, in seconds; absences for as long as their zone's SOA does (RFC 2308). */
export class DnsCache {
  readonly #clock: Clock
  readonly #answers = new Map<string, Kept<Known>>()
  readonly #delegations = new Map<string, Kept<Delegation>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** With the TTLs that are left. */
  answer(question: Question): Known | undefined {
    const kept = this.#alive(this.#answers, keyOf(question))
    if (kept?.value.kind !== 'records') return kept?.value
    const left = Math.floor((kept.until - this.#clock.monotonic()) / 1000)
    return { kind: 'records', records: kept.value.records.map((record) => ({ ...record, ttl: left })) }
  }

  keepAnswer(question: Question, known: Known, ttl: number): void {
    this.#keep(this.#answers, keyOf(question), { value: known, ttl })
  }

  /** The servers of the closest zone above a name that is known. */
  delegation(name: string): Delegation | undefined {
    for (let zone = name; zone !== ''; zone = parentOf(zone)) {
      const kept = this.#alive(this.#delegations, zone)
      if (kept !== undefined) return kept.value
    }
    return undefined
  }

  keepDelegation(delegation: Delegation, ttl: number): void {
    this.#keep(this.#delegations, delegation.zone, { value: delegation, ttl })
  }

  #alive<Value>(kept: Map<string, Kept<Value>>, key: string): Kept<Value> | undefined {
    const found = kept.get(key)
    if (found === undefined || found.until > this.#clock.monotonic()) return found
    kept.delete(key)
    return undefined
  }

  #keep<Value>(kept: Map<string, Kept<Value>>, key: string, { value, ttl }: { value: Value; ttl: number }): void {
    if (ttl > 0) kept.set(key, { value, until: this.#clock.monotonic() + Math.min(ttl, longest) * 1000 })
  }
}

/** `a.b.c` is below `b.c`, and everything is below the root. */
export function isBelow(name: string, zone: string): boolean {
  return zone === '' || name === zone || name.endsWith(`.${zone}`)
}

function parentOf(name: string): string {
  const dot = name.indexOf('.')
  return dot < 0 ? '' : name.slice(dot + 1)
}

function keyOf({ name, type }: Question): string {
  return `${type} ${name}`
}
