import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { testClock } from '../tools/testing/test-clock.ts'
import { uuidv7 } from './ids.ts'

const form = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('uuidv7', () => {
  it('writes version 7, the RFC 4122 variant and the time in front', () => {
    const id = uuidv7(testClock('2022-02-22T19:22:22Z')).next()
    assert.match(id, form)
    // The timestamp of the example in RFC 9562, appendix A.6.
    assert.ok(id.startsWith('017f22e2-79b0-'), id)
  })

  it('never repeats and always grows, through more ids than a millisecond has room for', () => {
    const ids = uuidv7(testClock())
    const made = Array.from({ length: 10_000 }, () => ids.next())
    assert.equal(new Set(made).size, made.length)
    assert.deepEqual(made.toSorted(), made)
    for (const id of made) assert.match(id, form)
  })

  it('keeps growing when the clock is set back', () => {
    const clock = testClock()
    let now = clock.now().getTime()
    const ids = uuidv7({ ...clock, now: () => new Date(now) })
    const before = ids.next()
    now -= 60_000
    assert.ok(ids.next() > before)
  })
})
