import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { toAmount, toMinor } from './money.ts'

describe('money', () => {
  it('comes back as it went in, to the cent', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 100_000_000_000 }), (minor) => toMinor(toAmount(minor)) === minor))
  })

  it('reads what binary fractions cannot hold', () => {
    assert.deepEqual([0.07, 1.1, 4.35, 19.99, 1_000_000].map(toMinor), [7, 110, 435, 1999, 100_000_000])
  })

  it('refuses to round and to count beyond what numbers hold', () => {
    for (const amount of [0.001, 1.005, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) assert.throws(() => toMinor(amount), RangeError)
  })
})
