import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { systemClock, uuidv7, type Actor } from 'throughline/std'
import { memoryStores } from '../store/memory/memory-stores.ts'
import { orderService, type OrderService } from './orders.ts'
import type { StoredProduct } from './ports.ts'

const alice: Actor = { id: 'alice', roles: ['customer'] }
const bob: Actor = { id: 'bob', roles: ['customer'] }
const support: Actor = { id: 'sam', roles: ['support'] }
const admin: Actor = { id: 'ada', roles: ['admin'] }
const ids = uuidv7()
const product: StoredProduct = {
  id: ids.next(),
  sku: 'LAMP-001',
  name: 'Lamp',
  description: '',
  category: 'office',
  brand: 'Ember',
  price: 3250,
  currency: 'USD',
  stock: 5,
  version: 1,
}

describe('orders', () => {
  let stores: ReturnType<typeof memoryStores>
  let orders: OrderService
  beforeEach(async () => {
    stores = memoryStores()
    orders = orderService({ ...stores, ids, clock: systemClock })
    await stores.db.transaction((tx) => stores.products.insert(tx, [product]))
  })

  const place = (actor: Actor, quantity: number) => orders.place(actor, { lines: [{ sku: product.sku, quantity }], currency: 'USD' })
  const left = async () => (await stores.products.find(stores.db, product.id))?.stock

  it('takes the stock with the order', async () => {
    const order = await place(alice, 2)
    assert.deepEqual([order.status, order.total, order.lines], ['pending', 65, [{ sku: product.sku, quantity: 2, price: 32.5 }]])
    assert.equal(await left(), 3)
    assert.deepEqual(await orders.read(alice, order.id), { value: order, version: 1 })
  })

  it('leaves nothing behind when it cannot be placed · M10.3', async () => {
    await assert.rejects(place(alice, 6), { code: 'out-of-stock', message: 'Only 5 of LAMP-001 left.' })
    const unknown = {
      lines: [
        { sku: product.sku, quantity: 1 },
        { sku: 'nothing', quantity: 1 },
      ],
      currency: 'USD' as const,
    }
    await assert.rejects(orders.place(alice, unknown), { code: 'unknown-sku' })
    await assert.rejects(orders.place(alice, { lines: [{ sku: product.sku, quantity: 1 }], currency: 'EUR' }), {
      code: 'currency-mismatch',
    })
    assert.equal(await left(), 5)
    assert.equal((await orders.list(alice, { limit: 20 })).total, 0)
  })

  it('is known to have SKUs once they were seen, and is still not placed for one that was removed since · M06.3', async () => {
    const asked: (readonly string[])[] = []
    const stock = {
      ...stores.stock,
      known: (...[on, skus]: Parameters<typeof stores.stock.known>) => (asked.push(skus), stores.stock.known(on, skus)),
    }
    const watched = orderService({ ...stores, stock, ids, clock: systemClock })
    assert.deepEqual(await watched.known([product.sku, 'nothing']), [product.sku])
    await stores.db.transaction((tx) => stores.products.remove(tx, product.id))
    assert.deepEqual(await watched.known([product.sku, 'nothing']), [product.sku])
    assert.deepEqual(asked, [[product.sku, 'nothing'], ['nothing']])
    await assert.rejects(watched.place(alice, { lines: [{ sku: product.sku, quantity: 1 }], currency: 'USD' }), { code: 'unknown-sku' })
  })

  it('sells the last piece to exactly one of two callers', async () => {
    await place(alice, 4)
    const outcomes = await Promise.allSettled([place(alice, 1), place(bob, 1)])
    assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
    assert.equal(await left(), 0)
  })

  it('is pending, then paid, then shipped', async () => {
    const { id } = await place(alice, 1)
    assert.equal((await orders.pay(alice, id)).status, 'paid')
    assert.equal((await orders.ship(support, id)).status, 'shipped')
    await assert.rejects(orders.cancel(alice, id), { code: 'illegal-transition' })
    assert.equal((await orders.read(alice, id)).value.status, 'shipped')
  })

  it('puts the stock back when it is cancelled, once', async () => {
    const { id } = await place(alice, 4)
    const outcomes = await Promise.allSettled([orders.cancel(alice, id), orders.cancel(support, id)])
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
    assert.equal(await left(), 5)
  })

  it('is either paid or cancelled when both are asked for at once', async () => {
    const { id } = await place(alice, 1)
    const outcomes = await Promise.allSettled([orders.pay(alice, id), orders.cancel(alice, id)])
    assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  })

  it('does not exist for anybody but its buyer and the staff', async () => {
    const { id } = await place(alice, 1)
    for (const attempt of [orders.read, orders.pay, orders.cancel, orders.ship])
      await assert.rejects(attempt(bob, id), { code: 'not-found' })
    for (const staff of [support, admin]) assert.equal((await orders.read(staff, id)).value.id, id)
    assert.deepEqual(
      await Promise.all([alice, bob, support, admin].map(async (actor) => (await orders.list(actor, { limit: 20 })).total)),
      [1, 0, 1, 1],
    )
  })

  it('is paid by its buyer and shipped by support, by nobody else', async () => {
    const { id } = await place(alice, 1)
    await assert.rejects(orders.pay(support, id), { code: 'forbidden', message: 'Only the buyer may pay.' })
    await orders.pay(alice, id)
    for (const actor of [alice, admin])
      await assert.rejects(orders.ship(actor, id), { code: 'forbidden', message: 'Only support may ship.' })
    assert.equal((await orders.read(alice, id)).value.status, 'paid')
  })
})
