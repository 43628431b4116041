import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { StoredProduct } from '../../domain/ports.ts'
import { aProduct, walk, type Fixture } from './fixture.ts'

const bySku = (one: { sku: string }, other: { sku: string }) => (one.sku < other.sku ? -1 : 1)

function pricedOf({ sku, price, currency }: StoredProduct) {
  return { sku, price, currency }
}

export function trade(fixture: Fixture): void {
  it('takes each line of which there is enough, and puts it back', async () => {
    const { db, stock } = fixture.stores
    const [many, few] = (await fixture.added(aProduct({ stock: 10 }), aProduct({ stock: 1 }))) as [StoredProduct, StoredProduct]
    const take = (...quantities: [number, number]) =>
      db.transaction((tx) =>
        stock.take(
          tx,
          [many.sku, few.sku, 'no-such-sku'].map((sku, at) => ({ sku, quantity: quantities[at] ?? 1 })),
        ),
      )

    assert.deepEqual(await take(4, 2), [pricedOf(many)])
    assert.deepEqual(await fixture.stockOf(many, few), [6, 1])
    assert.deepEqual((await take(6, 1)).toSorted(bySku), [pricedOf(many), pricedOf(few)].toSorted(bySku))
    assert.deepEqual(await fixture.stockOf(many, few), [0, 0])

    const lines = [
      { sku: few.sku, quantity: 1 },
      { sku: many.sku, quantity: 10 },
    ]
    await db.transaction((tx) => stock.putBack(tx, lines))
    assert.deepEqual(await fixture.stockOf(many, few), [10, 1])
  })

  it('knows how many are left, and what does not exist', async () => {
    const [product] = (await fixture.added(aProduct({ stock: 7 }))) as [StoredProduct]
    assert.equal(await fixture.stores.stock.left(fixture.stores.db, product.sku), 7)
    assert.equal(await fixture.stores.stock.left(fixture.stores.db, 'no-such-sku'), undefined)
    assert.deepEqual(await fixture.stores.stock.known(fixture.stores.db, ['no-such-sku', product.sku, "'; --"]), [product.sku])
    assert.deepEqual(await fixture.stores.stock.known(fixture.stores.db, []), [])
  })

  it('gives the last pieces to as many callers as there are', async () => {
    const { db, stock } = fixture.stores
    const [last] = (await fixture.added(aProduct({ stock: 3 }))) as [StoredProduct]
    const taken = await Promise.all(
      Array.from({ length: 8 }, () => db.transaction((tx) => stock.take(tx, [{ sku: last.sku, quantity: 1 }]))),
    )
    assert.equal(taken.flat().length, 3)
    assert.deepEqual(await fixture.stockOf(last), [0])
  })

  it('shows an order to its scope only', async () => {
    const { db, orders } = fixture.stores
    const [alice, bob] = [await fixture.registered(), await fixture.registered()]
    const [product] = await fixture.added(aProduct())
    const order = await fixture.placed(alice, product!)
    assert.equal(await orders.find(db, { buyerId: bob.id }, order.id), undefined)
    assert.equal(await db.transaction((tx) => orders.lock(tx, { buyerId: bob.id }, order.id)), undefined)
    assert.deepEqual(await db.transaction((tx) => orders.lock(tx, { buyerId: undefined }, order.id)), order)
  })

  it('lists orders newest first, by status, behind cursors', async () => {
    const { db, orders } = fixture.stores
    const buyer = await fixture.registered()
    const [product] = await fixture.added(aProduct())
    const three = [await fixture.placed(buyer, product!), await fixture.placed(buyer, product!), await fixture.placed(buyer, product!)]
    await db.transaction((tx) => orders.setStatus(tx, three[1]!.id, 'paid'))
    const all = { buyerId: buyer.id, status: undefined }
    const seen = await walk((cursor) => orders.list(db, all, { limit: 1, after: cursor }))
    assert.deepEqual(seen, three.map(({ id }) => id).toReversed())
    assert.equal(await orders.count(db, all), 3)
    const paid = await orders.list(db, { ...all, status: 'paid' }, { limit: 5, after: '' })
    assert.deepEqual(paid, { items: [{ ...three[1]!, status: 'paid', version: 2 }], next: undefined })
    assert.equal(await orders.count(db, { ...all, status: 'paid' }), 1)
  })
}
