import type { Operation, Span, SpanKind } from '../../std/operation.ts'
import { ownTimes } from './explain-time.ts'

/** What a part of a route's time went into. `step` is one of the pipeline's, `rest` what no span covers. */
export interface Cause {
  readonly kind: Exclude<SpanKind, 'stage' | 'attempt' | 'dns' | 'tcp' | 'tls'> | 'handler' | 'step' | 'rest'
  readonly what: string
  /** Of all the time, between 0 and 1. */
  readonly share: number
  /** In one request, on average. */
  readonly ms: number
  /** The greatest of what it is made of: statements, hosts. */
  readonly parts: readonly CausePart[]
}

export interface CausePart {
  readonly what: string
  readonly share: number
  readonly ms: number
  /** How many there were in one request, on average. */
  readonly times: number
}

/** Some requests of a route; the shares of their causes add up to 1. */
export interface Attributed {
  readonly requests: number
  /** Of one of them, on average. */
  readonly ms: number
  /** Greatest first. */
  readonly causes: readonly Cause[]
}

export interface Attribution {
  /** How many requests there are to go by. */
  readonly requests: number
  /** How many of them were recorded with each step of the pipeline. */
  readonly detailed: number
  /** Milliseconds since 1970. */
  readonly from: number
  readonly to: number
  /** The middle fifth of those that were kept for no reason: being slow is one. */
  readonly median: Attributed
  /** The slowest tenth. */
  readonly slowest: Attributed
}

const mostOfGroup = 40
const mostParts = 5

/** Where the time of one route went. `operations`: what is recorded of it, in any order. Undefined when that is nothing. */
export function attribution(operations: readonly Operation[]): Attribution | undefined {
  // A request that was refused says how long a refusal takes.
  const served = operations.filter(({ outcome }) => outcome !== 'refused')
  const all = (served.length > 0 ? served : operations).toSorted((a, b) => a.ms - b.ms)
  if (all.length === 0) return undefined
  const usual = all.filter(({ kept }) => kept === 'share' || kept === 'asked')
  return {
    requests: all.length,
    detailed: all.filter(isDetailed).length,
    from: Math.min(...all.map(({ startedAt }) => startedAt)),
    to: Math.max(...all.map(({ startedAt }) => startedAt)),
    median: attributed(middle(usual.length > 0 ? usual : all)),
    slowest: attributed(all.slice(-Math.min(mostOfGroup, Math.ceil(all.length / 10)))),
  }
}

function isDetailed({ spans }: Operation): boolean {
  return spans.some(({ kind }) => kind === 'stage')
}

function middle(sorted: readonly Operation[]): readonly Operation[] {
  const count = Math.min(mostOfGroup, Math.ceil(sorted.length / 5))
  const from = Math.floor((sorted.length - count) / 2)
  return sorted.slice(from, from + count)
}

interface Sum {
  ms: number
  readonly of: Pick<Cause, 'kind' | 'what'>
  readonly parts: Map<string, { ms: number; times: number }>
}

function attributed(group: readonly Operation[]): Attributed {
  const sums = new Map<string, Sum>()
  const sumOf = (of: Sum['of']): Sum => {
    const key = `${of.kind} ${of.what}`
    const sum = sums.get(key) ?? { ms: 0, of, parts: new Map() }
    sums.set(key, sum)
    return sum
  }
  const total = group.reduce((sum, { ms }) => sum + ms, 0)
  for (const operation of group) {
    const own = ownTimes(operation.spans, operation.ms)
    for (const [index, span] of operation.spans.entries()) {
      const sum = sumOf(causeOf(span))
      sum.ms += own[index]!
      const what = partOf(operation.spans, span)
      if (what === undefined) continue
      const part = sum.parts.get(what) ?? { ms: 0, times: 0 }
      sum.parts.set(what, { ms: part.ms + own[index]!, times: part.times + (isPartOfAnother(span) ? 0 : 1) })
    }
    const rest = operation.ms - own.reduce((sum, ms) => sum + ms, 0)
    sumOf({ kind: 'rest', what: isDetailed(operation) ? 'between the steps' : notRecorded }).ms += Math.max(0, rest)
  }
  const { length } = group
  const share = (ms: number) => (total > 0 ? ms / total : 0)
  const causes = [...sums.values()]
    .filter(({ ms }) => ms > 0)
    .map(({ of, ms, parts }): Cause => ({ ...of, share: share(ms), ms: ms / length, parts: partsOf(parts, { length, share }) }))
  return { requests: length, ms: total / length, causes: causes.toSorted((a, b) => b.share - a.share) }
}

function partsOf(parts: Sum['parts'], { length, share }: { length: number; share: (ms: number) => number }): CausePart[] {
  return [...parts]
    .map(([what, { ms, times }]) => ({ what, share: share(ms), ms: ms / length, times: times / length }))
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, mostParts)
}

const notRecorded = 'your code and the steps around it, which were not recorded one by one'

const words = {
  sql: 'SQL',
  transaction: 'your code inside of transactions, between statements',
  pool: 'waiting for a connection',
  fetch: 'other services',
  wait: 'waiting for a place to call another service',
  cache: 'the cache',
  lock: 'waiting for locks',
  file: 'files',
  gc: 'collecting garbage',
  custom: 'spans of your own',
} as const

/** What a step does that its name does not say. */
const steps: Readonly<Record<string, string>> = {
  body: 'waiting for the caller’s body and parsing it',
  reply: 'serialising the answer and sending it',
  validate: 'validating',
  authenticate: 'finding out who asks',
}

function causeOf({ kind, name }: Span): Sum['of'] {
  switch (kind) {
    case 'stage':
      return name === 'handle'
        ? { kind: 'handler', what: 'your handler’s own code' }
        : { kind: 'step', what: steps[name] ?? `step ${name}` }
    case 'attempt':
    case 'dns':
    case 'tcp':
    case 'tls':
      return { kind: 'fetch', what: words.fetch }
    default:
      return { kind, what: words[kind] ?? kind }
  }
}

/** Which statement, which host: what a cause is told apart by. */
function partOf(spans: readonly Span[], span: Span): string | undefined {
  switch (span.kind) {
    case 'sql':
    case 'custom':
    case 'lock':
    case 'wait':
      return span.name
    case 'fetch':
      return span.name.slice(span.name.indexOf(' ') + 1)
    case 'attempt':
      return span.name.split(',')[0]
    case 'dns':
    case 'tcp':
    case 'tls': {
      const around = spans[span.parent]
      return around === undefined ? undefined : partOf(spans, around)
    }
    default:
      return undefined
  }
}

/** Connecting is a part of a call, and not another one. */
function isPartOfAnother({ kind }: Span): boolean {
  return kind === 'dns' || kind === 'tcp' || kind === 'tls'
}
