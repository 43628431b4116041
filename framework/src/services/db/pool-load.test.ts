import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LoadCounter } from './pool-load.ts'

const nobody = { holding: [], waiting: [] }

describe('the load of a pool', () => {
  it('is throughput times the time held, at the times when somebody waited · M19.3', () => {
    const load = new LoadCounter()
    // Ten loans of 50 ms on one connection, one behind the other; and an idle time in which nobody waits.
    for (let i = 0; i < 10; i++) {
      load.held(1_010 + i * 50, 1_060 + i * 50)
      load.waited(1_005, 1_010 + i * 50)
    }
    load.held(9_000, 9_001)
    const { seconds, perSecond, heldMs, inUse } = load.read(60_000, nobody)
    assert.ok(Math.abs(inUse - (perSecond * heldMs) / 1000) < 1e-9)
    assert.equal(seconds, 0.5)
    // The connection was lent for all of it but the first ten milliseconds; one of the ten came back later.
    assert.deepEqual([inUse, perSecond, Math.round(heldMs)], [0.98, 18, 54])
  })

  it('counts connections that never come back, and those who still wait for them', () => {
    const load = new LoadCounter()
    const { inUse, seconds } = load.read(10_000, { holding: [0, 0], waiting: [5_000] })
    assert.deepEqual([inUse, seconds], [2, 5])
  })

  it('is nothing where nobody waited, and forgets after five minutes', () => {
    const load = new LoadCounter()
    load.held(0, 80)
    assert.equal(load.read(90, nobody).seconds, 0)
    load.waited(100, 150)
    assert.equal(load.read(1_000, nobody).seconds, 0.1)
    assert.equal(load.read(400_000, nobody).seconds, 0)
    load.waited(300_000, 300_050)
    assert.equal(load.read(300_100, nobody).seconds, 0.1)
  })
})
