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

/** Shares by kind, greatest first. At every moment the time is that of the innermost spans, in equal parts where several run: so the shares add up. */
export function whereTimeWent({ ms, spans, dropped }: Operation): string {
  if (spans.length === 0) return `It took ${ms.toFixed(1)} ms; its steps were not recorded.`
  const shares = new Map<string, number>()
  const own = ownTimes(spans, ms)
  for (const [index, span] of spans.entries()) shares.set(wordOf(span), (shares.get(wordOf(span)) ?? 0) + own[index]!)
  const statements = spans.filter(({ kind }) => kind === 'sql').length
  const shown = [...shares]
    .map(([word, share]) => ({ word, percent: ms > 0 ? (share / ms) * 100 : 0 }))
    .filter(({ percent }) => percent >= 1)
    .toSorted((a, b) => b.percent - a.percent)
    .map(
      ({ word, percent }) =>
        `${Math.round(percent)} % ${word}${word === words.sql ? ` (${statements} statement${statements === 1 ? '' : 's'})` : ''}`,
    )
  const more = dropped > 0 ? ` ${dropped} spans and lines more were not kept.` : ''
  return `It took ${ms.toFixed(1)} ms: ${shown.length === 0 ? 'none of its steps a hundredth of it' : shown.join(', ')}.${more}`
}

/** Your function is a step like the others, but a person looks for it by its name. */
function wordOf({ kind, name }: Span): string {
  return kind === 'stage' && name === 'handle' ? 'your handler' : (words[kind] ?? kind)
}

function ownTimes(spans: readonly Span[], ms: number): number[] {
  const ends = spans.map(({ end }) => Math.min(ms, end < 0 ? ms : end))
  const moments = [...new Set([...spans.map(({ start }) => start), ...ends])].toSorted((a, b) => a - b)
  const own = spans.map(() => 0)
  for (const [at, from] of moments.entries()) {
    const to = moments[at + 1]
    if (to === undefined) break
    const running = [...spans.keys()].filter((index) => spans[index]!.start <= from && ends[index]! >= to)
    const around = new Set(running.map((index) => spans[index]!.parent))
    const innermost = running.filter((index) => !around.has(index))
    for (const index of innermost) own[index]! += (to - from) / innermost.length
  }
  return own
}
