import type { Labelled } from '../../std/meter.ts'
import type { Series } from './series.ts'

export interface FamilyOptions<Kind extends Series> {
  labels: readonly string[]
  open: () => Kind
  maxSeries: number
  /** Called once, when the first series was refused one of its own. */
  onOverflow: () => void
}

const overflowValue = '__overflow__'

/** A metric with labels: the series are made as label values turn up, up to a limit, after which the rest share one. */
export class Family<Kind extends Series> implements Labelled<string, Kind> {
  readonly #options: FamilyOptions<Kind>
  readonly #series = new Map<string, { labels: string; series: Kind }>()
  #overflow: Kind | undefined

  constructor(options: FamilyOptions<Kind>) {
    this.#options = options
  }

  with(values: Readonly<Record<string, string>>): Kind {
    const { labels, open, maxSeries } = this.#options
    let key = ''
    // The length in front keeps ("a", "bc") and ("ab", "c") apart, whatever characters they are made of.
    for (const label of labels) key += `${String(values[label]).length}:${values[label]}`
    const known = this.#series.get(key)
    if (known !== undefined) return known.series
    if (this.#series.size >= maxSeries) return this.#overflowing()
    const series = open()
    this.#series.set(key, { labels: rendered(labels, (label) => String(values[label])), series })
    return series
  }

  lines(name: string): string {
    let text = ''
    for (const { labels, series } of this.#series.values()) text += series.lines(name, labels)
    const { labels } = this.#options
    return this.#overflow === undefined
      ? text
      : text +
          this.#overflow.lines(
            name,
            rendered(labels, () => overflowValue),
          )
  }

  #overflowing(): Kind {
    if (this.#overflow === undefined) {
      this.#overflow = this.#options.open()
      this.#options.onOverflow()
    }
    return this.#overflow
  }
}

function rendered(labels: readonly string[], valueOf: (label: string) => string): string {
  return labels.map((label) => `${label}="${escaped(valueOf(label))}"`).join(',')
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
