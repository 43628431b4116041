import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { silentLog } from '../../../std/log.ts'
import { testClock } from '../../../tools/testing/test-clock.ts'
import { metrics } from '../metrics.ts'
import { History } from './history.ts'
import { quantileOf } from './moment.ts'
import { Tier } from './tier.ts'
import { Tracks } from './tracks.ts'

async function opened() {
  const clock = testClock()
  const meter = metrics({ clock })
  const requests = meter.histogram('http_server_request_duration_seconds', { help: 'Requests.', labels: ['method', 'route', 'status'] })
  let rss = 0
  meter.gauge('process_resident_memory_bytes', { help: 'Memory.', read: () => rss })
  const history = new History({ metrics: meter, clock, log: silentLog })
  await history.open()
  const request = (route: string, status = 200, seconds = 0.02) =>
    requests.with({ method: 'GET', route, status: String(status) }).record(seconds)
  const chart = (id: string, minutes: number) =>
    Object.fromEntries(history.read(minutes * 60_000).drawn.find((one) => one.chart.id === id)!.series)
  return { clock, meter, history, request, chart, use: (bytes: number) => (rss = bytes) }
}

describe('the history of the metrics', () => {
  it('has rate, errors and duration of what happened in each ten seconds · M17.9, M17.12', async () => {
    const { clock, request, chart, history } = await opened()
    for (let i = 0; i < 20; i++) request('/a')
    for (let i = 0; i < 5; i++) request('/b', 503, 2)
    clock.advance(10_000)
    request('/a')
    clock.advance(10_000)
    assert.deepEqual(chart('requests', 1), { 'GET /a': [2, 0.1], 'GET /b': [0.5, 0] })
    assert.deepEqual(chart('request-errors', 1), { 'failed (5xx)': [0.5, 0] })
    const { p50, p95 } = chart('request-duration', 1)
    assert.ok(p50!.every((ms) => ms > 10 && ms <= 25) && p95!.every((ms) => ms > 10 && ms <= 25))
    assert.ok(chart('request-failure-duration', 1)['p99']![0]! > 1_000)
    assert.deepEqual(
      history.read(60_000).times,
      [10_000, 20_000].map((ms) => Date.parse('2026-01-01T00:00:00Z') + ms),
    )
  })

  it('tells success and error apart, and leaves out what did not happen · M17.11', async () => {
    const { clock, request, chart } = await opened()
    request('/a', 200, 0.004)
    clock.advance(10_000)
    clock.advance(10_000)
    assert.equal(chart('request-duration', 1)['p50']!.length, 2)
    assert.ok(Number.isNaN(chart('request-duration', 1)['p50']![1]))
    assert.deepEqual(chart('request-failure-duration', 1), {})
  })

  it('is a row a minute after an hour, and one in ten minutes after a day · M17.12', async () => {
    const { clock, request, history, chart, use } = await opened()
    for (let i = 0; i < 30 * 6; i++) {
      request('/a')
      use(i % 2 === 0 ? 100 : 300)
      clock.advance(600_000)
    }
    const steps = (minutes: number) => {
      const { times } = history.read(minutes * 60_000)
      return [times.length, times[1]! - times[0]!]
    }
    assert.deepEqual(steps(60), [360, 10_000])
    assert.deepEqual(steps(1_440), [360, 4 * 60_000])
    assert.deepEqual(steps(15 * 1_440), [180, 600_000])
    const values = chart('requests', 15 * 1_440)['GET /a']!
    assert.ok(values.every((value) => Math.abs(value - 1 / 600) < 1e-12))
    // A state is averaged, and not what it happened to be at the end.
    assert.deepEqual(chart('memory', 15 * 1_440)['resident']!.slice(0, 2), [100, 300])
    assert.equal(Math.round(history.total('requests', 'GET /a', 24 * 3_600_000)), 144)
  })

  it('counts the last minutes in a total of days, before the coarse rows have them, and nothing twice', async () => {
    const { clock, request, history } = await opened()
    const total = () => Math.round(history.total('requests', 'GET /a', 15 * 24 * 3_600_000))
    request('/a')
    clock.advance(10_000)
    for (let second = 10; second < 1_300; second += 10) {
      request('/a')
      clock.advance(10_000)
    }
    assert.equal(total(), 130)
    clock.advance(600_000)
    assert.equal(total(), 130)
  })

  it('lets go of its oldest row for each new one, when it has fifteen days · M17.12', () => {
    const tier = new Tier({ name: 'x', every: 10, rows: 3, maxBytes: 0 }, new Tracks(), undefined)
    for (let at = 1; at <= 5; at++) tier.add({ at, tick: at, families: new Map() }, () => new Map(), [])
    assert.deepEqual(
      tier.rows.map(({ at }) => at),
      [3, 4, 5],
    )
  })

  it('has so many series a chart, and one for the rest · M17.8', async () => {
    const { clock, request, chart } = await opened()
    for (let i = 0; i < 200; i++) request(`/${i}`)
    clock.advance(10_000)
    const series = chart('requests', 1)
    assert.equal(Object.keys(series).length, 24)
    assert.ok(Math.abs(series['others']![0]! - 17.7) < 1e-9)
  })

  it('stops with the process', async () => {
    const { clock, history } = await opened()
    await history.close()
    assert.equal(clock.waiting, 0)
  })
})

describe('a quantile of buckets', () => {
  it('is within the bucket in which it lies, and the last bound beyond that', () => {
    assert.equal(quantileOf([1, 2], [0, 10, 0], 0.5), 1.5)
    assert.equal(quantileOf([1, 2], [10, 0, 0], 1), 1)
    assert.equal(quantileOf([1, 2], [0, 0, 5], 0.99), 2)
  })
})
