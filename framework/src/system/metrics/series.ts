import type { Exemplar, MetricPoint } from '../../std/metric-family.ts'
import type { Counter, Gauge, Histogram, HistogramReading } from '../../std/meter.ts'
import { toCanonical, toText } from './numbers.ts'

/** Which of the text formats, and in which of its series' cached heads. */
export type Format = 'prometheus' | 'openmetrics'

/** What a series measured, without its labels. */
export type Reading = Omit<MetricPoint, 'labels'>

/** One line, or one histogram's lines, of a metric. `labels` is already rendered, `route="/orders",status="200"`, and never changes, nor does `name`. */
export interface Series {
  lines(name: string, labels: string, format: Format): string
  reading(): Reading
}

export class CounterSeries implements Counter, Series {
  readonly #read: (() => number) | undefined
  #value = 0
  #head: string | undefined

  constructor(read?: () => number) {
    this.#read = read
  }

  add(by = 1): void {
    if (!(by >= 0)) throw new RangeError(`A counter only grows, and ${by} is not an amount to grow by: use a gauge.`)
    this.#value += by
  }

  lines(name: string, labels: string): string {
    return `${(this.#head ??= head(name, labels))}${toText(this.reading().value)}\n`
  }

  reading(): Reading {
    return { value: this.#read?.() ?? this.#value }
  }
}

export class GaugeSeries implements Gauge, Series {
  readonly #read: (() => number) | undefined
  #value = 0
  #head: string | undefined

  constructor(read?: () => number) {
    this.#read = read
  }

  set(value: number): void {
    this.#value = value
  }

  add(by: number): void {
    this.#value += by
  }

  lines(name: string, labels: string): string {
    return `${(this.#head ??= head(name, labels))}${toText(this.reading().value)}\n`
  }

  reading(): Reading {
    return { value: this.#read?.() ?? this.#value }
  }
}

export class HistogramSeries implements Histogram, Series {
  readonly #bounds: readonly number[]
  readonly #counts: Float64Array
  readonly #heads: { [Of in Format]?: readonly string[] } = {}
  #exemplars: (Exemplar | undefined)[] | undefined
  #sum = 0

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.#counts = new Float64Array(bounds.length + 1)
  }

  record(value: number): void {
    this.#counts[this.#bucketOf(value)]!++
    this.#sum += value
  }

  read(): HistogramReading {
    return { bounds: this.#bounds, counts: [...this.#counts], sum: this.#sum }
  }

  exemplify(value: number, traceId: string, at: number): void {
    this.#exemplars ??= []
    this.#exemplars[this.#bucketOf(value)] = { value, traceId, at }
  }

  lines(name: string, labels: string, format: Format): string {
    const heads = (this.#heads[format] ??= this.#headsOf(name, labels, format))
    const last = this.#counts.length
    let total = 0
    let text = ''
    for (let i = 0; i < last; i++) {
      total += this.#counts[i]!
      text += `${heads[i]!}${total}${format === 'openmetrics' ? exemplarText(this.#exemplars?.[i]) : ''}\n`
    }
    return `${text}${heads[last]!}${toText(this.#sum)}\n${heads[last + 1]!}${total}\n`
  }

  reading(): Reading {
    const counts = Array.from(this.#counts)
    const count = counts.reduce((sum, one) => sum + one, 0)
    return { value: this.#sum, count, buckets: { bounds: this.#bounds, counts, exemplars: this.#exemplars ?? [] } }
  }

  #bucketOf(value: number): number {
    const bounds = this.#bounds
    let bucket = 0
    while (bucket < bounds.length && value > bounds[bucket]!) bucket++
    return bucket
  }

  #headsOf(name: string, labels: string, format: Format): string[] {
    const before = labels === '' ? '' : `${labels},`
    const bound = format === 'openmetrics' ? toCanonical : toText
    const buckets = [...this.#bounds, Infinity].map((one) => head(`${name}_bucket`, `${before}le="${bound(one)}"`))
    return [...buckets, head(`${name}_sum`, labels), head(`${name}_count`, labels)]
  }
}

export function head(name: string, labels: string): string {
  return `${name}${labels === '' ? '' : `{${labels}}`} `
}

function exemplarText(exemplar: Exemplar | undefined): string {
  if (exemplar === undefined) return ''
  return ` # {trace_id="${exemplar.traceId}"} ${toText(exemplar.value)} ${exemplar.at / 1_000}`
}
