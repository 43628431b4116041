import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pathParts } from './path.ts'

describe('path', () => {
  it('is split into texts and the parameters between them', () => {
    assert.deepEqual(pathParts('/orders/{id}/lines/{line:\\d{1,3}}/*rest'), {
      texts: ['/orders/', '/lines/', '/', ''],
      params: [
        { name: 'id', wildcard: false },
        { name: 'line', pattern: '\\d{1,3}', wildcard: false },
        { name: 'rest', wildcard: true },
      ],
    })
    assert.deepEqual(pathParts('/'), { texts: ['/'], params: [] })
    assert.deepEqual(pathParts('/{a}.{b}'), {
      texts: ['/', '.', ''],
      params: [
        { name: 'a', wildcard: false },
        { name: 'b', wildcard: false },
      ],
    })
  })
})
