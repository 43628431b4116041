import type { MetricFamily, MetricPoint } from '../../../std/metric-family.ts'

/** All numbers at one time. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly at: number
  /** By the monotonic clock. */
  readonly tick: number
  readonly families: ReadonlyMap<string, MetricFamily>
}

/** The values of a chart, by the name of its series. */
export type Values = Map<string, number>

type Labels = MetricPoint['labels']
/** Which series of a chart a point of a metric is part of; undefined: none. */
export type Place = (labels: Labels) => string | undefined

/** What a chart is drawn from: a time, and one before it. */
export class Span {
  readonly #now: Moment
  readonly #before: Moment
  readonly #seconds: number

  constructor(now: Moment, before: Moment) {
    this.#now = now
    this.#before = before
    this.#seconds = Math.max(0.001, (now.tick - before.tick) / 1_000)
  }

  /** Of counters, and of how many values histograms were given: how much a second they grew. */
  rates(name: string, place: Place): Values {
    return this.#sums(name, place, (point) => point.count ?? point.value)
  }

  /** How much a second the sums of histograms grew. */
  sumRates(name: string, place: Place): Values {
    return this.#sums(name, place, ({ value }) => value)
  }

  /** Of gauges, added up. */
  levels(name: string, place: Place): Values {
    const values: Values = new Map()
    for (const { labels, value } of this.#now.families.get(name)?.points ?? []) add(values, place(labels), value)
    return values
  }

  /** One number of a metric without labels. */
  level(name: string): number | undefined {
    return this.#now.families.get(name)?.points[0]?.value
  }

  rate(name: string): number | undefined {
    return this.rates(name, () => '').get('')
  }

  /** Of the values that histograms were given in between; empty where there were none. */
  quantiles(name: string, wanted: Readonly<Record<string, number>>, isOf: (labels: Labels) => boolean): Values {
    const now = this.#counts(this.#now, name, isOf)
    if (now === undefined) return new Map()
    const before = this.#counts(this.#before, name, isOf)
    const counts = now.counts.map((count, i) => count - (before?.counts[i] ?? 0))
    if (counts.every((count) => count <= 0)) return new Map()
    return new Map(Object.entries(wanted).map(([series, quantile]) => [series, quantileOf(now.bounds, counts, quantile)]))
  }

  /** How much a second there were of values above a bound of the histogram. */
  slowRate(name: string, bound: number, isOf: (labels: Labels) => boolean): number {
    const now = this.#counts(this.#now, name, isOf)
    const before = this.#counts(this.#before, name, isOf)
    const above = (counts: { bounds: readonly number[]; counts: readonly number[] } | undefined) =>
      counts?.counts.reduce((sum, count, i) => ((counts.bounds[i] ?? Infinity) > bound ? sum + count : sum), 0) ?? 0
    return (above(now) - above(before)) / this.#seconds
  }

  #sums(name: string, place: Place, of: (point: MetricPoint) => number): Values {
    const values: Values = new Map()
    for (const point of this.#now.families.get(name)?.points ?? []) add(values, place(point.labels), of(point))
    for (const point of this.#before.families.get(name)?.points ?? []) add(values, place(point.labels), -of(point))
    for (const [series, value] of values) values.set(series, value / this.#seconds)
    return values
  }

  #counts(
    { families }: Moment,
    name: string,
    isOf: (labels: Labels) => boolean,
  ): { bounds: readonly number[]; counts: number[] } | undefined {
    const points = families.get(name)?.points.filter(({ labels }) => isOf(labels)) ?? []
    const bounds = points[0]?.buckets?.bounds
    if (bounds === undefined) return undefined
    const counts = bounds.concat(Infinity).map((_, i) => points.reduce((sum, { buckets }) => sum + (buckets?.counts[i] ?? 0), 0))
    return { bounds, counts }
  }
}

function add(values: Values, series: string | undefined, value: number): void {
  if (series !== undefined) values.set(series, (values.get(series) ?? 0) + value)
}

/** Between the bounds of the bucket in which it lies, in proportion; beyond the last bound, that bound. */
export function quantileOf(bounds: readonly number[], counts: readonly number[], quantile: number): number {
  const rank = quantile * counts.reduce((sum, count) => sum + count, 0)
  let seen = 0
  for (const [i, count] of counts.entries()) {
    if (seen + count >= rank && count > 0) {
      const below = i === 0 ? 0 : bounds[i - 1]!
      const above = bounds[i]
      return above === undefined ? below : below + ((above - below) * (rank - seen)) / count
    }
    seen += count
  }
  return bounds.at(-1) ?? NaN
}
