import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { testClock } from '../tools/testing/test-clock.ts'
import { pause } from './pause.ts'

describe('a pause', () => {
  it('is over after its time, and listens to its signal no longer', async () => {
    const clock = testClock()
    const caller = new AbortController()
    const over = pause(clock, 1_000, caller.signal)
    clock.advance(1_000)
    await over
    caller.abort(new Error('gone'))
    assert.equal(clock.waiting, 0)
  })

  it('ends when the caller leaves, and leaves no timer · M15.8', async () => {
    const clock = testClock()
    const caller = new AbortController()
    const left = assert.rejects(pause(clock, 1_000, caller.signal), /gone/)
    caller.abort(new Error('gone'))
    await left
    assert.equal(clock.waiting, 0)
  })
})
