import { metrics } from '../framework/src/system/metrics/index.ts'
import { keep } from './lib/report.ts'

const series = 10_000
const rounds = 30

/** How long a scrape keeps the process from doing anything else. */
export async function run(): Promise<void> {
  const rows: string[][] = []
  for (const [label, meter] of [
    ['counters', counters()],
    ['histograms of 13 buckets', histograms()],
  ] as const)
    for (const format of ['prometheus', 'openmetrics'] as const) {
      const first = timed(() => meter.text(format))
      const times = Array.from({ length: rounds }, () => timed(() => meter.text(format))).toSorted((one, other) => one - other)
      rows.push([`${label}, ${format}`, first.toFixed(1), times[rounds / 2]!.toFixed(1), times.at(-1)!.toFixed(1), '< 50'])
    }
  keep('metrics', {
    order: 6,
    title: '/metrics of 10,000 series',
    method:
      'Text of 10,000 series made in one go: 10 counters of 1,000 label values each, or 42 histograms of 15 label values with 16 series each.',
    columns: ['series', 'first, ms', 'median, ms', 'slowest, ms', 'goal'],
    rows,
  })
}

function counters() {
  const meter = metrics()
  for (let i = 0; i < 10; i++) {
    const family = meter.counter(`requests_${i}_total`, { help: 'Requests.', labels: ['route', 'status'] })
    for (let n = 0; n < series / 10; n++) family.with({ route: `/api/v1/orders/${n}`, status: '200' }).add(n)
  }
  return meter
}

function histograms() {
  const meter = metrics()
  for (let i = 0; i < 42; i++) {
    const family = meter.histogram(`wait_${i}_seconds`, { help: 'Waits.', labels: ['route', 'status'] })
    for (let n = 0; n < 15; n++) {
      const one = family.with({ route: `/api/v1/orders/${n}`, status: '200' })
      one.record(0.03 * n)
      one.exemplify(0.03 * n, '0af7651916cd43dd8448eb211c80319c', 1_767_225_600_000)
    }
  }
  return meter
}

function timed(work: () => unknown): number {
  const began = performance.now()
  work()
  return performance.now() - began
}
