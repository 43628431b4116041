import type { Operation, Span, SpanKind } from '../../std/operation.ts'

const words: Readonly<Record<SpanKind, string>> = {
  stage: 'steps of the pipeline',
  sql: 'SQL',
  transaction: 'transactions around it',
  pool: 'waiting for a connection of the pool',
  fetch: 'other services',
  dns: 'look-ups of names',
  tcp: 'connecting',
  tls: 'TLS handshakes',
  wait: 'waiting',
  cache: 'the cache',
  lock: 'waiting for locks',
  attempt: 'attempts to reach other services',
  file: 'files',
  gc: 'collecting garbage',
  custom: 'spans of your own',
}

/** A part of an operation's time. */
export interface TimeShare {
  /** What kind of span; `handler` for the application's own function, which is a step like the others, but looked for by its name. */
  readonly kind: SpanKind | 'handler'
  readonly word: string
  readonly ms: number
  /** How many spans it is the sum of. */
  readonly count: number
}

/** Shares by kind, greatest first. At every moment the time is that of the innermost spans, in equal parts where several run: so the shares add up. */
export function timeShares({ ms, spans }: Pick<Operation, 'ms' | 'spans'>): TimeShare[] {
  const shares = new Map<TimeShare['kind'], TimeShare>()
  const own = ownTimes(spans, ms)
  for (const [index, span] of spans.entries()) {
    const kind = span.kind === 'stage' && span.name === 'handle' ? 'handler' : span.kind
    const word = kind === 'handler' ? 'your handler' : (words[kind] ?? kind)
    const share = shares.get(kind) ?? { ms: 0, count: 0 }
    shares.set(kind, { kind, word, ms: share.ms + own[index]!, count: share.count + 1 })
  }
  return [...shares.values()].toSorted((a, b) => b.ms - a.ms)
}

export function whereTimeWent({ ms, spans, dropped }: Operation): string {
  if (spans.length === 0) return `It took ${ms.toFixed(1)} ms; its steps were not recorded.`
  const shown = timeShares({ ms, spans })
    .map(({ word, ms: share, count }) => ({ word, count, percent: ms > 0 ? (share / ms) * 100 : 0 }))
    .filter(({ percent }) => percent >= 1)
    .map(({ word, count, percent }) => `${Math.round(percent)} % ${word}${word === words.sql ? counted(count) : ''}`)
  const more = dropped > 0 ? ` ${dropped} spans and lines more were not kept.` : ''
  return `It took ${ms.toFixed(1)} ms: ${shown.length === 0 ? 'none of its steps a hundredth of it' : shown.join(', ')}.${more}`
}

function counted(statements: number): string {
  return ` (${statements} statement${statements === 1 ? '' : 's'})`
}

/** How much of the time is each span's own. A pause of the garbage collection stops all others, so its time is nobody else's. */
export function ownTimes(spans: readonly Span[], ms: number): number[] {
  const ends = spans.map(({ end }) => Math.min(ms, end < 0 ? ms : end))
  const moments = [...new Set([...spans.map(({ start }) => start), ...ends])].toSorted((a, b) => a - b)
  const own = spans.map(() => 0)
  for (const [at, from] of moments.entries()) {
    const to = moments[at + 1]
    if (to === undefined) break
    const running = [...spans.keys()].filter((index) => spans[index]!.start <= from && ends[index]! >= to)
    const around = new Set(running.map((index) => spans[index]!.parent))
    const paused = running.filter((index) => spans[index]!.kind === 'gc')
    const innermost = paused.length > 0 ? paused : running.filter((index) => !around.has(index))
    for (const index of innermost) own[index]! += (to - from) / innermost.length
  }
  return own
}
