import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toRetirement, type Deprecation } from './deprecation.ts'

const read = (deprecation: Deprecation) => toRetirement(deprecation, 'GET /x')

describe('the dates of a deprecation', () => {
  it('are read as days, as RFC 3339 and as HTTP dates · M03.23', () => {
    const time = Date.UTC(2027, 0, 1)
    for (const since of ['2027-01-01', '2027-01-01T00:00:00Z', '2027-01-01T01:00:00+01:00', 'Fri, 01 Jan 2027 00:00:00 GMT'])
      assert.equal(read({ since }).since, time, since)
  })

  it('are refused with a wrong weekday, and told the right one · M03.23', () => {
    assert.throws(
      () => read({ since: '2026-01-01', sunset: 'Wed, 01 Jan 2027 00:00:00 GMT' }),
      /GET \/x is deprecated with sunset "Wed, 01 Jan 2027 00:00:00 GMT", which is Fri, 01 Jan 2027/,
    )
  })

  it('are refused when no calendar has them, or nobody can read them', () => {
    for (const since of ['2027-02-30', '2027-13-01', 'soon', '01.02.2027', ''])
      assert.throws(() => read({ since }), /GET \/x is deprecated with since/)
  })

  it('are refused when the sunset comes first · M03.23', () => {
    assert.throws(() => read({ since: '2027-01-02', sunset: '2027-01-01' }), /a sunset \(2027-01-01\) before/)
    read({ since: '2027-01-02', sunset: '2027-01-02' })
  })

  it('must include a sunset for anything to happen after it, and a brownout must leave some time', () => {
    assert.throws(() => read({ since: '2027-01-01', afterSunset: 'gone' }), /no `sunset`/)
    const brownout = (minutes: number, every: number) =>
      read({ since: '2027-01-01', sunset: '2027-02-01', afterSunset: { brownout: { minutes, every } } })
    assert.throws(() => brownout(60, 60), /a brownout of 60 in every 60 minutes/)
    assert.throws(() => brownout(0, 60))
    brownout(5, 60)
  })

  it('come with links that fit into a header', () => {
    for (const docs of ['https://a.example/x>; rel=evil', 'line\nbreak', 'white space', ''])
      assert.throws(() => read({ since: '2027-01-01', docs }), /which is no URI reference/)
  })
})
