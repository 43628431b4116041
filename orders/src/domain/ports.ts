import type { Queryable, Tx } from 'throughline/db'
import type { Currency } from '../../contract/money.ts'
import type { OrderStatus } from '../../contract/orders.ts'
import type { ProductSort } from '../../contract/products.ts'
import type { Role } from '../../contract/users.ts'
import type { Minor } from './money.ts'
import type { Found, Stretch } from './page.ts'
import type { SortField } from './sort.ts'

// What the business needs from its surroundings. `store/` answers with SQL, `store/memory/` with maps; one suite holds both to these comments.

export interface Database extends Queryable {
  transaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>
}

export interface StoredUser {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly roles: readonly Role[]
  /** A PHC string. */
  readonly passwordHash: string
  /** Counts its changes, from 1. */
  readonly version: number
}

export interface UserStore {
  /** Throws `EmailTaken`, also when two callers insert the same address at once. */
  insert(tx: Tx, user: StoredUser): Promise<void>
  find(on: Queryable, id: string): Promise<StoredUser | undefined>
  /** Like `find`, and nobody else changes or locks the user until `tx` ends. */
  lock(tx: Tx, id: string): Promise<StoredUser | undefined>
  /** Everything but the id, the version included. Throws `EmailTaken`. */
  update(tx: Tx, user: StoredUser): Promise<void>
  /** Throws `UserInUse` while there is anything of theirs. */
  remove(tx: Tx, id: string): Promise<void>
  /** `email` is normalised. */
  findByEmail(on: Queryable, email: string): Promise<StoredUser | undefined>
}

export interface StoredProduct {
  readonly id: string
  readonly sku: string
  readonly name: string
  readonly description: string
  readonly category: string
  readonly brand: string
  readonly price: Minor
  readonly currency: Currency
  readonly stock: number
  /** Counts its changes, those of the stock included, from 1. */
  readonly version: number
}

export interface ProductFilter {
  /** Lower case; name, description, brand and SKU together contain each of them. */
  readonly words: readonly string[]
  readonly category?: string | undefined
  readonly brand?: string | undefined
  readonly minPrice?: Minor | undefined
  readonly maxPrice?: Minor | undefined
}

export interface ProductStore {
  /** All or none. Throws `SkuTaken`. */
  insert(tx: Tx, products: readonly StoredProduct[]): Promise<void>
  find(on: Queryable, id: string): Promise<StoredProduct | undefined>
  /** Like `find`, and nobody else changes or locks the product until `tx` ends. */
  lock(tx: Tx, id: string): Promise<StoredProduct | undefined>
  /** Everything but the id, the version included. Throws `SkuTaken`, and `ProductInUse` for another SKU while there are orders for this one. */
  update(tx: Tx, product: StoredProduct): Promise<void>
  /** Throws `ProductInUse` while there are orders for it. */
  remove(tx: Tx, id: string): Promise<void>
  /** Texts sort by code point, ties by id in the direction of the last field. Throws `InvalidCursor` for a cursor that it did not make for this filter and sort. */
  list(on: Queryable, asked: ProductsAsked): Promise<Found<StoredProduct>>
  count(on: Queryable, filter: ProductFilter): Promise<number>
}

export interface ProductsAsked {
  readonly filter: ProductFilter
  readonly sort: readonly SortField<ProductSort>[]
  readonly stretch: Stretch
}

export interface OrderedLine {
  readonly sku: string
  readonly quantity: number
}

/** What a SKU sells for. */
export interface Priced {
  readonly sku: string
  readonly price: Minor
  readonly currency: Currency
}

export interface StockStore {
  /**
   * Takes every line of which there is enough, and answers those, in any order; of the others nothing is taken.
   * Until `tx` ends nobody else takes of the same. Callers who want the same things do not deadlock. `lines` has no SKU twice.
   */
  take(tx: Tx, lines: readonly OrderedLine[]): Promise<Priced[]>
  putBack(tx: Tx, lines: readonly OrderedLine[]): Promise<void>
  /** Those of `skus` that there are, in any order. */
  known(on: Queryable, skus: readonly string[]): Promise<string[]>
  /** Undefined when there is no such SKU. */
  left(on: Queryable, sku: string): Promise<number | undefined>
}

export interface StoredOrder {
  readonly id: string
  readonly buyerId: string
  readonly status: OrderStatus
  readonly currency: Currency
  readonly total: Minor
  readonly lines: readonly PricedLine[]
  readonly createdAt: Date
  /** Counts its changes, from 1. */
  readonly version: number
}

export interface PricedLine extends OrderedLine {
  /** Of one piece. */
  readonly price: Minor
}

/** Whose orders: one buyer's, or with `undefined` everybody's. It must be written out, so that nobody forgets it. */
export interface OrderScope {
  readonly buyerId: string | undefined
}

export interface OrdersAsked extends OrderScope {
  readonly status: OrderStatus | undefined
}

export interface OrderStore {
  /** Seen by nobody, this transaction included, before the commit. */
  insert(tx: Tx, order: StoredOrder): void
  find(on: Queryable, scope: OrderScope, id: string): Promise<StoredOrder | undefined>
  /** Like `find`, and nobody else changes or locks the order until `tx` ends. */
  lock(tx: Tx, scope: OrderScope, id: string): Promise<StoredOrder | undefined>
  /** The version goes up by one. */
  setStatus(tx: Tx, id: string, status: OrderStatus): Promise<void>
  /** Newest first. Throws `InvalidCursor` for a cursor that it did not make for the same orders. */
  list(on: Queryable, asked: OrdersAsked, stretch: Stretch): Promise<Found<StoredOrder>>
  count(on: Queryable, asked: OrdersAsked): Promise<number>
}

export interface StoredAccount {
  readonly id: string
  readonly ownerId: string
  readonly currency: Currency
  readonly balance: Minor
}

export interface StoredTransfer {
  readonly id: string
  readonly fromId: string
  readonly toId: string
  readonly currency: Currency
  readonly amount: Minor
  readonly createdAt: Date
}

export interface AccountStore {
  insert(tx: Tx, account: StoredAccount): Promise<void>
  /** Oldest first. */
  list(on: Queryable, ownerId: string, stretch: { limit: number; offset: number }): Promise<StoredAccount[]>
  count(on: Queryable, ownerId: string): Promise<number>
  /** An owner's accounts that hold nothing and never did. */
  removeEmpty(tx: Tx, ownerId: string): Promise<void>
  /** Those of `ids` that exist. Nobody else changes them until `tx` ends, and no order of calls deadlocks. */
  lock(tx: Tx, ids: readonly string[]): Promise<StoredAccount[]>
  /** Changes both balances and keeps the transfer. Both accounts are locked. Rejects when a balance would fall below zero. */
  transfer(tx: Tx, transfer: StoredTransfer): Promise<void>
}
