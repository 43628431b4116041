import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { uuidv7 } from 'throughline/std'
import { EmailTaken } from '../../contract/auth.ts'
import type {
  AccountStore,
  Database,
  OrderStore,
  ProductStore,
  StockStore,
  StoredOrder,
  StoredProduct,
  StoredUser,
  UserStore,
} from '../domain/ports.ts'
import type { Found } from '../domain/page.ts'

export interface Stores {
  db: Database
  users: UserStore
  products: ProductStore
  stock: StockStore
  orders: OrderStore
  accounts: AccountStore
  close(): Promise<void>
}

const ids = uuidv7()
const bySku = (one: { sku: string }, other: { sku: string }) => (one.sku < other.sku ? -1 : 1)
const invalidCursor = { code: 'invalid-cursor' }

/** What `domain/ports.ts` promises, for any stores: those in memory earn their place in the domain's tests by passing it. */
export function storeSuite(name: string, open: () => Promise<Stores>): void {
  describe(`stores: ${name}`, () => {
    let stores: Stores
    before(async () => {
      stores = await open()
    })
    after(() => stores.close())

    const added = async (...products: StoredProduct[]): Promise<StoredProduct[]> => {
      await stores.db.transaction((tx) => stores.products.insert(tx, products))
      return products
    }
    const registered = async (user = aUser()): Promise<StoredUser> => {
      await stores.db.transaction((tx) => stores.users.insert(tx, user))
      return user
    }
    const placed = async (buyer: StoredUser, product: StoredProduct): Promise<StoredOrder> => {
      const order = anOrder(buyer, product)
      await stores.db.transaction((tx) => stores.orders.insert(tx, order))
      return order
    }
    const opened = async (balance: number) => {
      const account = { id: ids.next(), ownerId: (await registered()).id, currency: 'USD' as const, balance }
      await stores.db.transaction((tx) => stores.accounts.insert(tx, account))
      return account
    }
    const stockOf = async (...products: StoredProduct[]) =>
      Promise.all(products.map(async ({ id }) => (await stores.products.find(stores.db, id))?.stock))

    it('gives back what was put in', async () => {
      const { db, users, products, orders, accounts } = stores
      const user = await registered()
      assert.deepEqual(await users.find(db, user.id), user)
      assert.deepEqual(await users.findByEmail(db, user.email), user)
      const [product] = await added(aProduct())
      assert.deepEqual(await products.find(db, product!.id), product)
      const order = await placed(user, product!)
      assert.deepEqual(await orders.find(db, { buyerId: user.id }, order.id), order)
      const account = await opened(100_000_000_000_00)
      assert.deepEqual(await accounts.list(db, account.ownerId, { limit: 10, offset: 0 }), [account])
      assert.equal(await accounts.count(db, account.ownerId), 1)
    })

    it('finds nothing where nothing is', async () => {
      const { db, users, products, orders, accounts } = stores
      assert.equal(await users.find(db, ids.next()), undefined)
      assert.equal(await users.findByEmail(db, 'nobody@x.com'), undefined)
      assert.equal(await products.find(db, ids.next()), undefined)
      assert.equal(await orders.find(db, { buyerId: undefined }, ids.next()), undefined)
      assert.equal(await accounts.count(db, ids.next()), 0)
    })

    it('lets one of two callers have an e-mail address · M10.4', async () => {
      const email = `${ids.next()}@x.com`
      const outcomes = await Promise.allSettled([registered(aUser({ email })), registered(aUser({ email }))])
      const lost = outcomes.filter((outcome) => outcome.status === 'rejected')
      assert.equal(lost.length, 1)
      assert.ok(EmailTaken.is(lost[0]!.reason))
    })

    it('refuses a SKU twice, and keeps none of the products that came with it · M10.3 M10.4', async () => {
      const [first] = await added(aProduct())
      const fresh = aProduct()
      await assert.rejects(added(fresh, aProduct({ sku: first!.sku })), { code: 'sku-taken' })
      assert.equal(await stores.products.find(stores.db, fresh.id), undefined)
    })

    it('keeps nothing of a transaction that fails · M10.3', async () => {
      const user = aUser()
      const failing = stores.db.transaction(async (tx) => {
        await stores.users.insert(tx, user)
        throw new Error('changed its mind')
      })
      await assert.rejects(failing, /changed its mind/)
      assert.equal(await stores.users.find(stores.db, user.id), undefined)
    })

    it('takes SQL in every text for data', async () => {
      const evil = `'; drop table products; -- \\ " $1 %_ ${ids.next()}`
      const [product] = await added(aProduct({ name: evil, description: evil, category: evil, brand: evil }))
      for (const filter of [{ words: [evil.toLowerCase()] }, { words: [], category: evil }, { words: [], brand: evil }]) {
        const { items } = await stores.products.list(stores.db, { filter, sort: [], stretch: { limit: 10, offset: 0 } })
        assert.deepEqual(items, [product])
      }
      assert.equal(await stores.products.count(stores.db, { words: ['%'], brand: 'no such brand' }), 0)
    })

    it('filters products by words, category, brand and price', async () => {
      const brand = ids.next()
      const [phone, kettle] = await added(
        aProduct({ brand, name: 'Red Phone', category: 'electronics', price: 200 }),
        aProduct({ brand, name: 'Red Kettle', category: 'kitchen', price: 100 }),
      )
      const namesOf = async (filter: object) => {
        const asked = {
          filter: { words: [], brand, ...filter },
          sort: [{ field: 'name' as const, descending: false }],
          stretch: { limit: 10, offset: 0 },
        }
        const { items } = await stores.products.list(stores.db, asked)
        assert.equal(await stores.products.count(stores.db, asked.filter), items.length)
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
      await added(
        aProduct({ brand, name: 'b', price: 1 }),
        aProduct({ brand, name: 'a', price: 2 }),
        aProduct({ brand, name: 'B', price: 2 }),
        aProduct({ brand, name: 'é', price: 1 }),
      )
      const sort = [
        { field: 'price' as const, descending: true },
        { field: 'name' as const, descending: false },
      ]
      const { items } = await stores.products.list(stores.db, { filter: { words: [], brand }, sort, stretch: { limit: 10, offset: 0 } })
      assert.deepEqual(
        items.map(({ name }) => name),
        ['B', 'a', 'b', 'é'],
      )
    })

    it('cuts pages by offset, and beyond the end an empty one', async () => {
      const brand = ids.next()
      await added(...Array.from({ length: 5 }, () => aProduct({ brand })))
      const page = (offset: number) =>
        stores.products.list(stores.db, { filter: { words: [], brand }, sort: [], stretch: { limit: 2, offset } })
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
      const there = await added(...Array.from({ length: 7 }, (_, at) => aProduct({ brand, price: at % 3 })))
      const sort = [{ field: 'price' as const, descending: true }]
      const seen = await walk(async (cursor) => {
        const found = await stores.products.list(stores.db, { filter: { words: [], brand }, sort, stretch: { limit: 2, after: cursor } })
        await added(aProduct({ brand, price: 9 }))
        return found
      })
      assert.deepEqual(seen.toSorted(), there.map(({ id }) => id).toSorted())
    })

    it('refuses a cursor that was made for another list', async () => {
      const brand = ids.next()
      await added(...Array.from({ length: 3 }, () => aProduct({ brand })))
      const asked = { filter: { words: [], brand }, sort: [], stretch: { limit: 1, after: '' } }
      const { next } = await stores.products.list(stores.db, asked)
      const elsewhere = { ...asked, filter: { words: [], brand: 'another' }, stretch: { limit: 1, after: next! } }
      await assert.rejects(stores.products.list(stores.db, elsewhere), invalidCursor)
      await assert.rejects(stores.products.list(stores.db, { ...asked, stretch: { limit: 1, after: 'forged' } }), invalidCursor)
      await assert.rejects(
        stores.orders.list(stores.db, { buyerId: undefined, status: undefined }, { limit: 1, after: next! }),
        invalidCursor,
      )
    })

    it('takes each line of which there is enough, and puts it back', async () => {
      const { db, stock } = stores
      const [many, few] = (await added(aProduct({ stock: 10 }), aProduct({ stock: 1 }))) as [StoredProduct, StoredProduct]
      const take = (...quantities: [number, number]) =>
        db.transaction((tx) =>
          stock.take(
            tx,
            [many.sku, few.sku, 'no-such-sku'].map((sku, at) => ({ sku, quantity: quantities[at] ?? 1 })),
          ),
        )

      assert.deepEqual(await take(4, 2), [pricedOf(many)])
      assert.deepEqual(await stockOf(many, few), [6, 1])
      assert.deepEqual((await take(6, 1)).toSorted(bySku), [pricedOf(many), pricedOf(few)].toSorted(bySku))
      assert.deepEqual(await stockOf(many, few), [0, 0])

      const lines = [
        { sku: few.sku, quantity: 1 },
        { sku: many.sku, quantity: 10 },
      ]
      await db.transaction((tx) => stock.putBack(tx, lines))
      assert.deepEqual(await stockOf(many, few), [10, 1])
    })

    it('knows how many are left, and what does not exist', async () => {
      const [product] = (await added(aProduct({ stock: 7 }))) as [StoredProduct]
      assert.equal(await stores.stock.left(stores.db, product.sku), 7)
      assert.equal(await stores.stock.left(stores.db, 'no-such-sku'), undefined)
    })

    it('gives the last pieces to as many callers as there are', async () => {
      const { db, stock } = stores
      const [last] = (await added(aProduct({ stock: 3 }))) as [StoredProduct]
      const taken = await Promise.all(
        Array.from({ length: 8 }, () => db.transaction((tx) => stock.take(tx, [{ sku: last.sku, quantity: 1 }]))),
      )
      assert.equal(taken.flat().length, 3)
      assert.deepEqual(await stockOf(last), [0])
    })

    it('shows an order to its scope only', async () => {
      const { db, orders } = stores
      const [alice, bob] = [await registered(), await registered()]
      const [product] = await added(aProduct())
      const order = await placed(alice, product!)
      assert.equal(await orders.find(db, { buyerId: bob.id }, order.id), undefined)
      assert.equal(await db.transaction((tx) => orders.lock(tx, { buyerId: bob.id }, order.id)), undefined)
      assert.deepEqual(await db.transaction((tx) => orders.lock(tx, { buyerId: undefined }, order.id)), order)
    })

    it('lists orders newest first, by status, behind cursors', async () => {
      const { db, orders } = stores
      const buyer = await registered()
      const [product] = await added(aProduct())
      const three = [await placed(buyer, product!), await placed(buyer, product!), await placed(buyer, product!)]
      await db.transaction((tx) => orders.setStatus(tx, three[1]!.id, 'paid'))
      const all = { buyerId: buyer.id, status: undefined }
      const seen = await walk((cursor) => orders.list(db, all, { limit: 1, after: cursor }))
      assert.deepEqual(seen, three.map(({ id }) => id).toReversed())
      assert.equal(await orders.count(db, all), 3)
      const paid = await orders.list(db, { ...all, status: 'paid' }, { limit: 5, after: '' })
      assert.deepEqual(paid, { items: [{ ...three[1]!, status: 'paid' }], next: undefined })
      assert.equal(await orders.count(db, { ...all, status: 'paid' }), 1)
    })

    it('moves money from one account to another · M10.19', async () => {
      const { db, accounts } = stores
      const [from, to] = [await opened(5000), await opened(0)]
      const locked = await db.transaction(async (tx) => {
        const found = await accounts.lock(tx, [to.id, ids.next(), from.id])
        await accounts.transfer(tx, aTransfer(from, to, 1999))
        return found
      })
      assert.deepEqual(locked.map(({ id }) => id).toSorted(), [from.id, to.id].toSorted())
      assert.deepEqual(await balancesOf(stores, from, to), [3001, 1999])
    })

    it('never lets a balance fall below zero, whatever the caller thinks · M10.4 M10.19', async () => {
      const { db, accounts } = stores
      const [from, to] = [await opened(100), await opened(0)]
      await assert.rejects(db.transaction((tx) => accounts.transfer(tx, aTransfer(from, to, 101))))
      assert.deepEqual(await balancesOf(stores, from, to), [100, 0])
    })
  })
}

async function walk(list: (cursor: string) => Promise<Found<{ id: string }>>): Promise<string[]> {
  const seen: string[] = []
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const { items, next } = await list(cursor)
    seen.push(...items.map(({ id }) => id))
    cursor = next
  }
  return seen
}

