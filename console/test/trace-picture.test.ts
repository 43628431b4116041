import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Span } from '../../framework/src/std/operation.ts'
import { operation } from '../../framework/test/operation.ts'
import { toPicture } from '../src/app/trace/picture.ts'
import { ticks } from '../src/app/trace/ticks.ts'

const step = (name: string, start: number, end: number, init: Partial<Span> = {}): Span => ({
  name,
  kind: 'stage',
  parent: -1,
  start,
  end,
  ...init,
})

const spans = [
  step('record', 0, 0.1),
  step('measure', 0.1, 0.2),
  step('handle', 0.2, 99),
  step('select 1', 10, 20, { kind: 'sql', parent: 2 }),
  step('reply', 99, 100),
]
const request = operation({ name: 'GET /orders', ms: 100, spans })
const names = (options: { closed?: readonly string[]; isDetailed?: boolean } = {}) =>
  toPicture([request], { closed: new Set(options.closed), isDetailed: options.isDetailed ?? false }).rows.map(
    ({ name, ms }) => `${name} ${ms}`,
  )

describe('the rows of a waterfall', () => {
  it('fold runs of quick steps into one, whose time is theirs · M01.16', () => {
    assert.deepEqual(names(), ['GET /orders 100', '2 quick steps 0.2', 'handle 98.8', 'select 1 10', 'reply 1'])
    assert.equal(names({ isDetailed: true }).length, 6)
  })

  it('leave out what stands below a row that was closed', () => {
    const { rows } = toPicture([request], { closed: new Set(), isDetailed: true })
    const handle = rows.find(({ name }) => name === 'handle')!
    assert.equal(handle.below, 1)
    assert.deepEqual(names({ closed: [handle.key] }).at(-2), 'handle 98.8')
    assert.deepEqual(names({ closed: [rows[0]!.key] }), ['GET /orders 100'])
  })

  it('know the span that they were drawn from', () => {
    const { rows } = toPicture([request], { closed: new Set(), isDetailed: true })
    assert.equal(rows.find(({ kind }) => kind === 'sql')!.span, spans[3])
    assert.equal(rows[0]!.operation, request)
  })
})

describe('the ticks of an axis', () => {
  it('are round numbers between its ends', () => {
    assert.deepEqual(ticks(0, 100, 6), [0, 20, 40, 60, 80, 100])
    assert.deepEqual(ticks(3, 7, 4), [3, 4, 5, 6, 7])
    assert.deepEqual(ticks(5, 5, 6), [5])
  })
})
