import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { stretch, toPage } from './page.ts'

const found = (next?: string) => ({ items: ['x'], next })

describe('page', () => {
  it('knows its neighbours and both ends · M09.5', () => {
    const asked = stretch({ page: 2, limit: 10 })
    assert.deepEqual(asked, { limit: 10, offset: 10 })
    const expected = { page: 2, first: { page: 1 }, prev: { page: 1 }, next: { page: 3 }, last: { page: 4 } }
    assert.deepEqual(toPage(asked, found('more'), 31), { items: ['x'], limit: 10, total: 31, ...expected })
  })

  it('has nothing before the first and after the last one', () => {
    const only = toPage(stretch({ limit: 10 }), found(), 1)
    assert.deepEqual([only.page, only.prev, only.next, only.last], [1, undefined, undefined, { page: 1 }])
  })

  it('leads back from beyond the end to the last page that has something · M09.5', () => {
    assert.deepEqual(toPage(stretch({ page: 9, limit: 10 }), { items: [], next: undefined }, 31).prev, { page: 4 })
    assert.deepEqual(toPage(stretch({ page: 9, limit: 10 }), { items: [], next: undefined }, 0).prev, { page: 1 })
  })

  it('does not count pages behind a cursor', () => {
    const asked = stretch({ page: 7, limit: 10, after: 'here' })
    assert.deepEqual(asked, { limit: 10, after: 'here' })
    const page = toPage(asked, found('there'), 31)
    assert.deepEqual([page.page, page.first, page.next, page.last], [undefined, { after: '' }, { after: 'there' }, undefined])
    assert.equal(toPage(stretch({ limit: 10, after: '' }), found('there'), 31).page, 1)
  })
})
