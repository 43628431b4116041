import { relative } from 'node:path'
import type { Pipeline } from '../../http/stage.ts'
import type { DeprecatedCall } from '../../http/deprecated-calls.ts'
import type { Operation } from '../../std/operation.ts'
import type { HistogramReading } from '../../std/meter.ts'
import type { RoutesView, RouteView } from './system-views.ts'

export interface RoutesNeeds {
  readonly pipelines: readonly Pipeline[]
  /** The latency histograms of a route, by status. */
  readonly timesOf: (label: string) => Iterable<readonly [status: number, times: { read(): HistogramReading }]>
  readonly deprecatedCalls: readonly DeprecatedCall[]
  readonly recent: Iterable<Operation>
}

/** Every route of the application with its pipeline, and how it has been doing. */
export function routesView({ pipelines, timesOf, deprecatedCalls, recent }: RoutesNeeds): RoutesView {
  const steps = stepTimes(recent)
  const routes = pipelines
    .filter(({ route }) => route.internal !== true)
    .map((pipeline): RouteView => {
      const { route, label } = pipeline
      const { method, path, promises } = route.endpoint
      const callers = deprecatedCalls.filter((call) => call.route === label)
      return {
        method,
        path: route.prefix + path,
        host: route.host,
        name: route.name,
        summary: promises.summary,
        auth: String(promises.auth),
        deprecated: promises.deprecated !== undefined && promises.deprecated !== false,
        source: relative(process.cwd(), route.source),
        steps: pipeline.steps.map(({ stage, label: text }) => ({ stage, label: text, ms: steps.get(`${label} ${stage}`) })),
        ...ratesOf([...timesOf(label)]),
        ...(callers.length > 0 && {
          callers: callers.map(({ consumer, calls, lastSeen }) => ({ consumer, calls, lastAt: lastSeen.getTime() })),
        }),
      }
    })
  return { routes }
}

type Rates = Pick<RouteView, 'calls' | 'failures' | 'p50' | 'p95' | 'p99'>

function ratesOf(series: readonly (readonly [number, { read(): HistogramReading }])[]): Rates {
  const readings = series.map(([status, times]) => ({ status, ...times.read() }))
  const countOf = ({ counts }: HistogramReading) => counts.reduce((sum, count) => sum + count, 0)
  const calls = readings.reduce((sum, reading) => sum + countOf(reading), 0)
  const failures = readings.filter(({ status }) => status >= 500).reduce((sum, reading) => sum + countOf(reading), 0)
  const [first] = readings
  if (first === undefined || calls === 0) return { calls, failures }
  const counts = first.counts.map((_, i) => readings.reduce((sum, reading) => sum + reading.counts[i]!, 0))
  const at = (share: number) => percentile({ bounds: first.bounds, counts, sum: 0 }, share * calls)
  return { calls, failures, p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

/** As Prometheus reckons: evenly spread within a bucket. In milliseconds. */
function percentile({ bounds, counts }: HistogramReading, rank: number): number {
  let before = 0
  for (const [i, count] of counts.entries()) {
    if (before + count >= rank && count > 0) {
      const low = i === 0 ? 0 : bounds[i - 1]!
      const high = bounds[i] ?? low
      return (low + (high - low) * ((rank - before) / count)) * 1000
    }
    before += count
  }
  return 0
}

/** The median of what was recorded lately, by route and stage. */
function stepTimes(recent: Iterable<Operation>): Map<string, number> {
  const times = new Map<string, number[]>()
  for (const { name, spans } of recent) {
    for (const { kind, name: stage, start, end } of spans) {
      if (kind !== 'stage' || end < 0) continue
      const key = `${name} ${stage}`
      const known = times.get(key)
      if (known === undefined) times.set(key, [end - start])
      else known.push(end - start)
    }
  }
  return new Map([...times].map(([key, all]) => [key, all.toSorted((one, other) => one - other)[all.length >> 1]!]))
}
