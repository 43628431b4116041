import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Operation, Span } from '../../framework/src/std/operation.ts'
import { operation } from '../../framework/test/operation.ts'
import type { ClientTimings } from '../../framework/src/contract/trace/client-timings.ts'
import { clientHalf } from '../src/app/trace/client-half.ts'
import { remark, title, tone } from '../src/app/trace/kinds.ts'
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

const phase = (name: ClientTimings['phases'][number]['name'], start: number, ms: number) => ({ name, start, ms, note: `${name} note` })
const client: ClientTimings = {
  startedAt: request.startedAt - 20,
  total: 150,
  phases: [phase('dns', 0, 5), phase('request', 5, 5), phase('waiting', 10, 130), phase('content', 140, 10)],
}

describe("the rows of a waterfall with the client's half", () => {
  const { rows, span } = toPicture([request], { closed: new Set(), isDetailed: false, client })

  it('have the server below the waiting, each with a key of its own · M01.1', () => {
    assert.equal(span, 150)
    assert.deepEqual(
      rows.map((row) => `${'  '.repeat(row.depth)}${title(row)} ${row.start}`),
      [
        'DNS 0',
        'Request 5',
        'Waiting 10',
        '  GET /orders 20',
        '    2 quick steps 20',
        '    handle 20.2',
        '      select 1 30',
        '    reply 119',
        'Content 140',
      ],
    )
    assert.equal(new Set(rows.map(({ key }) => key)).size, rows.length)
    assert.deepEqual([tone(rows[0]!), remark(rows[0]!), rows[2]!.below], ['client-dns', 'dns note', 6])
  })

  it('fold up with the waiting', () => {
    const { key } = rows[2]!
    assert.deepEqual(
      toPicture([request], { closed: new Set([key]), isDetailed: false, client }).rows.map(({ name }) => name),
      ['dns', 'request', 'waiting', 'content'],
    )
  })
})

describe('the client of an operation', () => {
  const at = (id: string, startedAt: number): Operation => operation({ id, spanId: id, startedAt })
  const [before, first, caused] = [at('before', 1), at('first', 2), at('caused', 3)]
  const operations = [before, first, caused]
  const ids = (half: ReturnType<typeof clientHalf>) => half?.operations.map(({ id }) => id)

  it('is its own, and what began before is not below its waiting', () => {
    const half = clientHalf({ operations, clients: [{ spanId: 'first', timings: client }] }, first)
    assert.deepEqual([half?.client, half?.owner.id, ids(half)], [client, 'first', ['first', 'caused']])
  })

  it('is that of the request which caused it, where it has none', () => {
    const view = { operations, clients: [{ spanId: 'first', timings: client }] }
    assert.equal(clientHalf(view, caused)?.owner, first)
    assert.equal(clientHalf(view, before), undefined)
  })

  it('is nobody where nobody told', () => {
    assert.equal(clientHalf({ operations, clients: [] }, first), undefined)
  })
})

describe('the ticks of an axis', () => {
  it('are round numbers between its ends', () => {
    assert.deepEqual(ticks(0, 100, 6), [0, 20, 40, 60, 80, 100])
    assert.deepEqual(ticks(3, 7, 4), [3, 4, 5, 6, 7])
    assert.deepEqual(ticks(5, 5, 6), [5])
  })
})
