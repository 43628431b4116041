import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { operation } from '../../../test/operation.ts'
import type { Operation } from '../../std/operation.ts'
import { recorder } from './recorder.ts'

const ordinary = { ms: 1, failed: false, asked: false, detailed: false }
let count = 0
function made(changes: Partial<Operation> = {}): Operation {
  count++
  return operation({ id: `request-${count}`, traceId: `trace-${count}`, spanId: '00000000000000aa', ...changes })
}

describe('the recorder', () => {
  it('keeps every failure and what was asked for, whatever the share · M17.15', () => {
    const keep = recorder({ share: 0 }).keeper('GET /x')
    assert.equal(keep({ ...ordinary, failed: true }), 'error')
    assert.equal(keep({ ...ordinary, asked: true }), 'asked')
    assert.equal(keep(ordinary), undefined)
  })

  it('keeps the slowest hundredth of a route, once it knows what is slow there · M17.15', () => {
    const keep = recorder({ share: 0 }).keeper('GET /x')
    for (let i = 0; i < 100; i++) assert.equal(keep({ ...ordinary, ms: 30 + i }), undefined)
    const kept = Array.from({ length: 10_000 }, (_, i) => keep({ ...ordinary, ms: 30 + ((i * 7_919) % 1_000) / 10 })).filter(Boolean)
    assert.ok(kept.length > 20 && kept.length < 500, `${kept.length} of 10,000`)
    assert.equal(keep({ ...ordinary, ms: 400 }), 'slow')
  })

  it('does not call fast what is a thousandth slower than very fast', () => {
    const keep = recorder({ share: 0, slowAfter: 20 }).keeper('GET /x')
    for (let i = 0; i < 200; i++) keep({ ...ordinary, ms: 0.1 })
    assert.equal(keep({ ...ordinary, ms: 19 }), undefined)
    assert.equal(keep({ ...ordinary, ms: 21 }), 'slow')
  })

  it('records a share of the rest in every detail, and keeps just those · M17.15', () => {
    const draws = [0.009, 0.011, 0.5]
    const kept = recorder({ share: 0.01, random: () => draws.shift()! })
    assert.deepEqual([kept.detail(0), kept.detail(0), kept.detail(0)], [true, false, false])
    assert.equal(kept.keeper('GET /x')({ ...ordinary, detailed: true }), 'share')
  })

  it('records no more of that share in a second than it is worth, however many requests there are', () => {
    const kept = recorder({ share: 0.5, sharePerSecond: 2, random: () => 0.1 })
    assert.deepEqual(
      [10, 20, 30, 1_009, 1_010, 1_500, 2_000].map((now) => kept.detail(now)),
      [true, true, false, false, true, true, false],
    )
    const all = recorder({ share: 1, sharePerSecond: 2 })
    assert.deepEqual(
      [0, 0, 0].map((now) => all.detail(now)),
      [true, true, true],
    )
  })

  it('holds so many and no more, and finds them by trace, request or job · M17.16', () => {
    const kept = recorder({ capacity: 3 })
    const cause = made({ traceId: 'one' })
    const effect = made({ traceId: 'one', kind: 'background' })
    kept.add(cause)
    kept.add(effect)
    kept.add(made())
    assert.deepEqual(kept.find('one'), [cause, effect])
    assert.deepEqual(kept.find(effect.id), [cause, effect])
    kept.add(made())
    assert.deepEqual(kept.find('one'), [effect])
    kept.add(made())
    assert.deepEqual(kept.find('one'), [])
    assert.equal(kept.size, 3)
    assert.deepEqual(
      [...kept.newest()].map(({ id }) => id),
      [`request-${count}`, `request-${count - 1}`, `request-${count - 2}`],
    )
  })

  it('still finds the newer one of two requests whose callers chose the same id', () => {
    const kept = recorder({ capacity: 2 })
    kept.add(made({ id: 'chosen' }))
    const newer = made({ id: 'chosen' })
    kept.add(newer)
    kept.add(made())
    assert.deepEqual(kept.find('chosen'), [newer])
  })

  it('tells its listeners until they leave', () => {
    const kept = recorder()
    const heard: string[] = []
    const leave = kept.listen(({ id }) => heard.push(id))
    const first = made()
    kept.add(first)
    leave()
    kept.add(made())
    assert.deepEqual(heard, [first.id])
  })
})
