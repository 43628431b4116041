import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { contentTag, toEntityTag } from './entity-tag.ts'

describe('an entity tag · M02.32', () => {
  it('is a version in quotes', () => {
    assert.equal(toEntityTag(7), '"7"')
    assert.equal(toEntityTag('a-b.c,d'), '"a-b.c,d"')
  })

  it('holds nothing that would end it or the header', () => {
    for (const version of ['', 'a"b', 'a b', 'a;b', 'a\r\nset-cookie: x', 'ä', '\u007f'])
      assert.throws(() => toEntityTag(version), TypeError, version)
  })

  it('of bytes is equal for equal bytes, as text or not, and other for others', () => {
    assert.match(contentTag('ä'), /^"[\w-]{22}"$/)
    assert.equal(contentTag('ä'), contentTag(Buffer.from('ä')))
    assert.notEqual(contentTag('a'), contentTag('b'))
  })
})
