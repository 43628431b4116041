import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { testClock } from '../tools/testing/test-clock.ts'
import { withContext } from '../tools/testing/with-context.ts'
import { current } from './ambient.ts'
import { spanIdOf } from './operation.ts'
import { recordedLog } from './recorded-log.ts'
import { silentLog } from './log.ts'
import { span, Spans } from './spans.ts'

describe('spans', () => {
  it('say when they began and ended, in milliseconds after their operation · M17.14', () => {
    const clock = testClock()
    clock.advance(5)
    const spans = new Spans(clock, 2)
    const query = spans.begin('sql', 'select 1')
    clock.advance(4)
    spans.end(query, { rows: 1 })
    spans.end(query, { rows: 2 })
    const [{ start, end, attributes } = { start: 0, end: 0, attributes: {} }] = spans.list
    assert.deepEqual({ start, end, attributes }, { start: 3, end: 7, attributes: { rows: 1 } })
  })

  it('name what failed by its code, and never by its message, which may hold anything', () => {
    const spans = new Spans(testClock(), 0)
    const query = spans.begin('sql', 'select secret')
    spans.fail(query, Object.assign(new Error('duplicate key: alice@x.com'), { code: '23505' }))
    const call = spans.begin('fetch', 'GET x')
    spans.fail(call, new TypeError('bad header'))
    assert.deepEqual(
      spans.list.map(({ failed }) => failed),
      ['23505', 'TypeError'],
    )
    assert.ok(!JSON.stringify(spans.list).includes('alice'))
  })

  it('are bounded: what is beyond is counted', () => {
    const spans = new Spans(testClock(), 0)
    for (let i = 0; i < 600; i++) spans.end(spans.begin('sql', 'select 1'))
    for (let i = 0; i < 150; i++) spans.line('info', 'again', undefined)
    assert.deepEqual([spans.list.length, spans.lines.length, spans.dropped], [500, 100, 150])
  })

  it('have ids that are counted from their operation’s', () => {
    assert.equal(spanIdOf('00f067aaffffffff', 0), '00f067aa00000000')
    assert.equal(spanIdOf('00f067aa0ba902b7', 4), '00f067aa0ba902bc')
  })
})

describe('span()', () => {
  const clock = testClock()
  const shapeOf = (spans: Spans) => spans.list.map(({ name, parent, failed }) => [name, parent, failed])

  it('puts what its work waits for below it, however deep, and hands on what that returns', async () => {
    const spans = new Spans(clock, 0)
    const result = await withContext({ id: 'r-1', spans }, () =>
      span('outer', async () => {
        await Promise.resolve()
        return span('inner', () => {
          spans.begin('sql', 'select 1', current().span)
          return current().id
        })
      }),
    )
    assert.equal(result, 'r-1')
    assert.deepEqual(shapeOf(spans), [
      ['outer', -1, undefined],
      ['inner', 0, undefined],
      ['select 1', 1, undefined],
    ])
  })

  it('fails with its work, at once or later', async () => {
    const spans = new Spans(clock, 0)
    await withContext({ spans }, async () => {
      assert.throws(() =>
        span('at once', () => {
          throw new RangeError('x')
        }),
      )
      await assert.rejects(span('later', () => Promise.reject(new TypeError('y'))))
    })
    assert.deepEqual(shapeOf(spans), [
      ['at once', -1, 'RangeError'],
      ['later', -1, 'TypeError'],
    ])
  })

  it('only runs its work where nothing is recorded', () => {
    assert.equal(
      span('nobody looks', () => 7),
      7,
    )
  })
})

describe('a recorded log', () => {
  it('keeps every line with what its child was bound to, also those that are not written', () => {
    const spans = new Spans(clock(), 0)
    recordedLog(silentLog, spans).child({ orderId: 7 }).debug('reserving', { sku: 'A' })
    assert.deepEqual(spans.lines, [{ level: 'debug', event: 'reserving', at: 0, fields: { orderId: 7, sku: 'A' } }])
  })
  const clock = () => testClock()
})
