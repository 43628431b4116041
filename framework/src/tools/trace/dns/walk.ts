import type { Clock } from '../../../std/clock.ts'
import { isBelow, type Delegation, type DnsCache, type Known } from './cache.ts'
import { askServer, DnsRefusal, DnsSilence, showServer, type Exchange, type NameServer } from './exchange.ts'
import { replyCodes, type DnsMessage, type DnsRecord, type Question } from './message.ts'

/** One server that was asked, or one cache that knew. */
export interface DnsHop {
  /** `resolver` asks others on our behalf; `root`, `tld` and `authority` only know their own zone. */
  readonly role: 'cache' | 'resolver' | 'root' | 'tld' | 'authority'
  readonly server?: string
  /** Whose servers were asked: the root is `.`. */
  readonly zone?: string
  /** `www.example.com AAAA` */
  readonly question: string
  /** On the monotonic clock, in milliseconds. */
  readonly start: number
  readonly ms: number
  readonly transport?: 'udp' | 'tcp'
  /** How often something was sent. */
  readonly queries: number
  readonly outcome: 'answer' | 'alias' | 'referral' | 'no-name' | 'no-data' | 'failed' | 'silent'
  /** What it said, in words: records, the zone that it referred to, or what was wrong. */
  readonly said: string
}

export interface Walked {
  readonly result: Known | Unknown
  readonly hops: readonly DnsHop[]
}

/** Nobody could say. */
export interface Unknown {
  readonly kind: 'unknown'
  /** Whether the last server said nothing at all. */
  readonly isSilent: boolean
  readonly reason: string
}

export interface WalkOptions {
  readonly clock: Clock
  readonly cache: DnsCache
  /** Where to begin: resolvers, or the root's servers. */
  readonly start: readonly NameServer[]
  /** Whether those are asked to ask others. */
  readonly recursion: boolean
  /** Of the servers that others refer to. */
  readonly port: number
}

interface Walk {
  readonly question: Question
  readonly signal: AbortSignal
  readonly hops: DnsHop[]
  /** Names of name servers that had to be looked up on the way. */
  readonly depth: number
}

const most = { hops: 40, aliases: 10, depth: 3, servers: 4 }
const tooMany = `It takes more than ${most.hops} questions: zones refer to each other in a circle.`

/** Answers one question from the cache, or by asking, following referrals and aliases. */
export async function walk(options: WalkOptions, question: Question, signal: AbortSignal): Promise<Walked> {
  const hops: DnsHop[] = []
  return { result: await resolve(options, { question, signal, hops, depth: 0 }), hops }
}

async function resolve(options: WalkOptions, walk: Walk): Promise<Known | Unknown> {
  const { question, hops } = walk
  const known = options.cache.answer(question)
  if (known !== undefined) {
    hops.push({ ...cacheHop(options.clock, question), outcome: outcomeOf(known), said: wordsOf(known) })
    return known
  }
  const passed: DnsRecord[] = []
  let { name } = question
  while (passed.length <= most.aliases) {
    const step = await resolveName(options, { ...walk, question: { ...question, name } })
    if (step.kind === 'unknown') return step
    if (step.kind === 'alias') {
      passed.push(...step.records)
      name = step.target
      continue
    }
    const result: Known = step.kind === 'records' ? { kind: 'records', records: [...passed, ...step.records] } : { kind: step.kind }
    options.cache.keepAnswer(question, result, Math.min(step.ttl, ...passed.map(({ ttl }) => ttl)))
    return result
  }
  return { kind: 'unknown', isSilent: false, reason: `${question.name} is an alias of an alias, more than ${most.aliases} times.` }
}

type Step =
  | ({ readonly ttl: number } & ({ kind: 'records'; records: readonly DnsRecord[] } | { kind: 'no-data' } | { kind: 'no-name' }))
  | { readonly kind: 'alias'; readonly records: readonly DnsRecord[]; readonly target: string }
  | { readonly kind: 'referral'; readonly zone: string; readonly records: readonly DnsRecord[] }
  | Unknown

/** From the closest zone that is known down to the one that knows the name. */
async function resolveName(options: WalkOptions, walk: Walk): Promise<Exclude<Step, { kind: 'referral' }>> {
  const { question, hops, signal } = walk
  const kept = options.cache.delegation(question.name)
  if (kept !== undefined)
    hops.push({ ...cacheHop(options.clock, question), outcome: 'referral', said: `the servers of ${kept.zone}`, zone: `${kept.zone}` })
  let at: Delegation = kept ?? { zone: '', servers: options.start }
  for (;;) {
    const step = await askZone(options, walk, at)
    if (step.kind !== 'referral') return step
    const servers = await serversOf(options, walk, { step, zone: at.zone })
    if (servers.length === 0) return { kind: 'unknown', isSilent: false, reason: `No server of ${step.zone} has an address.` }
    at = { zone: step.zone, servers }
    options.cache.keepDelegation(at, Math.min(...step.records.map(({ ttl }) => ttl)))
    if (hops.length > most.hops) return { kind: 'unknown', isSilent: false, reason: tooMany }
    signal.throwIfAborted()
  }
}

