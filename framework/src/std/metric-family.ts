// What a registry of metrics holds at one moment. Plain data, for those that keep it, draw it or send it on.

export type MetricKind = 'counter' | 'gauge' | 'histogram' | 'summary'

export interface MetricFamily {
  readonly name: string
  readonly kind: MetricKind
  readonly help: string
  /** `seconds`, `bytes`, `ratio` …, where the name says one. */
  readonly unit: string | undefined
  readonly points: readonly MetricPoint[]
}

export interface MetricPoint {
  readonly labels: Readonly<Record<string, string>>
  /** Of a counter or gauge; the sum of what a histogram or summary was given. */
  readonly value: number
  /** How many values a histogram or summary was given. */
  readonly count?: number
  readonly buckets?: Buckets
  /** Of a summary: quantile and value; NaN where there was nothing lately. */
  readonly quantiles?: readonly (readonly [number, number])[]
}

export interface Buckets {
  /** Ascending, without +Inf. */
  readonly bounds: readonly number[]
  /** How many values fell into each and into no lower one; one more than there are bounds. */
  readonly counts: readonly number[]
  /** A request near that value, by bucket. */
  readonly exemplars: readonly (Exemplar | undefined)[]
}

export interface Exemplar {
  readonly value: number
  readonly traceId: string
  /** Milliseconds since 1970. */
  readonly at: number
}
