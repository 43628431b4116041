import type { Queryable } from 'throughline/db'
import { ProductInUse, SkuTaken } from '../../../contract/products.ts'
import { EmailTaken, UserInUse } from '../../../contract/users.ts'
import type {
  AccountStore,
  OrdersAsked,
  OrderStore,
  ProductFilter,
  ProductStore,
  StockStore,
  StoredOrder,
  StoredProduct,
  UserStore,
} from '../../domain/ports.ts'
import { stateOf } from './database.ts'
import { slice } from './slice.ts'

export const memoryUsers: UserStore = {
  async insert(tx, user) {
    const { users } = stateOf(tx)
    if ([...users.values()].some(({ email }) => email === user.email)) throw EmailTaken()
    users.set(user.id, user)
  },
  find: async (db, id) => stateOf(db).users.get(id),
  lock: async (tx, id) => stateOf(tx).users.get(id),
  async update(tx, user) {
    const { users } = stateOf(tx)
    if ([...users.values()].some(({ id, email }) => email === user.email && id !== user.id)) throw EmailTaken()
    users.set(user.id, user)
  },
  async remove(tx, id) {
    const { users, orders, accounts } = stateOf(tx)
    if ([...orders.values()].some(({ buyerId }) => buyerId === id)) throw UserInUse()
    if ([...accounts.values()].some(({ ownerId }) => ownerId === id)) throw UserInUse()
    users.delete(id)
  },
  findByEmail: async (db, email) => [...stateOf(db).users.values()].find((user) => user.email === email),
}

export const memoryProducts: ProductStore = {
  async insert(tx, added) {
    const { products } = stateOf(tx)
    for (const product of added) {
      if ([...products.values()].some(({ sku }) => sku === product.sku)) throw SkuTaken()
      products.set(product.id, product)
    }
  },
  find: async (db, id) => stateOf(db).products.get(id),
  lock: async (tx, id) => stateOf(tx).products.get(id),
  async update(tx, product) {
    const { products } = stateOf(tx)
    const { sku } = products.get(product.id)!
    if (sku !== product.sku && isOrdered(tx, sku)) throw ProductInUse()
    if ([...products.values()].some((other) => other.sku === product.sku && other.id !== product.id)) throw SkuTaken()
    products.set(product.id, product)
  },
  async remove(tx, id) {
    const { products } = stateOf(tx)
    if (isOrdered(tx, products.get(id)!.sku)) throw ProductInUse()
    products.delete(id)
  },
  async list(db, { filter, sort, stretch }) {
    const found = [...stateOf(db).products.values()].filter((product) => fits(product, filter))
    const order = {
      key: (product: StoredProduct) => [...sort.map(({ field }) => product[field]), product.id],
      descending: [...sort.map(({ descending }) => descending), sort.at(-1)?.descending ?? false],
      scope: { filter, sort },
    }
    return slice(found, order, stretch)
  },
  count: async (db, filter) => [...stateOf(db).products.values()].filter((product) => fits(product, filter)).length,
}

function isOrdered(tx: Queryable, sku: string): boolean {
  return [...stateOf(tx).orders.values()].some(({ lines }) => lines.some((line) => line.sku === sku))
}

export const memoryStock: StockStore = {
  async take(tx, lines) {
    const { products } = stateOf(tx)
    const taken = lines.flatMap(({ sku, quantity }) => {
      const product = withSku(tx, sku)
      return product !== undefined && product.stock >= quantity
        ? [{ ...product, stock: product.stock - quantity, version: product.version + 1 }]
        : []
    })
    for (const product of taken) products.set(product.id, product)
    return taken.map(({ sku, price, currency }) => ({ sku, price, currency }))
  },
  async putBack(tx, lines) {
    for (const { sku, quantity } of lines) {
      const product = withSku(tx, sku)
      if (product !== undefined)
        stateOf(tx).products.set(product.id, { ...product, stock: product.stock + quantity, version: product.version + 1 })
    }
  },
  known: async (db, skus) => skus.filter((sku) => withSku(db, sku) !== undefined),
  left: async (db, sku) => withSku(db, sku)?.stock,
}

function withSku(db: Queryable, sku: string): StoredProduct | undefined {
  return [...stateOf(db).products.values()].find((product) => product.sku === sku)
}

export const memoryOrders: OrderStore = {
  insert(tx, order) {
    stateOf(tx).orders.set(order.id, order)
  },
  async find(db, { buyerId }, id) {
    const order = stateOf(db).orders.get(id)
    return order !== undefined && (buyerId === undefined || order.buyerId === buyerId) ? order : undefined
  },
  lock: (tx, scope, id) => memoryOrders.find(tx, scope, id),
  async setStatus(tx, id, status) {
    const { orders } = stateOf(tx)
    const order = orders.get(id)!
    orders.set(id, { ...order, status, version: order.version + 1 })
  },
  async list(db, asked, stretch) {
    const found = [...stateOf(db).orders.values()].filter((order) => isAsked(order, asked))
    return slice(found, { key: ({ id }) => [id], descending: [true], scope: asked }, stretch)
  },
  count: async (db, asked) => [...stateOf(db).orders.values()].filter((order) => isAsked(order, asked)).length,
}

export const memoryAccounts: AccountStore = {
  async insert(tx, account) {
    stateOf(tx).accounts.set(account.id, account)
  },
  async list(db, ownerId, { limit, offset }) {
    const own = [...stateOf(db).accounts.values()].filter((account) => account.ownerId === ownerId)
    return [...slice(own, { key: ({ id }) => [id], descending: [false], scope: undefined }, { limit, offset }).items]
  },
  async removeEmpty(tx, ownerId) {
    const { accounts, transfers } = stateOf(tx)
    for (const { id, balance, ownerId: owner } of accounts.values()) {
      if (owner !== ownerId || balance !== 0) continue
      if ([...transfers.values()].some(({ fromId, toId }) => fromId === id || toId === id)) throw UserInUse()
      accounts.delete(id)
    }
  },
  count: async (db, ownerId) => [...stateOf(db).accounts.values()].filter((account) => account.ownerId === ownerId).length,
  lock: async (tx, ids) => ids.flatMap((id) => stateOf(tx).accounts.get(id) ?? []),
  async transfer(tx, transfer) {
    const { accounts, transfers } = stateOf(tx)
    const from = accounts.get(transfer.fromId)!
    const to = accounts.get(transfer.toId)!
    if (from.balance < transfer.amount) throw new Error('accounts_balance_not_negative')
    accounts.set(from.id, { ...from, balance: from.balance - transfer.amount })
    accounts.set(to.id, { ...to, balance: to.balance + transfer.amount })
    transfers.set(transfer.id, transfer)
  },
}

function fits(product: StoredProduct, { words, category, brand, minPrice = 0, maxPrice = Infinity }: ProductFilter): boolean {
  const text = [product.name, product.description, product.brand, product.sku].join(' ').toLowerCase()
  return (
    words.every((word) => text.includes(word)) &&
    (category === undefined || product.category === category) &&
    (brand === undefined || product.brand === brand) &&
    product.price >= minPrice &&
    product.price <= maxPrice
  )
}

function isAsked(order: StoredOrder, { buyerId, status }: OrdersAsked): boolean {
  return (buyerId === undefined || order.buyerId === buyerId) && (status === undefined || order.status === status)
}
