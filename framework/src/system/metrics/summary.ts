import type { Summary } from '../../std/meter.ts'
import type { Clock } from '../../std/clock.ts'
import { toCanonical, toText } from './numbers.ts'
import { head, type Format, type Reading, type Series } from './series.ts'

const half = 300_000
// Neighbouring buckets are 2 % apart, so that a quantile is off by 1 % at most.
const step = Math.log(1.02)
const smallest = 1e-9
const most = Math.ceil(Math.log(1e18) / step)

/** Quantiles of the last five to ten minutes, within 1 %, of values above zero; what is zero or less counts as zero. */
export class SummarySeries implements Summary, Series {
  readonly #clock: Clock
  readonly #quantiles: readonly number[]
  #older = new Map<number, number>()
  #newer = new Map<number, number>()
  #turn: number
  #sum = 0
  #count = 0
  #heads: { [Of in Format]?: readonly string[] } = {}

  constructor(quantiles: readonly number[], clock: Clock) {
    this.#clock = clock
    this.#quantiles = quantiles
    this.#turn = clock.monotonic()
  }

  record(value: number): void {
    this.#age()
    const bucket = value > smallest ? Math.min(most, Math.ceil(Math.log(value / smallest) / step)) : 0
    this.#newer.set(bucket, (this.#newer.get(bucket) ?? 0) + 1)
    this.#sum += value
    this.#count++
  }

  lines(name: string, labels: string, format: Format): string {
    const before = labels === '' ? '' : `${labels},`
    const bound = format === 'openmetrics' ? toCanonical : toText
    const heads = (this.#heads[format] ??= [
      ...this.#quantiles.map((one) => head(name, `${before}quantile="${bound(one)}"`)),
      head(`${name}_sum`, labels),
      head(`${name}_count`, labels),
    ])
    const values = [...this.#values(), this.#sum, this.#count]
    return values.map((value, i) => `${heads[i]!}${toText(value)}\n`).join('')
  }

  reading(): Reading {
    const values = this.#values()
    return { value: this.#sum, count: this.#count, quantiles: this.#quantiles.map((quantile, i) => [quantile, values[i]!] as const) }
  }

  #values(): number[] {
    this.#age()
    const counts = new Map(this.#older)
    for (const [bucket, count] of this.#newer) counts.set(bucket, (counts.get(bucket) ?? 0) + count)
    const ordered = [...counts].toSorted(([one], [other]) => one - other)
    const total = ordered.reduce((sum, [, count]) => sum + count, 0)
    return this.#quantiles.map((quantile) => {
      let seen = 0
      for (const [bucket, count] of ordered) {
        seen += count
        // The middle of the bucket.
        if (seen >= quantile * total) return bucket === 0 ? 0 : smallest * Math.exp((bucket - 0.5) * step)
      }
      return NaN
    })
  }

  #age(): void {
    const since = this.#clock.monotonic() - this.#turn
    if (since < half) return
    this.#older = since < 2 * half ? this.#newer : new Map()
    this.#newer = new Map()
    this.#turn = this.#clock.monotonic()
  }
}