/** One server of the zone after the other, until one says something. */
async function askZone(options: WalkOptions, { question, signal, hops }: Walk, { zone, servers }: Delegation): Promise<Step> {
  let last: Unknown = { kind: 'unknown', isSilent: false, reason: 'There is no name server to ask.' }
  for (const server of servers.slice(0, most.servers)) {
    const started = options.clock.monotonic()
    const shown = { start: started, question: showQuestion(question), server: showServer(server), zone: zone === '' ? '.' : zone }
    try {
      const exchange = await askServer(server, question, { clock: options.clock, recursion: options.recursion && zone === '', signal })
      const step = stepOf(exchange.reply, question, zone)
      const { transport, ms, queries } = exchange
      hops.push({ ...shown, role: roleOf(exchange, zone), ms, transport, queries, outcome: outcomeOf(step), said: wordsOf(step) })
      if (step.kind !== 'unknown') return step
      last = { kind: 'unknown', isSilent: false, reason: `${shown.server} says ${step.reason}` }
    } catch (error) {
      if (!(error instanceof DnsSilence || error instanceof DnsRefusal)) throw error
      last = { kind: 'unknown', isSilent: error instanceof DnsSilence, reason: error.message }
      const role = zone === '' && options.recursion ? 'resolver' : roleOfZone(zone)
      hops.push({
        ...shown,
        role,
        ms: options.clock.monotonic() - started,
        queries: error.queries,
        outcome: outcomeOf(last),
        said: error.message,
      })
    }
  }
  return last
}

function stepOf(reply: DnsMessage, { name, type }: Question, zone: string): Step {
  if (reply.code !== 0 && reply.code !== replyCodes.nameError)
    return { kind: 'unknown', isSilent: false, reason: codeNames[reply.code] ?? `code ${reply.code}` }
  const trusted = reply.recursionAvailable ? reply.answers : reply.answers.filter((record) => isBelow(record.name, zone))
  const aliases: DnsRecord[] = []
  let at = name
  for (let next; (next = trusted.find((record) => record.type === 'CNAME' && record.name === at)) !== undefined;) {
    if (aliases.includes(next)) return { kind: 'unknown', isSilent: false, reason: `${name} is an alias of itself` }
    aliases.push(next)
    at = (next as { target: string }).target
  }
  const found = trusted.filter((record) => record.type === type && record.name === at)
  const records = [...aliases, ...found]
  if (found.length > 0) return { kind: 'records', records, ttl: Math.min(...records.map(({ ttl }) => ttl)) }
  if (aliases.length > 0 && !reply.recursionAvailable) return { kind: 'alias', records: aliases, target: at }
  if (reply.code === replyCodes.nameError) return { kind: 'no-name', ttl: absenceTtl(reply) }
  const referral = reply.authorities.filter((record) => record.type === 'NS' && isBelow(name, record.name) && record.name !== zone)
  const below = referral[0]?.name
  if (below !== undefined && isBelow(below, zone) && !reply.authoritative) {
    const servers = referral.filter((record) => record.name === below)
    // A server may speak for what is below its own zone, and for nothing else.
    const glue = reply.additional.filter((record) => isBelow(record.name, zone))
    return { kind: 'referral', zone: below, records: [...servers, ...glue] }
  }
  return { kind: 'no-data', ttl: absenceTtl(reply) }
}

const codeNames: Readonly<Record<number, string>> = { 1: 'FORMERR', 2: 'SERVFAIL', 4: 'NOTIMP', 5: 'REFUSED', 9: 'NOTAUTH' }

/** RFC 2308, section 5: without the zone's SOA an absence is not to be remembered. */
function absenceTtl({ authorities }: DnsMessage): number {
  const soa = authorities.find((record) => record.type === 'SOA')
  return soa === undefined ? 0 : Math.min(soa.ttl, soa.minimum)
}

async function serversOf(
  options: WalkOptions,
  walk: Walk,
  { step, zone }: { step: { records: readonly DnsRecord[] }; zone: string },
): Promise<NameServer[]> {
  const toServers = (records: readonly DnsRecord[]) =>
    records.flatMap((record) => (record.type === 'A' || record.type === 'AAAA' ? { address: record.address, port: options.port } : []))
  const names = step.records.flatMap((record) => (record.type === 'NS' ? record.target : []))
  const glued = toServers(step.records.filter(({ name }) => names.includes(name)))
  if (glued.length > 0 || walk.depth >= most.depth) return glued
  for (const name of names.slice(0, most.servers)) {
    // A server inside the zone that it serves cannot be found without an address from above.
    if (zone !== '' && isBelow(name, zone) && walk.question.name === name) continue
    const found = await resolve(options, { ...walk, question: { name, type: 'A' }, depth: walk.depth + 1 })
    if (found.kind === 'records') return toServers(found.records)
  }
  return []
}

function roleOf({ reply }: Exchange, zone: string): DnsHop['role'] {
  if (reply.recursionAvailable && !reply.authoritative) return 'resolver'
  return zone === '' && reply.authoritative && reply.answers.length > 0 ? 'authority' : roleOfZone(zone)
}

function roleOfZone(zone: string): DnsHop['role'] {
  if (zone === '') return 'root'
  return zone.includes('.') ? 'authority' : 'tld'
}

function cacheHop(clock: Clock, question: Question) {
  return { role: 'cache' as const, question: showQuestion(question), start: clock.monotonic(), ms: 0, queries: 0 }
}

function showQuestion({ name, type }: Question): string {
  return `${name === '' ? '.' : name} ${type}`
}

function outcomeOf(step: Step | Known): DnsHop['outcome'] {
  if (step.kind === 'unknown') return step.isSilent ? 'silent' : 'failed'
  return step.kind === 'records' ? 'answer' : step.kind
}

function wordsOf(step: Step | Known): string {
  if (step.kind === 'unknown') return step.reason
  if (step.kind === 'no-name') return 'there is no such name'
  if (step.kind === 'no-data') return 'the name has no such record'
  return step.kind === 'referral' ? `ask the servers of ${step.zone}` : step.records.map(showRecord).join(', ')
}

/** `www.example.com CNAME example.com (60 s)` */
export function showRecord(record: DnsRecord): string {
  const value = record.type === 'SOA' ? String(record.minimum) : 'target' in record ? record.target : record.address
  return `${record.name} ${record.type} ${value} (${record.ttl} s)`
}
