import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseSort } from './sort.ts'

describe('sort', () => {
  it('reads fields and directions in their order', () => {
    assert.deepEqual(parseSort('-price,name', ['name', 'price']), [
      { field: 'price', descending: true },
      { field: 'name', descending: false },
    ])
  })

  it('refuses everything else with what is allowed', () => {
    for (const text of ['', 'colour', 'name,', '--name', 'name,-name', 'constructor', 'name; drop table products']) {
      assert.throws(() => parseSort(text, ['name', 'price']), { code: 'invalid-sort', fields: { allowed: ['name', 'price'] } }, text)
    }
  })
})
