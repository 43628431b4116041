import type { Counter, Gauge, Histogram, HistogramReading } from '../../std/meter.ts'

/** One line, or one histogram's lines, of a metric. `labels` is already rendered: `route="/orders",status="200"`. */
export interface Series {
  lines(name: string, labels: string): string
}

export class CounterSeries implements Counter, Series {
  readonly #read: (() => number) | undefined
  #value = 0

  constructor(read?: () => number) {
    this.#read = read
  }

  add(by = 1): void {
    if (!(by >= 0)) throw new RangeError(`A counter only grows, and ${by} is not an amount to grow by: use a gauge.`)
    this.#value += by
  }

  lines(name: string, labels: string): string {
    return line(name, labels, this.#read?.() ?? this.#value)
  }
}

export class GaugeSeries implements Gauge, Series {
  readonly #read: (() => number) | undefined
  #value = 0

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
    return line(name, labels, this.#read?.() ?? this.#value)
  }
}

export class HistogramSeries implements Histogram, Series {
  readonly #bounds: readonly number[]
  readonly #counts: Float64Array
  #sum = 0

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.#counts = new Float64Array(bounds.length + 1)
  }

  record(value: number): void {
    const bounds = this.#bounds
    let bucket = 0
    while (bucket < bounds.length && value > bounds[bucket]!) bucket++
    this.#counts[bucket]!++
    this.#sum += value
  }

  read(): HistogramReading {
    return { bounds: this.#bounds, counts: [...this.#counts], sum: this.#sum }
  }

  lines(name: string, labels: string): string {
    const before = labels === '' ? '' : `${labels},`
    let total = 0
    let text = ''
    for (const [index, count] of this.#counts.entries()) {
      total += count
      text += line(`${name}_bucket`, `${before}le="${number(this.#bounds[index] ?? Infinity)}"`, total)
    }
    return text + line(`${name}_sum`, labels, this.#sum) + line(`${name}_count`, labels, total)
  }
}

function line(name: string, labels: string, value: number): string {
  return `${name}${labels === '' ? '' : `{${labels}}`} ${number(value)}\n`
}

function number(value: number): string {
  if (Number.isFinite(value)) return String(value)
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
}
