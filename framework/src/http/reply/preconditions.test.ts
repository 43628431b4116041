import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toHttpDate } from '../../std/http-date.ts'
import { evaluate, stillTheSame } from './preconditions.ts'

const modified = Date.UTC(2026, 0, 5, 10)
const current = { etag: '"7"', modified }
const before = toHttpDate(modified - 1000)
const after = toHttpDate(modified + 1000)
const same = toHttpDate(modified)

describe('the conditions of a request · M02.32', () => {
  const reads: [string, Record<string, string>, string][] = [
    ['nothing asked', {}, 'go-on'],
    ['the tag it has', { 'if-none-match': '"7"' }, 'not-modified'],
    ['one of a list', { 'if-none-match': '"5", W/"6" , "7"' }, 'not-modified'],
    ['weakly the same', { 'if-none-match': 'W/"7"' }, 'not-modified'],
    ['anything', { 'if-none-match': '*' }, 'not-modified'],
    ['another tag', { 'if-none-match': '"8"' }, 'go-on'],
    ['a tag that only begins alike', { 'if-none-match': '"7-8", "77"' }, 'go-on'],
    ['a tag with a comma in it', { 'if-none-match': '"a,"7",b"' }, 'go-on'],
    ['the tag of its compressed form', { 'if-none-match': '"7-br"' }, 'not-modified'],
    ['not since later', { 'if-modified-since': after }, 'not-modified'],
    ['not since then', { 'if-modified-since': same }, 'not-modified'],
    ['the tag of another variant', { 'if-none-match': '"7;1"' }, 'go-on'],
    ['since before', { 'if-modified-since': before }, 'go-on'],
    ['a date that is none', { 'if-modified-since': '7 January' }, 'go-on'],
    ['the tag wins over the date', { 'if-none-match': '"8"', 'if-modified-since': after }, 'go-on'],
    ['If-Match wins over If-None-Match', { 'if-match': '"8"', 'if-none-match': '"7"' }, 'failed'],
    ['If-Match that holds lets the next one speak', { 'if-match': '"7"', 'if-none-match': '"7"' }, 'not-modified'],
    ['If-Match that holds silences If-Unmodified-Since', { 'if-match': '"7"', 'if-unmodified-since': before }, 'go-on'],
    ['changed since', { 'if-unmodified-since': before }, 'failed'],
    ['unchanged since', { 'if-unmodified-since': same }, 'go-on'],
  ]
  for (const [title, headers, outcome] of reads) it(`of a read: ${title}`, () => assert.equal(evaluate(headers, true, current), outcome))

  const writes: [string, Record<string, string>, typeof current | undefined, string][] = [
    ['the state it saw', { 'if-match': '"6", "7"' }, current, 'go-on'],
    ['the state it saw, compressed', { 'if-match': '"7-gzip"' }, current, 'go-on'],
    ['the state it saw, in another variant', { 'if-match': '"7;1;de-br"' }, current, 'go-on'],
    ['an older state', { 'if-match': '"6"' }, current, 'failed'],
    ['weak tags never prove it', { 'if-match': 'W/"7"' }, current, 'failed'],
    ['whatever is there', { 'if-match': '*' }, current, 'go-on'],
    ['whatever is there, but nothing is', { 'if-match': '*' }, undefined, 'failed'],
    ['only if nothing is there', { 'if-none-match': '*' }, undefined, 'go-on'],
    ['only if nothing is there, but something is', { 'if-none-match': '*' }, current, 'failed'],
    ['If-Modified-Since is for reads', { 'if-modified-since': after }, current, 'go-on'],
    ['no tag to compare', { 'if-match': '"7"' }, { etag: undefined, modified } as never, 'failed'],
  ]
  for (const [title, headers, there, outcome] of writes)
    it(`of a write: ${title} · M02.34`, () => assert.equal(evaluate(headers, false, there), outcome))

  it('of the next part: only by a strong tag or exactly the date · M02.26', () => {
    assert.equal(stillTheSame('"7"', current), true)
    assert.equal(stillTheSame(same, current), true)
    for (const other of ['W/"7"', '"7-br"', '"8"', before, after, '7']) assert.equal(stillTheSame(other, current), false, other)
    assert.equal(stillTheSame('W/"7"', { etag: 'W/"7"', modified: undefined }), false)
  })
})
