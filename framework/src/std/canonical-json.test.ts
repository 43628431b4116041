import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { canonicalJson, scriptJson } from './canonical-json.ts'

describe('canonicalJson', () => {
  it('writes the example of RFC 8785, section 3.2.2 · M04.25', () => {
    const value = {
      numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\\"/',
      literals: [null, true, false],
    }
    assert.equal(
      canonicalJson(value),
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
  })

  it('sorts members by UTF-16 units (section 3.2.3) · M04.25', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 }
    assert.deepEqual(
      Object.keys(JSON.parse(canonicalJson(value)) as object)
        .slice(1)
        .map((name) => value[name as keyof typeof value]),
      [2, 6, 7, 1, 5, 3],
    )
  })

  it('writes equal values equally, whatever the order of their members', () => {
    const shuffled = fc
      .dictionary(fc.string(), fc.jsonValue())
      .chain((value) => fc.tuple(fc.constant(value), fc.shuffledSubarray(Object.keys(value), { minLength: Object.keys(value).length })))
    fc.assert(
      fc.property(shuffled, ([value, names]) => {
        assert.equal(canonicalJson(Object.fromEntries(names.map((name) => [name, value[name]]))), canonicalJson(value))
        assert.deepEqual(JSON.parse(canonicalJson(value)), JSON.parse(JSON.stringify(value)))
      }),
      { numRuns: 100, seed: 5 },
    )
  })

  for (const value of [undefined, NaN, Infinity, 1n, '\ud800', { a: undefined }, [() => 1]]) {
    it(`refuses what cannot be signed: ${typeof value} ${JSON.stringify(value, (_name, inner: unknown) => (typeof inner === 'bigint' ? 'bigint' : inner))}`, () => {
      assert.throws(() => canonicalJson(value), TypeError)
    })
  }
})

describe('scriptJson', () => {
  it('cannot leave the element that it stands in', () => {
    const value = { a: '</script><!--<script>\u2028&' }
    assert.doesNotMatch(scriptJson(value), /[<>&\u2028]/)
    assert.deepEqual(JSON.parse(scriptJson(value)), value)
  })
})
