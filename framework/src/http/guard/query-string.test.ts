import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { parseQuery } from './query-string.ts'

describe('parseQuery', () => {
  it('reads names and values, repeated names as lists · M03.2', () => {
    assert.deepEqual(
      { ...parseQuery('status=published&limit=20&tag=a&tag=b&tag=c') },
      { status: 'published', limit: '20', tag: ['a', 'b', 'c'] },
    )
  })

  it('takes a name alone, an empty value and stray ampersands', () => {
    assert.deepEqual({ ...parseQuery('a&b=&&c=1=2&') }, { a: '', b: '', c: '1=2' })
  })

  for (const raw of ['a=%', 'a=%zz', 'a=%ff', '%C3=1']) {
    it(`refuses ${raw}`, () => assert.throws(() => parseQuery(raw), { code: 'bad-request', status: 400 }))
  }

  it('has no prototype to pollute', () => {
    assert.equal(parseQuery('__proto__=x&constructor=y')['__proto__'], 'x')
    assert.equal(({} as Record<string, unknown>)['x'], undefined)
  })

  it('agrees with URLSearchParams on everything well-formed', () => {
    const pairs = fc.array(fc.tuple(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: 'grapheme' })))
    fc.assert(
      fc.property(pairs, (given) => {
        const raw = new URLSearchParams(given).toString()
        const ours = parseQuery(raw)
        for (const name of new Set(new URLSearchParams(raw).keys()))
          assert.deepEqual([ours[name]].flat(), new URLSearchParams(raw).getAll(name))
      }),
    )
  })
})
