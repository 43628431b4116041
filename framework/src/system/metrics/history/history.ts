import type { Clock } from '../../../std/clock.ts'
import { Journal } from '../../../std/journal.ts'
import type { Log } from '../../../std/log.ts'
import type { Metrics } from '../metrics.ts'
import { chartMetrics, charts as builtIn, type Chart } from './charts.ts'
import { Span, type Moment, type Values } from './moment.ts'
import { Tier, type Row, type TierOptions } from './tier.ts'
import { Tracks } from './tracks.ts'

export interface HistoryOptions {
  metrics: Pick<Metrics, 'collect'>
  clock: Clock
  log: Log
  /** Where it survives a restart. Default: nowhere. */
  folder?: string | undefined
}

/** A chart and its values at some times, NaN where there are none. */
export interface Drawn {
  readonly chart: Chart
  readonly series: ReadonlyMap<string, readonly number[]>
}

const minute = 60_000
/** The last hour by ten seconds, the last day by the minute, the last fifteen days by ten minutes. */
const tiers: readonly TierOptions[] = [
  { name: '10s', every: 10_000, rows: 360, maxBytes: 2 << 20 },
  { name: '1m', every: minute, rows: 1_440, maxBytes: 4 << 20 },
  { name: '10m', every: 10 * minute, rows: 2_160, maxBytes: 6 << 20 },
]
const mostPoints = 360

/** Fifteen days of the built-in metrics at decreasing resolution: in memory, and on disk in no more than 12 MiB. */
export class History {
  readonly #options: HistoryOptions
  readonly #charts = [...builtIn]
  readonly #tracks = new Tracks()
  readonly #tiers: readonly Tier[]
  #cancel: () => void = () => {}
  #nextTick = 0

  constructor(options: HistoryOptions) {
    this.#options = options
    this.#tiers = tiers.map((tier) => new Tier(tier, this.#tracks, this.#journalOf(tier)))
  }

  /** Charts beside those of the built-in metrics, from the next sample on. */
  keep(charts: readonly Chart[]): void {
    this.#charts.push(...charts)
  }

  async open(): Promise<void> {
    const moment = this.#moment()
    for (const tier of this.#tiers) await tier.open(moment)
    this.#nextTick = moment.tick
    this.#tickLater()
  }

  async close(): Promise<void> {
    this.#cancel()
    for (const tier of this.#tiers) await tier.close()
  }

  /** The last `ms` milliseconds, in some hundred points: averages, where there are more values than that. */
  read(ms: number): { readonly times: readonly number[]; readonly drawn: readonly Drawn[] } {
    const tier = this.#tierFor(ms)
    const since = this.#options.clock.now().getTime() - ms
    const groups = grouped(tier.rows.filter(({ at }) => at > since))
    const drawn = this.#charts
      .filter(({ hidden }) => hidden !== true)
      .map((chart): Drawn => {
        const all = this.#tracks.of(chart.id).map(([name, track]) => [name, groups.map((group) => mean(group, track))] as const)
        return { chart, series: new Map(all.filter(([, values]) => values.some((value) => !Number.isNaN(value)))) }
      })
    return { times: groups.map((group) => group.at(-1)!.at), drawn }
  }

  /** What a series of rates comes to over the last `ms` milliseconds. */
  total(chart: string, series: string, ms: number): number {
    const track = this.#tracks.find(chart, series)
    if (track === undefined) return 0
    let since = this.#options.clock.now().getTime() - ms
    let total = 0
    // A coarse row comes late: what happened since the last one is in finer rows, and in a young process all of it is.
    for (const { rows, every } of this.#tiers.slice(0, this.#tiers.indexOf(this.#tierFor(ms)) + 1).toReversed()) {
      total += rows.reduce((all, { at, values }) => (at > since ? all + (values[track] || 0) : all), 0) * (every / 1_000)
      since = Math.max(since, rows.at(-1)?.at ?? since)
    }
    return total
  }

  #tierFor(ms: number): Tier {
    return this.#tiers.find(({ every, capacity }) => every * capacity >= ms) ?? this.#tiers.at(-1)!
  }

  #tickLater(): void {
    const { clock } = this.#options
    const { every } = tiers[0]!
    this.#nextTick = Math.max(this.#nextTick + every, clock.monotonic())
    this.#cancel = clock.after(this.#nextTick - clock.monotonic(), () => {
      this.#sample()
      this.#tickLater()
    })
  }

  #sample(): void {
    const moment = this.#moment()
    for (const tier of this.#tiers) {
      if (!tier.isDue(moment)) continue
      const span = new Span(moment, tier.last)
      tier.add(
        moment,
        (chart) => (chart.levels === true && tier !== this.#tiers[0] ? this.#averaged(chart, tier) : chart.read(span)),
        this.#charts,
      )
    }
  }

  /** A state over a longer time: what it was on average, by the finest values. */
  #averaged({ id }: Chart, { last }: Tier): Values {
    const rows = this.#tiers[0]!.rows.filter(({ at }) => at > last.at)
    return new Map(this.#tracks.of(id).map(([series, track]) => [series, mean(rows, track)]))
  }

  #moment(): Moment {
    const { metrics, clock } = this.#options
    const families = new Map(metrics.collect(chartMetrics).map((family) => [family.name, family]))
    return { at: clock.now().getTime(), tick: clock.monotonic(), families }
  }

  #journalOf({ name, every, rows, maxBytes }: TierOptions): Journal | undefined {
    const { folder, clock, log } = this.#options
    if (folder === undefined) return undefined
    return new Journal({ folder, name: `metrics-${name}`, maxBytes, maxAge: every * rows, head: () => this.#tracks.toRecord(), clock, log })
  }
}

/** Neighbouring rows together, so that there are not more groups than anybody can see. */
function grouped(rows: readonly Row[]): (readonly Row[])[] {
  const size = Math.ceil(rows.length / mostPoints) || 1
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => rows.slice(i * size, (i + 1) * size))
}

function mean(rows: readonly Row[], track: number): number {
  let sum = 0
  let count = 0
  for (const { values } of rows) {
    const value = values[track]
    if (value === undefined || Number.isNaN(value)) continue
    sum += value
    count++
  }
  return sum / count
}
