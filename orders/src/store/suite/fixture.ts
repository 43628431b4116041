import { uuidv7 } from 'throughline/std'
import type { Found } from '../../domain/page.ts'
import type {
  AccountStore,
  Database,
  OrderStore,
  ProductStore,
  StockStore,
  StoredAccount,
  StoredOrder,
  StoredProduct,
  StoredUser,
  UserStore,
} from '../../domain/ports.ts'

export interface Stores {
  db: Database
  users: UserStore
  products: ProductStore
  stock: StockStore
  orders: OrderStore
  accounts: AccountStore
  close(): Promise<void>
}

export const ids = uuidv7()
const createdAt = new Date('2026-11-02T09:30:00.123Z')
export const invalidCursor = { code: 'invalid-cursor' }

/** Open stores, and short ways to fill them. Every test makes its own people and products, so that none sees another's. */
export class Fixture {
  stores!: Stores

  async added(...products: StoredProduct[]): Promise<StoredProduct[]> {
    await this.stores.db.transaction((tx) => this.stores.products.insert(tx, products))
    return products
  }

  async registered(user = aUser()): Promise<StoredUser> {
    await this.stores.db.transaction((tx) => this.stores.users.insert(tx, user))
    return user
  }

  async placed(buyer: StoredUser, product: StoredProduct): Promise<StoredOrder> {
    const order = anOrder(buyer, product)
    await this.stores.db.transaction(async (tx) => this.stores.orders.insert(tx, order))
    return order
  }

  async opened(balance: number): Promise<StoredAccount> {
    const account: StoredAccount = { id: ids.next(), ownerId: (await this.registered()).id, currency: 'USD', balance }
    await this.stores.db.transaction((tx) => this.stores.accounts.insert(tx, account))
    return account
  }

  async stockOf(...products: StoredProduct[]): Promise<(number | undefined)[]> {
    const { db, stock } = this.stores
    return Promise.all(products.map(({ sku }) => stock.left(db, sku)))
  }

  async balancesOf(...of: StoredAccount[]): Promise<(number | undefined)[]> {
    const { db, accounts } = this.stores
    return Promise.all(of.map(async ({ ownerId }) => (await accounts.list(db, ownerId, { limit: 1, offset: 0 }))[0]?.balance))
  }
}

export async function walk(list: (cursor: string) => Promise<Found<{ id: string }>>): Promise<string[]> {
  const seen: string[] = []
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const { items, next } = await list(cursor)
    seen.push(...items.map(({ id }) => id))
    cursor = next
  }
  return seen
}

export function aUser(more: Partial<StoredUser> = {}): StoredUser {
  const id = ids.next()
  return { id, email: `${id}@x.com`, name: 'Somebody', roles: ['customer'], passwordHash: '$argon2id$…', version: 1, ...more }
}

export function aProduct(more: Partial<StoredProduct> = {}): StoredProduct {
  const id = ids.next()
  const words = { sku: id.toUpperCase(), name: 'Thing', description: 'A thing.\nIt does things.', category: 'things', brand: 'Acme' }
  return { id, ...words, price: 1999, currency: 'USD', stock: 10, version: 1, ...more }
}

function anOrder(buyer: StoredUser, { sku, price }: StoredProduct): StoredOrder {
  const lines = [{ sku, quantity: 2, price }]
  return { id: ids.next(), buyerId: buyer.id, status: 'pending', currency: 'USD', total: 2 * price, lines, createdAt, version: 1 }
}

export function aTransfer(from: { id: string }, to: { id: string }, amount: number) {
  return { id: ids.next(), fromId: from.id, toId: to.id, currency: 'USD' as const, amount, createdAt }
}
