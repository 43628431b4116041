/** What code may count and measure. `system/metrics` implements it; names follow Prometheus (`http_requests_total`, base units, seconds and bytes). */
export interface Meter {
  counter(name: string, options: ReadableOptions): Counter
  counter<const Name extends string>(name: string, options: LabelledOptions<Name>): Labelled<Name, Counter>
  gauge(name: string, options: ReadableOptions): Gauge
  gauge<const Name extends string>(name: string, options: LabelledGaugeOptions<Name>): Labelled<Name, Gauge>
  histogram(name: string, options: HistogramOptions & { labels?: undefined }): Histogram
  histogram<const Name extends string>(name: string, options: HistogramOptions & LabelledOptions<Name>): Labelled<Name, Histogram>
  /** Quantiles of the last minutes of this process. They cannot be added up over processes: prefer a histogram. */
  summary(name: string, options: SummaryOptions & { labels?: undefined }): Summary
  summary<const Name extends string>(name: string, options: SummaryOptions & LabelledOptions<Name>): Labelled<Name, Summary>
}

/** Keep what `with` returns: a bound series costs no look-up. */
export interface Labelled<Name extends string, Series> {
  with(labels: Readonly<Record<Name, string>>): Series
}

export interface Counter {
  /** `by` defaults to 1 and must not be negative. */
  add(by?: number): void
}

export interface Gauge {
  set(value: number): void
  add(by: number): void
}

export interface Histogram {
  record(value: number): void
  /** What was recorded since the start. */
  read(): HistogramReading
  /** Names a trace to look at for a value that was recorded; `at` is milliseconds since 1970. The last one of each bucket is told. */
  exemplify(value: number, traceId: string, at: number): void
}

export interface HistogramReading {
  /** Upper bounds; there is one more count than bounds, for what is beyond. */
  readonly bounds: readonly number[]
  /** Not cumulative. */
  readonly counts: readonly number[]
  readonly sum: number
}

export interface Summary {
  record(value: number): void
}

export interface MetricOptions {
  /** One sentence: it is the HELP line. */
  help: string
}

export interface ReadableOptions extends MetricOptions {
  labels?: undefined
  /** Called at every scrape instead of keeping a value. */
  read?: () => number
}

export interface LabelledOptions<Name extends string> extends MetricOptions {
  labels: readonly Name[]
}

export interface LabelledGaugeOptions<Name extends string> extends LabelledOptions<Name> {
  /** Called at every scrape, to set what is so then. */
  read?: (gauge: Labelled<Name, Gauge>) => void
}

export interface HistogramOptions extends MetricOptions {
  /** Upper bounds, ascending, without +Inf. Default: 1 ms to 10 s, in seconds. */
  buckets?: readonly number[]
}

export interface SummaryOptions extends MetricOptions {
  /** Between 0 and 1. Default 0.5, 0.95 and 0.99. */
  quantiles?: readonly number[]
}
