import type { Labelled } from '../../std/meter.ts'
import type { MetricPoint } from '../../std/metric-family.ts'
import type { Format, Series } from './series.ts'

export interface FamilyOptions<Kind extends Series> {
  labels: readonly string[]
  open: () => Kind
  maxSeries: number
  /** Called once, when the first series was refused one of its own. */
  onOverflow: () => void
  /** Called before the series are read. */
  refresh?: ((family: Family<Kind>) => void) | undefined
}

interface Member<Kind> {
  readonly series: Kind
  readonly labels: Readonly<Record<string, string>>
  readonly rendered: string
}

const overflowValue = '__overflow__'

/** A metric with labels: the series are made as label values turn up, up to a limit, after which the rest share one. */
export class Family<Kind extends Series> implements Labelled<string, Kind> {
  readonly #options: FamilyOptions<Kind>
  readonly #members = new Map<string, Member<Kind>>()
  #overflow: Member<Kind> | undefined

  constructor(options: FamilyOptions<Kind>) {
    this.#options = options
  }

  with(values: Readonly<Record<string, string>>): Kind {
    const { labels, maxSeries } = this.#options
    let key = ''
    // The length in front keeps ("a", "bc") and ("ab", "c") apart, whatever characters they are made of.
    for (const label of labels) key += `${String(values[label]).length}:${values[label]}`
    const known = this.#members.get(key)
    if (known !== undefined) return known.series
    if (this.#members.size >= maxSeries) return this.#overflowing().series
    const member = this.#open((label) => String(values[label]))
    this.#members.set(key, member)
    return member.series
  }

  lines(name: string, format: Format): string {
    this.#options.refresh?.(this)
    let text = ''
    for (const { rendered, series } of this.#members.values()) text += series.lines(name, rendered, format)
    return this.#overflow === undefined ? text : text + this.#overflow.series.lines(name, this.#overflow.rendered, format)
  }

  points(): MetricPoint[] {
    this.#options.refresh?.(this)
    const all = this.#overflow === undefined ? [...this.#members.values()] : [...this.#members.values(), this.#overflow]
    return all.map(({ labels, series }) => ({ labels, ...series.reading() }))
  }

  #overflowing(): Member<Kind> {
    if (this.#overflow === undefined) {
      this.#overflow = this.#open(() => overflowValue)
      this.#options.onOverflow()
    }
    return this.#overflow
  }

  #open(valueOf: (label: string) => string): Member<Kind> {
    const { labels, open } = this.#options
    const pairs = labels.map((label) => [label, valueOf(label)] as const)
    const rendered = pairs.map(([label, value]) => `${label}="${escaped(value)}"`).join(',')
    return { series: open(), labels: Object.fromEntries(pairs), rendered }
  }
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
