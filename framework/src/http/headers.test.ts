import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { addVary, headerOf, setHeader } from './headers.ts'
import type { Outgoing } from './stage.ts'

const outgoing = (...headers: string[]): Outgoing => ({ status: 200, headers, body: undefined })

describe('the Vary of an answer · M02.36', () => {
  it('names what was read, each once', () => {
    const out = outgoing('etag', '"1"')
    addVary(out, 'accept-encoding')
    addVary(out, 'accept')
    addVary(out, 'accept-encoding')
    assert.deepEqual(out.headers, ['etag', '"1"', 'vary', 'accept-encoding, accept'])
  })

  it('keeps what the handler wrote, whatever its case', () => {
    const out = outgoing('vary', 'Cookie, Accept')
    addVary(out, 'accept')
    addVary(out, 'origin')
    assert.equal(headerOf(out, 'vary'), 'Cookie, Accept, origin')
  })

  it('leaves `*` alone: nothing says more', () => {
    const out = outgoing('vary', '*')
    addVary(out, 'origin')
    assert.equal(headerOf(out, 'vary'), '*')
  })
})

describe('a header of an answer', () => {
  it('is replaced, and not written twice', () => {
    const out = outgoing('etag', '"1"', 'x', 'y')
    setHeader(out, 'etag', '"2"')
    setHeader(out, 'age', '0')
    assert.deepEqual(out.headers, ['etag', '"2"', 'x', 'y', 'age', '0'])
  })
})
