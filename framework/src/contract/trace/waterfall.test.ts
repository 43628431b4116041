import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { operation as recorded } from '../../../test/operation.ts'
import { spanIdOf, type Operation, type Span } from '../../std/operation.ts'
import type { ClientTimings } from './client-timings.ts'
import { waterfall, type WaterfallRow } from './waterfall.ts'

const phases = [
  { name: 'dns', start: 0, ms: 5, note: '', parts: [{ name: 'root .', start: 1, ms: 3, note: 'asked' }] },
  { name: 'tcp', start: 5, ms: 5, note: '' },
  { name: 'request', start: 10, ms: 1, note: '' },
  { name: 'waiting', start: 11, ms: 40, note: '' },
  { name: 'content', start: 51, ms: 9, note: '' },
] as const
const client: ClientTimings = { startedAt: 1_000_000, total: 60, spanId: 'c'.repeat(16), phases }

const span = (init: Partial<Span>): Span => ({ name: 'step', kind: 'stage', parent: -1, start: 0, end: 1, ...init })

function operation(init: Partial<Operation> = {}): Operation {
  return recorded({
    id: 'r1',
    name: 'POST /orders',
    parentId: client.spanId,
    startedAt: 1_000_020,
    ms: 20,
    status: 201,
    kept: 'asked',
    ...init,
  })
}

const shape = (rows: readonly WaterfallRow[]) => rows.map(({ name, depth, start, ms }) => `${'  '.repeat(depth)}${name} ${start}+${ms}`)

describe('the waterfall', () => {
  it('has the phases of the client, with what happened within them · M01.1', () => {
    const { rows, span: length } = waterfall({ client, operations: [] })
    assert.deepEqual(shape(rows), ['dns 0+5', '  root . 1+3', 'tcp 5+5', 'request 10+1', 'waiting 11+40', 'content 51+9'])
    assert.equal(length, 60)
  })

  it('has the steps of the server below the waiting, each one below what it ran in · M01.16', () => {
    const spans = [
      // Services come first in a record, and stand below steps that come behind them.
      span({ name: 'select', kind: 'sql', parent: 2, start: 8, end: 12, attributes: { rows: 3 } }),
      span({ name: 'validate', start: 1, end: 2 }),
      span({ name: 'handle', start: 2, end: 19 }),
    ]
    const { rows } = waterfall({ client, operations: [operation({ spans })] })
    assert.deepEqual(shape(rows).slice(4), [
      'waiting 11+40',
      '  POST /orders 20+20',
      '    validate 21+1',
      '    handle 22+17',
      '      select 28+4',
      'content 51+9',
    ])
    assert.equal(rows.find(({ name }) => name === 'select')?.note, 'rows 3')
  })

  it('puts the server into the middle of the waiting when its clock cannot be right · M01.1', () => {
    for (const startedAt of [1_000_000 - 3_600_000, 1_000_055, 2_000_000]) {
      const { rows } = waterfall({ client, operations: [operation({ startedAt })] })
      assert.deepEqual(shape(rows)[5], '  POST /orders 21+20')
    }
  })

  it('never lets the server begin before the request, nor end behind the answer, for a millisecond of rounding · M01.1', () => {
    assert.match(shape(waterfall({ client, operations: [operation({ startedAt: 1_000_009.4 })] }).rows)[5]!, / 10\+20$/)
    assert.match(shape(waterfall({ client, operations: [operation({ startedAt: 1_000_040.7 })] }).rows)[5]!, / 40\+20$/)
  })

  it('goes on behind the answer with what the request caused · M01.20', () => {
    const request = operation({ spans: [span({ name: 'handle' })] })
    const work = operation({
      id: 'r1.1',
      kind: 'background',
      name: 'mail',
      spanId: '7'.repeat(16),
      parentId: request.spanId,
      startedAt: 1_000_045,
      ms: 100,
      status: 0,
    })
    const called = operation({
      id: 'r2',
      name: 'GET /stock',
      spanId: '8'.repeat(16),
      parentId: spanIdOf(request.spanId, 0),
      startedAt: 1_000_025,
      ms: 3,
    })
    const { rows, span: length } = waterfall({ client, operations: [work, called, request] })
    assert.deepEqual(shape(rows).slice(5, 9), ['  POST /orders 20+20', '    handle 20+1', '    GET /stock 25+3', '    mail 45+100'])
    assert.equal(length, 145)
    assert.ok(rows.every(({ state }) => state === 'ok'))
  })

  it('shows a gap where somebody took part who recorded nothing · M01.20', () => {
    const { rows } = waterfall({ client, operations: [operation({ parentId: 'd'.repeat(16) })] })
    assert.deepEqual(
      rows.slice(5, 7).map(({ name, depth, state }) => [name, depth, state]),
      [
        ['gap', 1, 'gap'],
        ['POST /orders', 2, 'ok'],
      ],
    )
    assert.match(rows[5]!.note, /dddddddddddddddd\) recorded nothing/)
  })

  it('shows a gap where a span is missing within an operation · M01.20', () => {
    for (const parent of [7, 0]) {
      const { rows } = waterfall({ client, operations: [operation({ spans: [span({ parent, name: 'orphan' })] })] })
      assert.deepEqual(
        rows.slice(6, 8).map(({ name, depth, state }) => [name, depth, state]),
        [
          ['gap', 2, 'gap'],
          ['orphan', 3, 'ok'],
        ],
      )
    }
  })

  it('takes an unknown caller for the beginning only once, where there is no client · M01.20', () => {
    const later = operation({ id: 'r2', spanId: '8'.repeat(16), parentId: 'd'.repeat(16), startedAt: 1_000_030 })
    const { rows } = waterfall({ operations: [operation(), later] })
    assert.deepEqual(
      rows.map(({ name }) => name),
      ['POST /orders', 'gap', 'POST /orders'],
    )
  })

  it('ends with records that name each other, or themselves, as their callers', () => {
    const [one, two] = ['6'.repeat(16), '7'.repeat(16)] as const
    const circle = [
      operation({ id: 'a', spanId: one, parentId: two }),
      operation({ id: 'b', spanId: two, parentId: one }),
      operation({ id: 'c', parentId: '5'.repeat(16) }),
    ]
    const { rows } = waterfall({ client, operations: circle })
    assert.equal(rows.filter(({ name }) => name === 'POST /orders').length, 3)
    const ring = [span({ parent: 1 }), span({ parent: 2 }), span({ parent: 0 })]
    assert.equal(waterfall({ client, operations: [operation({ spans: ring })] }).rows.filter(({ name }) => name === 'step').length, 3)
  })

  it('begins with the first operation where there is no client', () => {
    const { rows, span: length } = waterfall({ operations: [operation({ spans: [span({ end: -1, failed: 'ECONNRESET' })] })] })
    assert.deepEqual(shape(rows), ['POST /orders 0+20', '  step 0+20'])
    assert.deepEqual([rows[1]?.state, rows[1]?.note, length], ['failed', 'ECONNRESET · never ended', 20])
  })
})
