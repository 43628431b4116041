import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseHttpDate, toHttpDate } from './http-date.ts'

const moment = Date.UTC(1994, 10, 6, 8, 49, 37)

describe('a date of HTTP', () => {
  it('is read in all three forms', () => {
    for (const text of ['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'])
      assert.equal(parseHttpDate(text), moment, text)
  })

  it('is written in the first', () => {
    assert.equal(toHttpDate(moment + 999), 'Sun, 06 Nov 1994 08:49:37 GMT')
  })

  it('is nothing when it is anything else', () => {
    const wrong = ['', 'yesterday', '1994-11-06T08:49:37Z', 'Sun, 06 Nov 1994 08:49:37 +0100', 'Thu, 31 Feb 2026 08:49:37 GMT']
    for (const text of [...wrong, 'Sun, 06 Foo 1994 08:49:37 GMT', 'Sun, 06 Nov 1994 25:49:37 GMT'])
      assert.equal(parseHttpDate(text), undefined, text)
  })
})
