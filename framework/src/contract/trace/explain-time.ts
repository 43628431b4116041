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

/** Shares by kind, greatest first: each span counts for itself, without what runs inside of it. */
export function whereTimeWent({ ms, spans, dropped }: Operation): string {
  if (spans.length === 0) return `It took ${ms.toFixed(1)} ms; its steps were not recorded.`
  const shares = new Map<string, { ms: number; count: number }>()
  for (const [index, span] of spans.entries()) {
    // Your function is a step like the others, but a person looks for it by its name.
    const word = span.kind === 'stage' && span.name === 'handle' ? 'your handler' : (words[span.kind] ?? span.kind)
    const share = shares.get(word) ?? { ms: 0, count: 0 }
    shares.set(word, { ms: share.ms + ownTime(spans, index, ms), count: share.count + 1 })
  }
  const inAll = Math.max(ms, Number.EPSILON)
  const shown = [...shares]
    .toSorted(([, a], [, b]) => b.ms - a.ms)
    .map(([word, share]) => ({
      text: `${Math.round((share.ms / inAll) * 100)} % ${word}${counted(word, share.count)}`,
      percent: (share.ms / inAll) * 100,
    }))
    .filter(({ percent }) => percent >= 1)
    .map(({ text }) => text)
  const more = dropped > 0 ? ` ${dropped} spans and lines more were not kept.` : ''
  return `It took ${ms.toFixed(1)} ms: ${shown.length === 0 ? 'none of its steps a hundredth of it' : shown.join(', ')}.${more}`
}

function counted(word: string, count: number): string {
  return word === words.sql ? ` (${count} statement${count === 1 ? '' : 's'})` : ''
}

/** Children may overlap: what two of them share is taken off once. */
function ownTime(spans: readonly Span[], index: number, ms: number): number {
  const span = spans[index]!
  const end = endOf(span, ms)
  let covered = 0
  let reached = span.start
  const children = spans.filter((child) => child.parent === index && child !== span).toSorted((a, b) => a.start - b.start)
  for (const child of children) {
    const from = Math.max(reached, child.start)
    const to = Math.min(end, endOf(child, ms))
    if (to > from) covered += to - from
    reached = Math.max(reached, to)
  }
  return Math.max(0, end - span.start - covered)
}

function endOf({ end }: Span, ms: number): number {
  return end < 0 ? ms : end
}
