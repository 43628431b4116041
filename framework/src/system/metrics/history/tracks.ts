/** Which series there are, and the place of each in a row. Places stay what they are, for as long as the process lives. */
export class Tracks {
  /** Tells the places of this process from those of others. */
  readonly id = `${process.pid}-${Math.round(performance.timeOrigin)}-${++made}`
  readonly #places = new Map<string, number>()
  readonly #byChart = new Map<string, Map<string, number>>()

  get size(): number {
    return this.#places.size
  }

  of(chart: string): (readonly [string, number])[] {
    return [...(this.#byChart.get(chart) ?? [])]
  }

  find(chart: string, series: string): number | undefined {
    return this.#byChart.get(chart)?.get(series)
  }

  /** The place of a series; where a chart has very many, that of its `others`, which they share. */
  place(chart: string, series: string): number {
    let known = this.#byChart.get(chart)
    if (known === undefined) this.#byChart.set(chart, (known = new Map()))
    const place = known.get(series)
    if (place !== undefined) return place
    if (known.size >= mostSeries - 1 && series !== others) return this.place(chart, others)
    known.set(series, this.size)
    this.#places.set(JSON.stringify([chart, series]), this.size)
    return this.size - 1
  }

  /** As it stands before the rows in a file. */
  toRecord(): string {
    return JSON.stringify({ id: this.id, tracks: [...this.#places.keys()].map((key) => JSON.parse(key) as unknown) })
  }
}

let made = 0
const mostSeries = 24
const others = 'others'
