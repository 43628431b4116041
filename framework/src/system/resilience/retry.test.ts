import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { testClock } from '../../tools/testing/test-clock.ts'
import type { RetryPolicy } from './policy.ts'
import { Retry } from './retry.ts'

const failure = { made: 1, retryAfter: undefined, expected: 0, due: Infinity }

function setup(policy: RetryPolicy = {}, random = () => 1) {
  const clock = testClock()
  return { clock, retry: new Retry(policy, clock, random) }
}

describe('retry', () => {
  it('pauses up to twice as long every time, never beyond the cap, and gives up after its times · M15.8', () => {
    const { retry } = setup({ times: 4, base: 100, cap: 500 })
    for (let i = 0; i < 1_000; i++) retry.count()
    const pauses = [1, 2, 3, 4, 5].map((made) => retry.next({ ...failure, made }))
    assert.deepEqual(pauses, [100, 200, 400, 500, 'times'])
  })

  it('spreads pauses over the whole of their length · M15.8', () => {
    const shares = [0, 0.25, 0.999]
    const { retry } = setup({ base: 1_000 }, () => shares.shift()!)
    assert.deepEqual(
      [1, 1, 1].map((made) => retry.next({ ...failure, made })),
      [0, 250, 999],
    )
  })

  it('adds a tenth to the load of the last ten seconds at most, however much fails · M15.8', () => {
    const { retry, clock } = setup({ budget: 0.1 })
    const repeatsOf = (calls: number) => {
      let repeats = 0
      for (let i = 0; i < calls; i++) {
        retry.count()
        if (typeof retry.next(failure) === 'number') repeats++
      }
      return repeats
    }
    assert.equal(repeatsOf(1_000), 100)
    assert.equal(retry.next(failure), 'budget')
    clock.advance(11_000)
    assert.equal(repeatsOf(200), 20)
  })

  it('repeats what is seldom called, too · M15.8', () => {
    const { retry } = setup()
    retry.count()
    assert.deepEqual(
      [1, 1, 1, 1].map((made) => typeof retry.next({ ...failure, made })),
      ['number', 'number', 'number', 'string'],
    )
  })

  it('waits as long as it is asked to, but not longer than its cap · M15.8', () => {
    const { retry } = setup({ cap: 5_000 })
    assert.equal(retry.next({ ...failure, retryAfter: 3_000 }), 3_000)
    assert.equal(retry.next({ ...failure, retryAfter: 6_000 }), 'retry-after')
  })

  it('makes no attempt that cannot be over before the deadline · M15.8', () => {
    const { retry, clock } = setup({ base: 100 })
    clock.advance(1_000)
    assert.equal(retry.next({ ...failure, due: 1_400, expected: 300 }), 'deadline')
    assert.equal(retry.next({ ...failure, due: 1_401, expected: 300 }), 100)
  })
})
