import { silentLog, type Log } from '../../std/log.ts'
import type { HistogramOptions, Meter, MetricOptions } from '../../std/meter.ts'
import { Family } from './family.ts'
import { CounterSeries, GaugeSeries, HistogramSeries, ReadSeries, type Series } from './series.ts'

export interface Metrics extends Meter {
  /** Everything in the Prometheus text format 0.0.4. */
  text(): string
  readonly contentType: string
}

export interface MetricsOptions {
  log?: Log
  /** Series a metric may have before new label values share one, whose labels read `__overflow__`. Default 1,000. */
  maxSeries?: number
}

type Kind = 'counter' | 'gauge' | 'histogram'
interface Metric {
  readonly kind: Kind
  readonly help: string
  lines(name: string): string
}
/** Every shape of the public option types at once. */
interface AnyOptions extends MetricOptions {
  labels?: readonly string[] | undefined
  read?: () => number
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/**
 * The numbers of a process, for Prometheus to read.
 *
 * Throws a `TypeError` when a name is taken or malformed.
 *
 * ```ts
 * import { metrics } from 'throughline/metrics'
 *
 * const meter = metrics()
 * const requests = meter.counter('http_requests_total', { help: 'Requests answered.', labels: ['route', 'status'] })
 * const placed = requests.with({ route: '/orders', status: '201' }) // keep it: no look-up a request
 * placed.add()
 * meter.text()
 * ```
 */
export function metrics(options: MetricsOptions = {}): Metrics {
  const { log = silentLog, maxSeries = 1_000 } = options
  const all = new Map<string, Metric>()

  const register = <One extends Series>(name: string, init: { kind: Kind; options: AnyOptions; open: () => One }): One | Family<One> => {
    const {
      kind,
      options: { help, labels },
      open,
    } = init
    assertName(name, labels)
    if (all.has(name)) throw new TypeError(`The metric ${name} exists: keep what the first call returned.`)
    if (labels === undefined) {
      const series = open()
      all.set(name, { kind, help, lines: () => series.lines(name, '') })
      return series
    }
    const onOverflow = () => log.warn('a metric has too many series', { metric: name, maxSeries })
    const family = new Family({ name, labels, open, maxSeries, onOverflow })
    all.set(name, { kind, help, lines: () => family.lines(name) })
    return family
  }
  const readable = (name: string, kind: Kind, { options: given, open }: { options: AnyOptions; open: () => Series }) => {
    const { read } = given
    return register(name, { kind, options: given, open: read === undefined ? open : () => new ReadSeries(read) })
  }
  const histogram = (name: string, given: HistogramOptions) => {
    const { buckets = seconds } = given
    if (buckets.some((bound, index) => index > 0 && bound <= buckets[index - 1]!))
      throw new TypeError(`The buckets of ${name} must ascend: ${buckets.join(', ')}.`)
    return register(name, { kind: 'histogram', options: given, open: () => new HistogramSeries(buckets) })
  }

  return {
    counter: ((name: string, given: AnyOptions) =>
      readable(name, 'counter', { options: given, open: () => new CounterSeries() })) as Meter['counter'],
    gauge: ((name: string, given: AnyOptions) =>
      readable(name, 'gauge', { options: given, open: () => new GaugeSeries() })) as Meter['gauge'],
    histogram: histogram as Meter['histogram'],
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    text: () => [...all].map(([name, metric]) => header(name, metric) + metric.lines(name)).join(''),
  }
}

function header(name: string, { kind, help }: Metric): string {
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${kind}\n`
}

function assertName(name: string, labels: readonly string[] = []): void {
  if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)) throw new TypeError(`"${name}" is not a metric name: use letters, digits, _ and :.`)
  for (const label of labels) {
    if (!/^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/.test(label) || label === 'le')
      throw new TypeError(`"${label}" cannot label ${name}: use letters, digits and _, not le, no __ in front.`)
  }
}
