import type { Journal } from '../../../std/journal.ts'
import type { Chart } from './charts.ts'
import type { Moment, Values } from './moment.ts'
import type { Tracks } from './tracks.ts'

export interface TierOptions {
  readonly name: string
  /** Milliseconds from one row to the next. */
  readonly every: number
  readonly rows: number
  readonly maxBytes: number
}

/** The values of all charts at one time. */
export interface Row {
  readonly at: number
  /** By track; NaN where there was none. */
  readonly values: Float64Array
}

interface Names {
  readonly id: string
  readonly tracks: readonly (readonly [string, string])[]
}
interface Written {
  readonly of: string
  readonly at: number
  readonly values: readonly (number | null)[]
}

/** Rows at one resolution: the newest of them. */
export class Tier {
  readonly every: number
  readonly capacity: number
  rows: Row[] = []
  /** What the next row is counted from. */
  last!: Moment
  readonly #tracks: Tracks
  readonly #journal: Journal | undefined
  #written = 0

  constructor({ every, rows }: TierOptions, tracks: Tracks, journal: Journal | undefined) {
    this.every = every
    this.capacity = rows
    this.#tracks = tracks
    this.#journal = journal
  }

  /** Reads what earlier processes left. */
  async open(now: Moment): Promise<void> {
    this.last = now
    if (this.#journal === undefined) return
    const since = now.at - this.every * this.capacity
    const rows: Row[] = []
    for await (const records of this.#journal.files()) {
      rows.push(...this.#fromRecords(records).filter(({ at }) => at > since && at <= now.at))
      if (rows.length >= this.capacity) break
    }
    this.rows = rows.toSorted((one, other) => one.at - other.at).slice(-this.capacity)
  }

  async close(): Promise<void> {
    await this.#journal?.close()
  }

  /** Timers fire a little early or late: a row must not be left out for that. */
  isDue({ tick }: Moment): boolean {
    return tick - this.last.tick >= this.every - 1_000
  }

  add(moment: Moment, read: (chart: Chart) => Values, charts: readonly Chart[]): void {
    const pairs = charts.flatMap((chart) =>
      [...read(chart)].map(([series, value]) => [this.#tracks.place(chart.id, series), value] as const),
    )
    const values = new Float64Array(this.#tracks.size).fill(NaN)
    // Those that share a place are added up.
    for (const [track, value] of pairs) values[track] = Number.isNaN(values[track]!) ? value : values[track]! + value
    this.last = moment
    this.rows.push({ at: moment.at, values })
    if (this.rows.length > this.capacity) this.rows.shift()
    this.#write(moment.at, values)
  }

  #write(at: number, values: Float64Array): void {
    if (this.#journal === undefined) return
    const row: Written = {
      of: this.#tracks.id,
      at,
      values: Array.from(values, (value) => (Number.isFinite(value) ? rounded(value) : null)),
    }
    const records = [JSON.stringify(row)]
    if (this.#written !== this.#tracks.size) records.unshift(this.#tracks.toRecord())
    this.#written = this.#tracks.size
    void this.#journal.append(records)
  }

  #fromRecords(records: readonly unknown[]): Row[] {
    const rows: Row[] = []
    const places = new Map<string, readonly number[]>()
    for (const record of records as readonly (Names | Written)[]) {
      if ('tracks' in record)
        places.set(
          record.id,
          record.tracks.map(([chart, series]) => this.#tracks.place(chart, series)),
        )
      else {
        const own = places.get(record.of)
        // Without the names that stood before it a row means nothing.
        if (own !== undefined && own.length >= record.values.length) rows.push(this.#toRow(record, own))
      }
    }
    return rows
  }

  #toRow({ at, values: written }: Written, places: readonly number[]): Row {
    const values = new Float64Array(this.#tracks.size).fill(NaN)
    for (const [i, value] of written.entries()) if (value !== null) values[places[i]!] = value
    return { at, values }
  }
}

/** Six digits are more than a chart shows, and half of what a file would hold. */
function rounded(value: number): number {
  return Number(value.toPrecision(6))
}
