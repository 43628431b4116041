import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { operation as recorded } from '../../../test/operation.ts'
import type { Operation, Span } from '../../std/operation.ts'
import { attribution, type Attributed } from './attribution.ts'
import { isLimit, sayWhy, type PoolUse } from './why.ts'

const span = (kind: Span['kind'], name: string, [start, end]: [number, number], parent = -1): Span => ({ kind, name, start, end, parent })

function operation(ms: number, spans: readonly Span[], init: Partial<Operation> = {}): Operation {
  return recorded({ name: 'POST /orders', startedAt: 1_000, ms, spans, ...init })
}

const waiting = operation(100, [
  span('pool', 'wait for a connection', [5, 78], 4),
  span('sql', 'select 1', [78, 84], 4),
  span('gc', 'garbage collection (minor)', [84, 85]),
  span('stage', 'validate', [0, 5]),
  span('stage', 'handle', [5, 86]),
  span('stage', 'reply', [86, 98]),
])
const pool: PoolUse = { max: 10, seconds: 12, perSecond: 200, heldMs: 48, inUse: 9.6 }

const sharesOf = ({ causes }: Attributed) => Object.fromEntries(causes.map(({ what, share }) => [what, Math.round(share * 100)]))

describe('where the time of a route went', () => {
  it('is told by cause, and the shares add up to all of it · M19.3', () => {
    const { median, slowest } = attribution([waiting])!
    assert.deepEqual(sharesOf(median), {
      'waiting for a connection': 73,
      'serialising the answer and sending it': 12,
      SQL: 6,
      validating: 5,
      'your handler’s own code': 1,
      'collecting garbage': 1,
      'between the steps': 2,
    })
    for (const { causes } of [median, slowest]) assert.ok(Math.abs(causes.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-9)
  })

  it('adds up also where much runs side by side, never ended, or goes on behind the answer', () => {
    const crowd = operation(50, [
      span('fetch', 'GET a.example', [0, 30], 4),
      span('fetch', 'GET b.example', [0, 60], 4),
      span('sql', 'select 2', [10, -1], 4),
      span('tcp', 'connect', [0, 10], 0),
      span('stage', 'handle', [0, 50]),
    ])
    const { median } = attribution([crowd])!
    assert.ok(Math.abs(median.causes.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-9)
    const outbound = median.causes.find(({ kind }) => kind === 'fetch')!
    assert.deepEqual(
      outbound.parts.map(({ what, times }) => [what, times]),
      [
        ['b.example', 1],
        ['a.example', 1],
      ],
    )
  })

  it('is that of the middle and that of the slowest tenth, of requests that were served', () => {
    const quick = Array.from({ length: 18 }, (_, i) => operation(10 + i / 10, [span('stage', 'handle', [0, 10])]))
    const slow = [1, 2].map(() => operation(500, [span('sql', 'select pg_sleep', [0, 500])], { kept: 'slow' }))
    const refused = Array.from({ length: 50 }, () => operation(1, [span('stage', 'validate', [0, 1])], { outcome: 'refused' }))
    const { median, slowest, requests } = attribution([...slow, ...quick, ...refused])!
    assert.equal(requests, 20)
    assert.deepEqual([median.causes[0]?.kind, slowest.causes[0]?.kind], ['handler', 'sql'])
    assert.deepEqual([slowest.requests, slowest.ms, slowest.causes[0]?.parts[0]?.what], [2, 500, 'select pg_sleep'])
  })

  it('is not guessed at where the steps were not recorded', () => {
    const { detailed, median } = attribution([operation(10, [span('sql', 'select 1', [2, 4])])])!
    assert.equal(detailed, 0)
    assert.match(median.causes[0]!.what, /not recorded one by one/)
    assert.equal(attribution([]), undefined)
  })
})

describe('why a route takes its time', () => {
  const say = (use: PoolUse | undefined, operations = [waiting]) =>
    sayWhy({ route: 'POST /orders', attribution: attribution(operations), pool: use }).join('\n')

  it('is said in sentences, with the size of the pool · M19.3', () => {
    assert.match(
      say(pool),
      /^A usual request takes 100 ms: 73 % waiting for a connection \(pool of 10\), 12 % serialising .*, 6 % SQL \(1 statement\)/,
    )
    assert.match(say(undefined, []), /^Nothing of POST \/orders is recorded/)
  })

  it('is the pool only when throughput times the time held fills it · M19.3', () => {
    assert.equal(isLimit(pool), true)
    assert.match(say(pool), /The pool is the limit: while somebody waited, 200 a second were held for 48\.0 ms each: 9\.6 of 10 in use\./)
    assert.match(say({ ...pool, heldMs: 5, inUse: 1 }), /The pool is not the limit: .* 1\.0 of 10 in use\. Requests came in bursts/)
    assert.match(
      say({ ...pool, perSecond: 0, inUse: 10 }),
      /The pool is the limit: while somebody waited, none was given back: 10\.0 of 10/,
    )
    assert.match(say({ ...pool, seconds: 0 }), /not known any more/)
    const without = operation(10, [span('stage', 'handle', [0, 10])])
    assert.match(say(pool, [without]), /The pool is not the limit: this route hardly waits/)
  })
})
