import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { testClock } from '../../tools/testing/test-clock.ts'
import { Breaker } from './breaker.ts'
import type { BreakerPolicy } from './policy.ts'

function setup(policy: BreakerPolicy = {}) {
  const clock = testClock()
  const changes: string[] = []
  const breaker = new Breaker(policy, { clock, onChange: (to, from) => changes.push(`${from} → ${to}`) })
  const call = (failed: boolean, ms = 1) => breaker.enter()!({ failed, ms })
  const calls = (count: number, failed: boolean, ms?: number) => Array.from({ length: count }, () => call(failed, ms))
  return { clock, changes, breaker, call, calls }
}

describe('breaker', () => {
  it('opens when half of the calls of its window failed, and not before there were enough · M15.10', () => {
    const { breaker, calls } = setup({ minimum: 10, failures: 0.5 })
    calls(4, true)
    calls(5, false)
    assert.equal(breaker.state, 'closed')
    calls(1, true)
    assert.deepEqual([breaker.state, breaker.enter()], ['open', undefined])
  })

  it('forgets what is older than its window · M15.10', () => {
    const { breaker, clock, calls } = setup({ window: 10_000 })
    calls(9, true)
    clock.advance(11_000)
    calls(9, true)
    assert.deepEqual([breaker.state, breaker.tally().calls], ['closed', 9])
  })

  it('opens when too many calls were slow, though none failed · M15.10', () => {
    const { breaker, calls } = setup({ slow: { after: 500, share: 0.8 } })
    calls(2, false, 10)
    calls(7, false, 500)
    assert.equal(breaker.state, 'closed')
    calls(1, false, 600)
    assert.equal(breaker.state, 'open')
  })

  it('lets one probe through when its time is over, refuses everybody else meanwhile, and closes when it succeeded · M15.10', () => {
    const { breaker, clock, changes, calls } = setup({ openFor: 5_000 })
    calls(10, true)
    clock.advance(4_999)
    assert.deepEqual([breaker.enter(), breaker.wait()], [undefined, 1])
    clock.advance(1)
    const probe = breaker.enter()
    assert.deepEqual([breaker.state, breaker.enter()], ['half-open', undefined])
    probe!({ failed: false, ms: 1 })
    assert.deepEqual(changes, ['closed → open', 'open → half-open', 'half-open → closed'])
    assert.equal(breaker.tally().calls, 0)
  })

  it('stays open twice as long after every failed or slow probe, up to a minute · M15.10', () => {
    const { breaker, clock, calls } = setup({ openFor: 5_000, slow: { after: 100, share: 1 } })
    calls(10, true)
    for (const [wait, seen] of [
      [5_000, { failed: true, ms: 1 }],
      [10_000, { failed: false, ms: 100 }],
      [20_000, { failed: true, ms: 1 }],
      [40_000, { failed: true, ms: 1 }],
      [60_000, { failed: true, ms: 1 }],
    ] as const) {
      assert.equal(breaker.wait(), wait)
      clock.advance(wait)
      breaker.enter()!(seen)
    }
    assert.equal(breaker.wait(), 60_000)
  })

  it('asks for as many good probes as it was told, and counts none that was abandoned · M15.10', () => {
    const { breaker, clock, calls } = setup({ openFor: 1_000, probes: 2 })
    calls(10, true)
    clock.advance(1_000)
    const [first, second] = [breaker.enter()!, breaker.enter()!]
    assert.equal(breaker.enter(), undefined)
    first(undefined)
    second({ failed: false, ms: 1 })
    assert.equal(breaker.state, 'half-open')
    breaker.enter()!({ failed: false, ms: 1 })
    assert.equal(breaker.state, 'closed')
  })

  it('does not hear of calls that began before it changed · M15.10', () => {
    const { breaker, clock, calls } = setup({ openFor: 1_000 })
    const late = Array.from({ length: 20 }, () => breaker.enter()!)
    calls(10, true)
    clock.advance(1_000)
    for (const end of late.slice(10)) end({ failed: false, ms: 1 })
    assert.equal(breaker.state, 'open')
    breaker.enter()!({ failed: false, ms: 1 })
    for (const end of late.slice(0, 10)) end({ failed: true, ms: 1 })
    assert.equal(breaker.state, 'closed')
  })

  it('is held open or closed by hand, and begins anew when it is let go · M15.10', () => {
    const { breaker, changes, calls } = setup()
    breaker.force('open')
    assert.deepEqual([breaker.state, breaker.enter()], ['open', undefined])
    breaker.force('closed')
    calls(50, true)
    assert.deepEqual([breaker.state, breaker.forced], ['closed', 'closed'])
    breaker.force(undefined)
    calls(9, true)
    assert.equal(breaker.state, 'closed')
    calls(1, true)
    assert.deepEqual(changes, ['closed → open', 'open → closed', 'closed → open'])
  })
})
