import { silentLog, type Log } from '../../std/log.ts'
import type {
  Counter,
  Gauge,
  Histogram,
  HistogramOptions,
  Labelled,
  LabelledOptions,
  Meter,
  MetricOptions,
  ReadableOptions,
} from '../../std/meter.ts'
import { Family } from './family.ts'
import { CounterSeries, GaugeSeries, HistogramSeries, type Series } from './series.ts'

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
  return new Registry(options)
}

class Registry implements Metrics {
  readonly contentType = 'text/plain; version=0.0.4; charset=utf-8'
  readonly #metrics = new Map<string, Metric>()
  readonly #log: Log
  readonly #maxSeries: number

  constructor({ log = silentLog, maxSeries = 1_000 }: MetricsOptions) {
    this.#log = log
    this.#maxSeries = maxSeries
  }

  counter(name: string, options: ReadableOptions): Counter
  counter<const Name extends string>(name: string, options: LabelledOptions<Name>): Labelled<Name, Counter>
  counter(name: string, options: AnyOptions): Counter | Labelled<string, Counter> {
    return this.#add(name, { kind: 'counter', options, open: () => new CounterSeries(options.read) })
  }

  gauge(name: string, options: ReadableOptions): Gauge
  gauge<const Name extends string>(name: string, options: LabelledOptions<Name>): Labelled<Name, Gauge>
  gauge(name: string, options: AnyOptions): Gauge | Labelled<string, Gauge> {
    return this.#add(name, { kind: 'gauge', options, open: () => new GaugeSeries(options.read) })
  }

  histogram(name: string, options: HistogramOptions & { labels?: undefined }): Histogram
  histogram<const Name extends string>(name: string, options: HistogramOptions & LabelledOptions<Name>): Labelled<Name, Histogram>
  histogram(name: string, options: HistogramOptions & AnyOptions): Histogram | Labelled<string, Histogram> {
    const { buckets = seconds } = options
    assertAscending(name, buckets)
    return this.#add(name, { kind: 'histogram', options, open: () => new HistogramSeries(buckets) })
  }

  text(): string {
    return [...this.#metrics].map(([name, metric]) => header(name, metric) + metric.lines(name)).join('')
  }

  #add<One extends Series>(name: string, { kind, options, open }: { kind: Kind; options: AnyOptions; open: () => One }): One | Family<One> {
    const { help, labels } = options
    assertName(name, labels)
    if (this.#metrics.has(name)) throw new TypeError(`The metric ${name} exists: keep what the first call returned.`)
    if (labels === undefined) {
      const series = open()
      this.#metrics.set(name, { kind, help, lines: () => series.lines(name, '') })
      return series
    }
    const maxSeries = this.#maxSeries
    const onOverflow = () => this.#log.warn('a metric has too many series', { metric: name, maxSeries })
    const family = new Family({ labels, open, maxSeries, onOverflow })
    this.#metrics.set(name, { kind, help, lines: () => family.lines(name) })
    return family
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

function assertAscending(name: string, buckets: readonly number[]): void {
  if (buckets.some((bound, index) => index > 0 && bound <= buckets[index - 1]!)) {
    throw new TypeError(`The buckets of ${name} must ascend: ${buckets.join(', ')}.`)
  }
}
