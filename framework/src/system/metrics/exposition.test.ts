import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { parseExposition } from '../../../test/telemetry/exposition.ts'
import { testClock } from '../../tools/testing/test-clock.ts'
import { metrics } from './metrics.ts'

describe('the text formats', () => {
  it('stay valid whatever label values and helps hold, and lose none of it · M17.7', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: 'binary' }), { maxLength: 8 }), fc.string(), (values, help) => {
        const meter = metrics()
        const count = meter.counter('requests_total', { help, labels: ['path'] })
        const time = meter.histogram('wait_seconds', { help, labels: ['path'], buckets: [0.1, 1, 1_048_576] })
        const size = meter.summary('size_bytes', { help, labels: ['path'] })
        for (const path of values) {
          count.with({ path }).add()
          time.with({ path }).record(0.5)
          size.with({ path }).record(1_000)
        }
        for (const format of ['prometheus', 'openmetrics'] as const) {
          const families = parseExposition(meter.text(format))
          assert.deepEqual(
            families.map(({ kind }) => kind),
            ['counter', 'histogram', 'summary'],
          )
          const paths = families[0]!.samples.map(({ labels }) => labels['path'])
          assert.deepEqual(paths, values)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('of OpenMetrics has units, canonical bounds, and an end · M17.7', () => {
    const meter = metrics()
    meter.counter('process_cpu_seconds_total', { help: 'A "quoted" help.' }).add(1.5)
    meter.histogram('size_bytes', { help: 'Sizes.', buckets: [0.00001, 1, 1_000_000] }).record(2)
    assert.equal(meter.contentType('openmetrics'), 'application/openmetrics-text; version=1.0.0; charset=utf-8')
    assert.deepEqual(meter.text('openmetrics').split('\n'), [
      '# TYPE process_cpu_seconds counter',
      '# UNIT process_cpu_seconds seconds',
      '# HELP process_cpu_seconds A \\"quoted\\" help.',
      'process_cpu_seconds_total 1.5',
      '# TYPE size_bytes histogram',
      '# UNIT size_bytes bytes',
      '# HELP size_bytes Sizes.',
      'size_bytes_bucket{le="1e-05"} 0',
      'size_bytes_bucket{le="1.0"} 0',
      'size_bytes_bucket{le="1e+06"} 1',
      'size_bytes_bucket{le="+Inf"} 1',
      'size_bytes_sum 2',
      'size_bytes_count 1',
      '# EOF',
      '',
    ])
  })

  it('name a trace beside the bucket that it fell into, in OpenMetrics alone · M17.7, M17.16', () => {
    const meter = metrics()
    const time = meter.histogram('wait_seconds', { help: 'Waits.', buckets: [0.1, 1] })
    time.record(0.5)
    time.exemplify(0.4, 'first', 1_000)
    time.exemplify(0.5, '0af7651916cd43dd8448eb211c80319c', 1_767_225_600_500)
    const [family] = parseExposition(meter.text('openmetrics'))
    assert.deepEqual(
      family!.samples.map(({ exemplar }) => exemplar),
      [
        undefined,
        { labels: { trace_id: '0af7651916cd43dd8448eb211c80319c' }, value: 0.5, at: 1_767_225_600.5 },
        undefined,
        undefined,
        undefined,
      ],
    )
    assert.doesNotMatch(meter.text(), /trace_id/)
  })
})

describe('a summary', () => {
  it('has quantiles of the last minutes within a hundredth, and forgets what is older · M17.7', () => {
    const clock = testClock()
    const meter = metrics({ clock })
    const time = meter.summary('wait_seconds', { help: 'Waits.', quantiles: [0, 0.5, 0.99] })
    for (let i = 1; i <= 1_000; i++) time.record(i / 1_000)
    const values = () => meter.collect(['wait_seconds'])[0]!.points[0]!.quantiles!.map(([, value]) => value)
    for (const [i, expected] of [0.001, 0.5, 0.99].entries())
      assert.ok(Math.abs(values()[i]! / expected - 1) < 0.011, `${values()[i]} is not ${expected}`)
    clock.advance(300_000)
    time.record(0)
    assert.equal(values()[0], 0)
    assert.ok(Math.abs(values()[1]! / 0.5 - 1) < 0.011)
    clock.advance(300_000)
    assert.deepEqual(values(), [0, 0, 0])
    clock.advance(600_000)
    assert.deepEqual(values(), [NaN, NaN, NaN])
    assert.match(meter.text(), /^wait_seconds\{quantile="0\.5"\} NaN$/m)
    assert.match(meter.text(), /^wait_seconds_count 1001$/m)
  })
})

describe('the numbers as data', () => {
  it('are what the text says, or the named ones of them', () => {
    const meter = metrics()
    meter
      .gauge('connections', { help: 'Open.', labels: ['kind'] })
      .with({ kind: 'idle' })
      .set(3)
    meter.histogram('wait_seconds', { help: 'Waits.', buckets: [1] }).record(2)
    assert.deepEqual(meter.collect(), [
      { name: 'connections', kind: 'gauge', help: 'Open.', unit: undefined, points: [{ labels: { kind: 'idle' }, value: 3 }] },
      {
        name: 'wait_seconds',
        kind: 'histogram',
        help: 'Waits.',
        unit: 'seconds',
        points: [{ labels: {}, value: 2, count: 1, buckets: { bounds: [1], counts: [0, 1], exemplars: [] } }],
      },
    ])
    assert.deepEqual(
      meter.collect(['wait_seconds', 'unknown']).map(({ name }) => name),
      ['wait_seconds'],
    )
  })
})
