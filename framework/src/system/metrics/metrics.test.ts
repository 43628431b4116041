import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { silentLog } from '../../std/log.ts'
import { metrics } from './metrics.ts'
import { processMetrics } from './process-metrics.ts'

describe('metrics', () => {
  it('writes counters and gauges in the text format, HELP and TYPE first', () => {
    const meter = metrics()
    const placed = meter.counter('orders_placed_total', { help: 'Orders placed.' })
    const open = meter.gauge('connections', { help: 'Open now.', labels: ['kind'] })
    placed.add()
    placed.add(2)
    open.with({ kind: 'idle' }).set(5)
    open.with({ kind: 'idle' }).add(-2)
    assert.equal(
      meter.text(),
      '# HELP orders_placed_total Orders placed.\n# TYPE orders_placed_total counter\norders_placed_total 3\n' +
        '# HELP connections Open now.\n# TYPE connections gauge\nconnections{kind="idle"} 3\n',
    )
    assert.equal(meter.contentType(), 'text/plain; version=0.0.4; charset=utf-8')
  })

  it('counts a value in every bucket that holds it, bounds included', () => {
    const meter = metrics()
    const seconds = meter.histogram('http_seconds', { help: 'Time.', buckets: [0.1, 1], labels: ['route'] }).with({ route: '/' })
    for (const value of [0.05, 0.1, 0.5, 7]) seconds.record(value)
    assert.deepEqual(meter.text().split('\n').slice(2, -1), [
      'http_seconds_bucket{route="/",le="0.1"} 2',
      'http_seconds_bucket{route="/",le="1"} 3',
      'http_seconds_bucket{route="/",le="+Inf"} 4',
      'http_seconds_sum{route="/"} 7.65',
      'http_seconds_count{route="/"} 4',
    ])
  })

  it('asks a function at every scrape', () => {
    const meter = metrics()
    let depth = 1
    meter.gauge('queue_depth', { help: 'Waiting.', read: () => depth })
    assert.match(meter.text(), /^queue_depth 1$/m)
    depth = NaN
    assert.match(meter.text(), /^queue_depth NaN$/m)
  })

  it('escapes help and label values so that no value can begin a line', () => {
    const meter = metrics()
    meter
      .counter('c_total', { help: 'a\nb\\', labels: ['path'] })
      .with({ path: '"\n\\' })
      .add()
    assert.equal(meter.text(), '# HELP c_total a\\nb\\\\\n# TYPE c_total counter\nc_total{path="\\"\\n\\\\"} 1\n')
  })

  it('keeps series apart whatever their labels hold', () => {
    const meter = metrics()
    const family = meter.counter('c_total', { help: 'c', labels: ['a', 'b'] })
    const pairs = [
      ['1', '2:x'],
      ['12:', 'x'],
      ['', '1:1'],
      ['1:', '1'],
      ['a', 'bc'],
      ['ab', 'c'],
    ] as const
    for (const [a, b] of pairs) family.with({ a, b }).add()
    assert.equal(meter.text().match(/^c_total\{.*\} 1$/gm)?.length, pairs.length)
    assert.equal(family.with({ a: 'a', b: 'bc' }), family.with({ b: 'bc', a: 'a' }))
  })

  it('puts what exceeds the limit of series into one, and warns once · M17.8', () => {
    const warned: unknown[] = []
    const meter = metrics({ maxSeries: 2, log: { ...silentLog, warn: (_, fields) => void warned.push(fields) } })
    const family = meter.counter('requests_total', { help: 'Requests.', labels: ['path'] })
    for (const path of ['/a', '/b', '/c', '/d', '/a']) family.with({ path }).add()
    assert.deepEqual(meter.text().split('\n').slice(2, -1), [
      'requests_total{path="/a"} 2',
      'requests_total{path="/b"} 1',
      'requests_total{path="__overflow__"} 2',
    ])
    assert.deepEqual(warned, [{ metric: 'requests_total', maxSeries: 2 }])
  })

  it('refuses names that are taken or malformed, descending buckets and a counter that shrinks', () => {
    const meter = metrics()
    const counter = meter.counter('c_total', { help: 'c' })
    assert.throws(() => meter.counter('c_total', { help: 'c' }), /c_total exists/)
    assert.throws(() => meter.counter('http-requests', { help: 'c' }), /"http-requests" is not a metric name/)
    for (const label of ['le', '__name__', 'a-b', ''])
      assert.throws(() => meter.counter('d_total', { help: 'd', labels: [label] }), /cannot label d_total/)
    assert.throws(() => meter.histogram('h', { help: 'h', buckets: [1, 1] }), /must ascend/)
    for (const by of [-1, NaN]) assert.throws(() => counter.add(by), RangeError)
  })
})

describe('names of metrics', () => {
  it('are in base units, and end in what their kind ends in · M17.8', () => {
    const meter = metrics()
    assert.throws(() => meter.counter('orders', { help: 'x' }), /must end in _total: call it orders_total/)
    assert.throws(() => meter.gauge('orders_total', { help: 'x' }), /gauge orders_total must not end in _total/)
    assert.throws(() => meter.histogram('wait_ms', { help: 'x' }), /wait_ms is in ms: measure in seconds, and end the name in _seconds/)
    assert.throws(() => meter.counter('sent_kilobytes_total', { help: 'x' }), /measure in bytes/)
    assert.throws(() => meter.gauge('busy_percent', { help: 'x' }), /measure in ratio/)
    assert.throws(() => meter.histogram('size_bucket', { help: 'x' }), /must not end in _bucket/)
    assert.throws(() => meter.summary('a_seconds', { help: 'x', labels: ['quantile'] }), /"quantile" cannot label/)
  })

  it('are not those of two families in OpenMetrics, where a counter loses its _total', () => {
    const meter = metrics()
    meter.counter('jobs_total', { help: 'x' })
    assert.throws(() => meter.gauge('jobs', { help: 'x' }), /jobs_total exists/)
  })
})

describe('process metrics', () => {
  it('read the process at every scrape and hold it open for none', () => {
    const meter = metrics()
    const before = process.getActiveResourcesInfo().length
    processMetrics(meter)
    const values = new Map(
      meter
        .text()
        .split('\n')
        .filter((line) => /^\w/.test(line))
        .map((line) => line.split(' ') as [string, string]),
    )
    assert.ok(Number(values.get('process_resident_memory_bytes')) > 1e6)
    assert.ok(Number(values.get('process_cpu_seconds_total')) > 0)
    assert.ok(Math.abs(Number(values.get('process_start_time_seconds')) - performance.timeOrigin / 1_000) < 1)
    assert.equal(Number(values.get('nodejs_eventloop_lag_p99_seconds')), 0)
    assert.match(meter.text(), /^nodejs_eventloop_lag_p99_seconds \d/m)
    assert.equal(process.getActiveResourcesInfo().length, before)
  })
})
