import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toConstraint } from './constraint.ts'

describe('toConstraint', () => {
  for (const pattern of [
    '\\d+',
    '[a-z]{2}',
    '\\d+-\\d+',
    '[a-z]+\\.[0-9]+',
    '(?:jpg|png)',
    'v[1-9]',
    '\\d{4}',
    '\\w+-\\w*-.+',
    '(\\w)\\1+',
    '[a-z]+(?:-[a-z]+)*',
  ]) {
    it(`accepts ${pattern}`, () => assert.ok(toConstraint(pattern, 'GET /x').source.includes(pattern)))
  }

  for (const pattern of [
    '(a+)+',
    '(a|a)*',
    '(?:\\d+)*',
    '\\d+\\d+',
    '.*.*',
    '(a*)*b',
    '(\\w+)\\1',
    '(?:(?=a+b)a)*',
    '(a?){30}a{30}',
    '([a-z]+)*$',
    'a*[a-z]*',
  ]) {
    it(`refuses ${pattern}, which can backtrack for ever · M03.7`, () => {
      assert.throws(() => toConstraint(pattern, 'GET /x'), { code: 'contract-invalid', exitCode: 78 })
    })
  }

  it('matches the whole segment and not a part of it', () => {
    assert.equal(toConstraint('\\d+', 'GET /x').test('12a'), false)
    assert.equal(toConstraint('a|b', 'GET /x').test('ab'), false)
  })

  it('knows int, uuid and slug by name', () => {
    assert.deepEqual(
      ['0', '42', '007', '-1', '1.5'].map((text) => toConstraint('int', '').test(text)),
      [true, true, false, false, false],
    )
    assert.equal(toConstraint('uuid', '').test('0195c9d5-1f7a-7000-8000-000000000001'), true)
    assert.deepEqual(
      ['hello-world', 'a--b', '-a'].map((text) => toConstraint('slug', '').test(text)),
      [true, false, false],
    )
  })
})
