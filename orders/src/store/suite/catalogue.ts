import assert from 'node:assert/strict'
import { it } from 'node:test'
import { aProduct, ids, invalidCursor, walk, type Fixture } from './fixture.ts'

export function catalogue(fixture: Fixture): void {
  it('refuses a SKU twice, and keeps none of the products that came with it · M10.3 M10.4', async () => {
    const [first] = await fixture.added(aProduct())
    const fresh = aProduct()
    await assert.rejects(fixture.added(fresh, aProduct({ sku: first!.sku })), { code: 'sku-taken' })
    assert.equal(await fixture.stores.products.find(fixture.stores.db, fresh.id), undefined)
  })

  it('takes SQL in every text for data', async () => {
    const evil = `'; drop table products; -- \\ " $1 %_ ${ids.next()}`
    const [product] = await fixture.added(aProduct({ name: evil, description: evil, category: evil, brand: evil }))
    for (const filter of [{ words: [evil.toLowerCase()] }, { words: [], category: evil }, { words: [], brand: evil }]) {
      const { items } = await fixture.stores.products.list(fixture.stores.db, { filter, sort: [], stretch: { limit: 10, offset: 0 } })
      assert.deepEqual(items, [product])
    }
    assert.equal(await fixture.stores.products.count(fixture.stores.db, { words: ['%'], brand: 'no such brand' }), 0)
  })

  it('filters products by words, category, brand and price', async () => {
    const brand = ids.next()
    const [phone, kettle] = await fixture.added(
      aProduct({ brand, name: 'Red Phone', category: 'electronics', price: 200 }),
      aProduct({ brand, name: 'Red Kettle', category: 'kitchen', price: 100 }),
    )
    const namesOf = async (filter: object) => {
      const asked = {
        filter: { words: [], brand, ...filter },
        sort: [{ field: 'name' as const, descending: false }],
        stretch: { limit: 10, offset: 0 },
      }
      const { items } = await fixture.stores.products.list(fixture.stores.db, asked)
      assert.equal(await fixture.stores.products.count(fixture.stores.db, asked.filter), items.length)
      return items.map(({ name }) => name)
    }
    assert.deepEqual(await namesOf({}), [kettle!.name, phone!.name])
    assert.deepEqual(await namesOf({ words: ['phone', 'red'] }), [phone!.name])
    assert.deepEqual(await namesOf({ words: ['phone', 'kettle'] }), [])
    assert.deepEqual(await namesOf({ category: 'kitchen' }), [kettle!.name])
    assert.deepEqual(await namesOf({ minPrice: 101 }), [phone!.name])
    assert.deepEqual(await namesOf({ minPrice: 100, maxPrice: 100 }), [kettle!.name])
  })

  it('sorts by several fields, each in its direction, texts by code point', async () => {
    const brand = ids.next()
    await fixture.added(
      aProduct({ brand, name: 'b', price: 1 }),
      aProduct({ brand, name: 'a', price: 2 }),
      aProduct({ brand, name: 'B', price: 2 }),
      aProduct({ brand, name: 'é', price: 1 }),
    )
    const sort = [
      { field: 'price' as const, descending: true },
      { field: 'name' as const, descending: false },
    ]
    const { items } = await fixture.stores.products.list(fixture.stores.db, {
      filter: { words: [], brand },
      sort,
      stretch: { limit: 10, offset: 0 },
    })
    assert.deepEqual(
      items.map(({ name }) => name),
      ['B', 'a', 'b', 'é'],
    )
  })

  it('cuts pages by offset, and beyond the end an empty one', async () => {
    const brand = ids.next()
    await fixture.added(...Array.from({ length: 5 }, () => aProduct({ brand })))
    const page = (offset: number) =>
      fixture.stores.products.list(fixture.stores.db, { filter: { words: [], brand }, sort: [], stretch: { limit: 2, offset } })
    const [first, second, third, beyond] = [await page(0), await page(2), await page(4), await page(6)]
    assert.equal(new Set([first, second, third].flatMap(({ items }) => items.map(({ id }) => id))).size, 5)
    assert.deepEqual(
      [first, second, third, beyond].map(({ next }) => next !== undefined),
      [true, true, false, false],
    )
    assert.deepEqual(beyond.items, [])
  })

  it('neither skips nor repeats behind cursors while products come', async () => {
    const brand = ids.next()
    const there = await fixture.added(...Array.from({ length: 7 }, (_, at) => aProduct({ brand, price: at % 3 })))
    const sort = [{ field: 'price' as const, descending: true }]
    const seen = await walk(async (cursor) => {
      const found = await fixture.stores.products.list(fixture.stores.db, {
        filter: { words: [], brand },
        sort,
        stretch: { limit: 2, after: cursor },
      })
      await fixture.added(aProduct({ brand, price: 9 }))
      return found
    })
    assert.deepEqual(seen.toSorted(), there.map(({ id }) => id).toSorted())
  })

  it('refuses a cursor that was made for another list', async () => {
    const brand = ids.next()
    await fixture.added(...Array.from({ length: 3 }, () => aProduct({ brand })))
    const asked = { filter: { words: [], brand }, sort: [], stretch: { limit: 1, after: '' } }
    const { next } = await fixture.stores.products.list(fixture.stores.db, asked)
    const elsewhere = { ...asked, filter: { words: [], brand: 'another' }, stretch: { limit: 1, after: next! } }
    await assert.rejects(fixture.stores.products.list(fixture.stores.db, elsewhere), invalidCursor)
    await assert.rejects(
      fixture.stores.products.list(fixture.stores.db, { ...asked, stretch: { limit: 1, after: 'forged' } }),
      invalidCursor,
    )
    await assert.rejects(
      fixture.stores.orders.list(fixture.stores.db, { buyerId: undefined, status: undefined }, { limit: 1, after: next! }),
      invalidCursor,
    )
  })
}
