import { isIP, isIPv6 } from 'node:net'
import type { Clock } from '../../../std/clock.ts'
import { BootError } from '../../../std/errors.ts'
import { DnsCache } from './cache.ts'
import type { NameServer } from './exchange.ts'
import type { DnsRecord } from './message.ts'
import { rootServers } from './root-servers.ts'
import type { SystemDns } from './system.ts'
import { walk, type DnsHop, type Unknown, type WalkOptions, type Walked } from './walk.ts'

export interface Address {
  readonly address: string
  readonly family: 4 | 6
}

export interface Lookup {
  /** The name that was asked for in the end: a search suffix may have been appended. */
  readonly name: string
  readonly addresses: readonly Address[]
  /** Who knew: nobody had to be asked for `url`, `flag`, `localhost`, `hosts` and `cache`. */
  readonly answeredBy: 'url' | 'flag' | 'localhost' | 'hosts' | 'cache' | 'resolver' | 'authority' | 'nobody'
  readonly records: readonly DnsRecord[]
  /** Packets sent and streams opened to name servers. */
  readonly queries: number
  readonly hops: readonly DnsHop[]
  readonly failure?: BootError
}

export interface ResolverOptions {
  readonly clock: Clock
  readonly system: SystemDns
  /** Asked instead of the system's. It may be a resolver, or one that only refers to others. */
  readonly server?: NameServer
  /** Walks from the root (or from `server`) instead of asking a resolver. */
  readonly chain: boolean
  /** Addresses that need no look-up. */
  readonly addresses?: readonly string[]
}

/** How long one family waits for the other's addresses, in milliseconds (RFC 8305, section 3). */
const resolutionDelay = 50

/** Finds the addresses of a host, remembers them for their TTL, and tells how. */
export class Resolver {
  readonly #options: ResolverOptions
  readonly #walk: WalkOptions

  constructor(options: ResolverOptions) {
    const { clock, system, server, chain } = options
    this.#options = options
    this.#walk = {
      clock,
      cache: new DnsCache(clock),
      start: server !== undefined ? [server] : chain ? rootServers : system.servers,
      recursion: !chain,
      // Servers that a test's own root refers to listen where it does.
      port: server?.port ?? 53,
    }
  }

  /** Never rejects for what the network does: `failure` says it. */
  async lookup(host: string, signal: AbortSignal): Promise<Lookup> {
    const name = host
      .replace(/^\[|\]$/g, '')
      .replace(/\.$/, '')
      .toLowerCase()
    const given = this.#given(name)
    if (given !== undefined) return { name, ...given, records: [], queries: 0, hops: [] }
    let last: Lookup | undefined
    for (const candidate of this.#candidates(name, host.endsWith('.'))) {
      const found: Lookup = await this.#ask(candidate, signal)
      last = { ...found, hops: [...(last?.hops ?? []), ...found.hops], queries: (last?.queries ?? 0) + found.queries }
      if (last.failure?.code !== 'dns-name-unknown') break
    }
    return last!
  }

  #given(name: string): Pick<Lookup, 'addresses' | 'answeredBy'> | undefined {
    const { addresses, system, server, chain } = this.#options
    if (addresses !== undefined) return { addresses: addresses.map(toAddress), answeredBy: 'flag' }
    if (isIP(name) !== 0) return { addresses: [toAddress(name)], answeredBy: 'url' }
    const own = server === undefined && !chain ? system.hosts.get(name) : undefined
    if (own !== undefined) return { addresses: own.map(toAddress), answeredBy: 'hosts' }
    // Never asked of a name server (RFC 6761, section 6.3).
    if (name === 'localhost' || name.endsWith('.localhost'))
      return { addresses: ['::1', '127.0.0.1'].map(toAddress), answeredBy: 'localhost' }
    return undefined
  }

  #candidates(name: string, isComplete: boolean): string[] {
    const { system, server, chain } = this.#options
    if (isComplete || server !== undefined || chain) return [name]
    const extended = system.search.map((suffix) => `${name}.${suffix}`)
    return name.split('.').length - 1 >= system.dots ? [name, ...extended] : [...extended, name]
  }

  async #ask(name: string, signal: AbortSignal): Promise<Lookup> {
    const cancelled = new AbortController()
    const either = AbortSignal.any([signal, cancelled.signal])
    const six = walk(this.#walk, { name, type: 'AAAA' }, either)
    const four = walk(this.#walk, { name, type: 'A' }, either)
    try {
      const answers = await this.#both([six, four])
      return lookupOf(name, answers)
    } finally {
      // One family that never answers must not keep the process.
      cancelled.abort(new Error('The other family answered.'))
      await Promise.allSettled([six, four])
    }
  }

  /** Both answers, or one and what it is worth waiting for the other. */
  async #both(asked: readonly [Promise<Walked>, Promise<Walked>]): Promise<Walked[]> {
    const [first, other] = await Promise.race(asked.map((one, index) => one.then((walked) => [walked, asked[1 - index]!] as const)))
    if (first.result.kind !== 'records') return [first, await other]
    let cancel = () => {}
    const patience = new Promise<undefined>((resolve) => {
      cancel = this.#options.clock.after(resolutionDelay, () => resolve(undefined))
    })
    const second = await Promise.race([other, patience])
    cancel()
    return second === undefined ? [first] : [first, second]
  }
}

function lookupOf(name: string, answers: readonly Walked[]): Lookup {
  const hops = answers.flatMap((one) => one.hops)
  const records = uniqueRecords(answers.flatMap(({ result }) => (result.kind === 'records' ? result.records : [])))
  const addresses = records.flatMap((record) => (record.type === 'A' || record.type === 'AAAA' ? toAddress(record.address) : []))
  const queries = hops.reduce((sum, hop) => sum + hop.queries, 0)
  // IPv6 first, as the rules for choosing an address want (RFC 6724).
  const sorted = addresses.toSorted((a, b) => b.family - a.family)
  const failure = addresses.length > 0 ? undefined : failureOf(name, answers)
  return { name, addresses: sorted, answeredBy: answererOf(hops), records, queries, hops, ...(failure !== undefined && { failure }) }
}

function failureOf(name: string, answers: readonly Walked[]): BootError {
  const results = answers.map(({ result }) => result)
  if (results.some(({ kind }) => kind === 'no-name')) return new BootError('dns-name-unknown', `There is no ${name}.`)
  const unknown = results.filter((result): result is Unknown => result.kind === 'unknown')
  const silent = unknown.find(({ isSilent }) => isSilent)
  if (silent !== undefined) return new BootError('dns-timeout', `Nobody answered who ${name} is. ${silent.reason}`)
  if (unknown[0] !== undefined) return new BootError('dns-failed', `Nobody could say who ${name} is. ${unknown[0].reason}`)
  return new BootError('dns-no-address', `${name} exists, but has no address.`)
}

function answererOf(hops: readonly DnsHop[]): Lookup['answeredBy'] {
  if (hops.every(({ queries }) => queries === 0)) return 'cache'
  const last = hops.findLast(({ outcome, queries }) => queries > 0 && outcome !== 'failed' && outcome !== 'silent')
  if (last === undefined) return 'nobody'
  return last.role === 'resolver' ? 'resolver' : 'authority'
}

// Both questions pass the same aliases.
function uniqueRecords(records: readonly DnsRecord[]): DnsRecord[] {
  return [...new Map(records.map((record) => [JSON.stringify({ ...record, ttl: 0 }), record])).values()]
}

function toAddress(address: string): Address {
  return { address, family: isIPv6(address) ? 6 : 4 }
}
