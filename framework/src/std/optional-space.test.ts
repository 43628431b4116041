import assert from 'node:assert/strict'
import { it } from 'node:test'
import { withoutOptionalSpace } from './optional-space.ts'

it('takes spaces and tabs off a field, and no other white space · M02.1', () => {
  assert.equal(withoutOptionalSpace(' \t chunked\t '), 'chunked')
  for (const other of ['\u00a0chunked', 'chunked\v', '\ufeffchunked', 'chunked\r']) assert.equal(withoutOptionalSpace(other), other)
  assert.equal(withoutOptionalSpace(' \t '), '')
  assert.equal(withoutOptionalSpace(`a${' '.repeat(200_000)}b`), `a${' '.repeat(200_000)}b`)
})
