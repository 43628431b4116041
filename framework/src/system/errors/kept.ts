import type { KeptGroup } from './group.ts'
import { Trend } from './trend.ts'

const numbers = ['count', 'firstAt', 'lastAt', 'trendAt', 'until'] as const
const lists = ['routes', 'actorHashes', 'versions', 'traces', 'perMinute'] as const
const states: readonly unknown[] = ['open', 'resolved', 'ignored', 'snoozed']
const minute = 60_000

export function isKept(value: unknown): value is KeptGroup {
  if (typeof value !== 'object' || value === null) return false
  const group = value as Record<string, unknown>
  return (
    typeof group['fingerprint'] === 'string' &&
    typeof group['type'] === 'string' &&
    typeof group['message'] === 'string' &&
    states.includes(group['state']) &&
    numbers.every((name) => typeof group[name] === 'number') &&
    lists.every((name) => Array.isArray(group[name]))
  )
}

/** What two processes know of one group, as one: counts are added up, and of what was said about it the last word counts. */
export function merged(one: KeptGroup, other: KeptGroup): KeptGroup {
  const [older, newer] = one.lastAt <= other.lastAt ? [one, other] : [other, one]
  const { state, regressed, until, markedAt = 0 } = (one.markedAt ?? 0) >= (other.markedAt ?? 0) ? one : other
  const trendAt = Math.max(one.trendAt, other.trendAt)
  const [counts, more] = [one, other].map((of) => new Trend(of.perMinute, of.trendAt).at(trendAt * minute))
  return {
    ...newer,
    count: one.count + other.count,
    firstAt: Math.min(one.firstAt, other.firstAt),
    routes: union(older.routes, newer.routes),
    actorHashes: union(older.actorHashes, newer.actorHashes),
    versions: union(
      older.versions.filter((version) => !newer.versions.includes(version)),
      newer.versions,
    ),
    traces: union(newer.traces, older.traces),
    trendAt,
    perMinute: counts!.map((count, i) => count + more![i]!),
    state,
    regressed,
    until,
    markedAt,
  }
}

function union(one: readonly string[], other: readonly string[]): string[] {
  return [...new Set([...one, ...other])]
}
