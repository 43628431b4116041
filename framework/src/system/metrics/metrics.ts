import { systemClock, type Clock } from '../../std/clock.ts'
import { silentLog, type Log } from '../../std/log.ts'
import type {
  Counter,
  Gauge,
  Histogram,
  HistogramOptions,
  Labelled,
  LabelledGaugeOptions,
  LabelledOptions,
  Meter,
  MetricOptions,
  ReadableOptions,
  Summary,
  SummaryOptions,
} from '../../std/meter.ts'
import type { MetricFamily, MetricKind, MetricPoint } from '../../std/metric-family.ts'
import { Family } from './family.ts'
import { assertName, unitOf } from './names.ts'
import { CounterSeries, GaugeSeries, HistogramSeries, type Format, type Series } from './series.ts'
import { SummarySeries } from './summary.ts'

export interface Metrics extends Meter {
  /** Everything in a text format: Prometheus's 0.0.4, or OpenMetrics 1.0, which has units and exemplars as well. Default `prometheus`. */
  text(format?: Format): string
  /** The media type of `text()`. */
  contentType(format?: Format): string
  /** Everything as data, or just the metrics of these names. */
  collect(names?: readonly string[]): MetricFamily[]
}

export interface MetricsOptions {
  log?: Log
  clock?: Clock
  /** Series a metric may have before new label values share one, whose labels read `__overflow__`. Default 1,000. */
  maxSeries?: number
}

interface Metric {
  readonly kind: MetricKind
  readonly help: string
  readonly heads: { [Of in Format]?: string }
  lines(name: string, format: Format): string
  points(): MetricPoint[]
}
/** Every shape of the public option types at once. */
interface AnyOptions extends MetricOptions {
  labels?: readonly string[] | undefined
  read?: () => number
}

interface Added<One extends Series> {
  readonly kind: MetricKind
  readonly options: AnyOptions
  readonly open: () => One
  readonly refresh?: ((family: Family<One>) => void) | undefined
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const contentTypes: Record<Format, string> = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
}

/**
 * The numbers of a process, for Prometheus to read.
 *
 * Throws a `TypeError` when a name is taken or malformed, or is not in a base unit: `_seconds`, `_bytes`, `_ratio`.
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
  readonly #metrics = new Map<string, Metric>()
  readonly #log: Log
  readonly #clock: Clock
  readonly #maxSeries: number

  constructor({ log = silentLog, clock = systemClock, maxSeries = 1_000 }: MetricsOptions) {
    this.#log = log
    this.#clock = clock
    this.#maxSeries = maxSeries
  }

  counter(name: string, options: ReadableOptions): Counter
  counter<const Name extends string>(name: string, options: LabelledOptions<Name>): Labelled<Name, Counter>
  counter(name: string, options: AnyOptions): Counter | Labelled<string, Counter> {
    return this.#add(name, { kind: 'counter', options, open: () => new CounterSeries(options.read) })
  }

  gauge(name: string, options: ReadableOptions): Gauge
  gauge<const Name extends string>(name: string, options: LabelledGaugeOptions<Name>): Labelled<Name, Gauge>
  gauge(name: string, options: ReadableOptions | LabelledGaugeOptions<string>): Gauge | Labelled<string, Gauge> {
    if (options.labels === undefined) return this.#add(name, { kind: 'gauge', options, open: () => new GaugeSeries(options.read) })
    const { help, labels, read } = options
    return this.#add(name, { kind: 'gauge', options: { help, labels }, open: () => new GaugeSeries(), refresh: read })
  }

  histogram(name: string, options: HistogramOptions & { labels?: undefined }): Histogram
  histogram<const Name extends string>(name: string, options: HistogramOptions & LabelledOptions<Name>): Labelled<Name, Histogram>
  histogram(name: string, options: HistogramOptions & AnyOptions): Histogram | Labelled<string, Histogram> {
    const { buckets = seconds } = options
    assertAscending(name, buckets)
    return this.#add(name, { kind: 'histogram', options, open: () => new HistogramSeries(buckets) })
  }

  summary(name: string, options: SummaryOptions & { labels?: undefined }): Summary
  summary<const Name extends string>(name: string, options: SummaryOptions & LabelledOptions<Name>): Labelled<Name, Summary>
  summary(name: string, options: SummaryOptions & AnyOptions): Summary | Labelled<string, Summary> {
    const { quantiles = [0.5, 0.95, 0.99] } = options
    if (quantiles.some((one) => !(one >= 0 && one <= 1))) throw new TypeError(`The quantiles of ${name} must be between 0 and 1.`)
    return this.#add(name, { kind: 'summary', options, open: () => new SummarySeries(quantiles, this.#clock) })
  }

  text(format: Format = 'prometheus'): string {
    let text = ''
    for (const [name, metric] of this.#metrics) text += (metric.heads[format] ??= header(name, metric, format)) + metric.lines(name, format)
    return format === 'openmetrics' ? `${text}# EOF\n` : text
  }

  contentType(format: Format = 'prometheus'): string {
    return contentTypes[format]
  }

  collect(names: readonly string[] = [...this.#metrics.keys()]): MetricFamily[] {
    return names.flatMap((name) => {
      const metric = this.#metrics.get(name)
      if (metric === undefined) return []
      return { name, kind: metric.kind, help: metric.help, unit: unitOf(name), points: metric.points() }
    })
  }

  #add<One extends Series>(name: string, { kind, options, open, refresh }: Added<One>): One | Family<One> {
    const { help, labels } = options
    assertName(name, kind, labels)
    // A counter's family is called without _total in OpenMetrics, where that name must not be another's either.
    const clash = [name, `${name}_total`, name.replace(/_total$/, '')].find((one) => this.#metrics.has(one))
    if (clash !== undefined) throw new TypeError(`The metric ${clash} exists: keep what the first call returned, or find another name.`)
    if (labels === undefined) {
      const series = open()
      const points = () => [{ labels: {}, ...series.reading() }]
      this.#metrics.set(name, { kind, help, heads: {}, lines: (_, format) => series.lines(name, '', format), points })
      return series
    }
    const maxSeries = this.#maxSeries
    const onOverflow = () => this.#log.warn('a metric has too many series', { metric: name, maxSeries })
    const family = new Family({ labels, open, maxSeries, onOverflow, refresh })
    const points = () => family.points()
    this.#metrics.set(name, { kind, help, heads: {}, lines: (_, format) => family.lines(name, format), points })
    return family
  }
}

function header(name: string, { kind, help }: Metric, format: Format): string {
  const text = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
  if (format === 'prometheus') return `# HELP ${name} ${text}\n# TYPE ${name} ${kind}\n`
  const family = kind === 'counter' ? name.replace(/_total$/, '') : name
  const unit = unitOf(name)
  const unitLine = unit === undefined ? '' : `# UNIT ${family} ${unit}\n`
  return `# TYPE ${family} ${kind}\n${unitLine}# HELP ${family} ${text.replaceAll('"', '\\"')}\n`
}

function assertAscending(name: string, buckets: readonly number[]): void {
  if (buckets.some((bound, index) => index > 0 && bound <= buckets[index - 1]!)) {
    throw new TypeError(`The buckets of ${name} must ascend: ${buckets.join(', ')}.`)
  }
}