async function balancesOf({ db, accounts }: Stores, ...of: { ownerId: string }[]): Promise<(number | undefined)[]> {
  return Promise.all(of.map(async ({ ownerId }) => (await accounts.list(db, ownerId, { limit: 1, offset: 0 }))[0]?.balance))
}

function aUser(more: Partial<StoredUser> = {}): StoredUser {
  const id = ids.next()
  return { id, email: `${id}@x.com`, name: 'Somebody', roles: ['customer'], passwordHash: '$argon2id$…', ...more }
}

function aProduct(more: Partial<StoredProduct> = {}): StoredProduct {
  const id = ids.next()
  const words = { sku: id.toUpperCase(), name: 'Thing', description: 'A thing.\nIt does things.', category: 'things', brand: 'Acme' }
  return { id, ...words, price: 1999, currency: 'USD', stock: 10, ...more }
}

function anOrder(buyer: StoredUser, { sku, price }: StoredProduct): StoredOrder {
  const lines = [{ sku, quantity: 2, price }]
  const createdAt = new Date('2026-11-02T09:30:00.123Z')
  return { id: ids.next(), buyerId: buyer.id, status: 'pending', currency: 'USD', total: 2 * price, lines, createdAt }
}

function aTransfer(from: { id: string }, to: { id: string }, amount: number) {
  return { id: ids.next(), fromId: from.id, toId: to.id, currency: 'USD' as const, amount, createdAt: new Date() }
}

function pricedOf({ sku, price, currency }: StoredProduct) {
  return { sku, price, currency }
}
