import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { testClock } from '../../../tools/testing/test-clock.ts'
import type { StoredLimit, Verdict } from '../driver.ts'
import { limitsDriverSuite } from '../suite.ts'
import { open } from './memory.ts'

const clock = testClock()
const openMemory = (url: string) => open(new URL(url), { clock, db: undefined })
const once: StoredLimit = { algorithm: 'fixed-window', limit: 1, window: 60_000, burst: 1 }

limitsDriverSuite({ name: 'memory:', open: async () => openMemory('memory:'), age: (ms) => clock.advance(ms) })

describe('limits in memory', () => {
  it('answer without a promise, and for a known key without a new object · M07.9 M07.20', () => {
    const store = openMemory('memory:')
    const first = store.take('k', once, 1)
    assert.ok(!(first instanceof Promise))
    assert.equal(store.take('k', once, 1), first)
  })

  it('keep to maxKeys: who comes back stays, who came once goes first', () => {
    const store = openMemory('memory:?maxKeys=3')
    const isKnown = (key: string) => !(store.take(key, once, 1) as Verdict).allowed
    for (const key of ['a', 'b', 'c']) assert.equal(isKnown(key), false)
    assert.equal(isKnown('a'), true)
    assert.equal(isKnown('d'), false)
    assert.equal(isKnown('a'), true)
    assert.equal(isKnown('b'), false)
  })

  it('forget what has run out before what has not', () => {
    const store = openMemory('memory:?maxKeys=2')
    const isKnown = (key: string) => !(store.take(key, once, 1) as Verdict).allowed
    isKnown('old')
    isKnown('old')
    clock.advance(60_000)
    isKnown('young')
    isKnown('new')
    assert.equal(isKnown('young'), true)
  })

  it('are refused with a parameter that is wrong', () => {
    assert.throws(() => openMemory('memory:?maxKeys=0'), { code: 'config-invalid', message: /maxKeys is "0"/ })
    assert.throws(() => openMemory('memory:?max=1'), { code: 'driver-parameter-unknown' })
  })
})
