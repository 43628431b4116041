import type { Meter, Histogram } from '../../std/meter.ts'
import { withoutLiterals } from '../../std/sql-text.ts'

/** What is known of one statement, since the start. Times in milliseconds. */
export interface StatementStats {
  /** Its text; what is written into it as a literal is left out. */
  readonly sql: string
  readonly calls: number
  readonly failures: number
  readonly totalMs: number
  readonly slowestMs: number
  readonly rows: number
  /** Which routes and jobs sent it, most often first. */
  readonly routes: readonly string[]
}

/** How one run of a statement went. */
export interface StatementRun {
  readonly ms: number
  readonly rows: number
  readonly failed: boolean
  readonly route: string | undefined
}

interface Tally {
  readonly sql: string
  calls: number
  failures: number
  totalMs: number
  slowestMs: number
  rows: number
  readonly routes: Map<string, number>
  readonly ok: Histogram | undefined
  readonly failed: Histogram | undefined
}

const most = 500
const mostRoutes = 20

/** Counts every statement by its text. Bounded: text that is put together anew for every call would fill the memory, and is counted as one. */
export class Statements {
  readonly #tallies = new Map<string, Tally>()
  readonly #duration: ReturnType<typeof durations> | undefined

  constructor(meter: Meter | undefined) {
    this.#duration = meter && durations(meter)
  }

  record(sql: string, { ms, rows, failed, route }: StatementRun): void {
    const tally = this.#tallies.get(sql) ?? this.#add(sql)
    tally.calls++
    tally.totalMs += ms
    tally.rows += rows
    if (ms > tally.slowestMs) tally.slowestMs = ms
    if (failed) tally.failures++
    const histogram = failed ? tally.failed : tally.ok
    histogram?.record(ms / 1000)
    if (route === undefined) return
    const before = tally.routes.get(route)
    if (before !== undefined || tally.routes.size < mostRoutes) tally.routes.set(route, (before ?? 0) + 1)
  }

  #add(text: string): Tally {
    const sql = this.#tallies.size < most ? text : '(others)'
    const known = this.#tallies.get(sql)
    if (known !== undefined) return known
    const { operation, collection } = summaryOf(sql)
    const series = (outcome: string) => this.#duration?.with({ operation, collection, outcome })
    const routes = new Map<string, number>()
    const tally: Tally = {
      sql,
      calls: 0,
      failures: 0,
      totalMs: 0,
      slowestMs: 0,
      rows: 0,
      routes,
      ok: series('ok'),
      failed: series('failed'),
    }
    this.#tallies.set(sql, tally)
    return tally
  }

  /** Whether such a statement was sent, given as the report shows it: the text that was sent, else undefined. */
  find(shown: string): string | undefined {
    for (const sql of this.#tallies.keys()) if (sql === shown || withoutLiterals(sql) === shown) return sql
    return undefined
  }

  /** What took longest in all, first. */
  report(): StatementStats[] {
    return [...this.#tallies.values()]
      .map(({ sql, calls, failures, totalMs, slowestMs, rows, routes }) => ({
        sql: withoutLiterals(sql),
        calls,
        failures,
        totalMs,
        slowestMs,
        rows,
        routes: [...routes].toSorted(([, one], [, other]) => other - one).map(([route]) => route),
      }))
      .sort((one, other) => other.totalMs - one.totalMs)
  }
}

function durations(meter: Meter) {
  return meter.histogram('db_client_operation_duration_seconds', {
    help: 'Time from a statement to its answer.',
    labels: ['operation', 'collection', 'outcome'],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  })
}

/** `select` and `orders`: few enough to label a metric with. */
function summaryOf(sql: string): { operation: string; collection: string } {
  const operation = /^\s*(?:with\b[\s\S]*?\)\s*)?(\w+)/i.exec(sql)?.[1]?.toLowerCase() ?? 'other'
  const collection = /\b(?:from|into|update|table|join)\s+(?:only\s+)?"?([\w.]+)"?/i.exec(sql)?.[1]?.toLowerCase() ?? ''
  return { operation, collection }
}
