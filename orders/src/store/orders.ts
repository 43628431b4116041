import { sql, type Keyset, type Queryable } from 'throughline/db'
import type { OrdersAsked, OrderScope, OrderStore, PricedLine, StoredOrder } from '../domain/ports.ts'
import { toKeyset } from './stretch.ts'
import { on } from './tables.ts'

export const orderStore = (pages: Keyset): OrderStore => ({
  /** The order and its lines in one statement, which travels with the commit. */
  insert(tx, { id, buyerId, status, currency, total, lines, createdAt }) {
    const skus = lines.map(({ sku }) => sku)
    const quantities = lines.map(({ quantity }) => quantity)
    const prices = lines.map(({ price }) => price)
    const statement = sql`
      with placed as (
        insert into orders (id, buyer_id, status, currency, total, created_at)
        values (${id}, ${buyerId}, ${status}, ${currency}, ${total}, ${createdAt})
      )
      insert into order_lines (order_id, position, sku, quantity, price)
      select ${id}::uuid, line.position, line.sku, line.quantity, line.price
      from unnest(${skus}::text[], ${quantities}::int[], ${prices}::bigint[]) with ordinality as line (sku, quantity, price, position)`
    tx.withCommit(statement.compile(on(tx)))
  },

  async find(db, scope, id) {
    const row = await selectOrders(db, scope).where('orders.id', '=', id).executeTakeFirst()
    return row && toStoredOrder(row)
  },

  async lock(tx, scope, id) {
    const row = await selectOrders(tx, scope).where('orders.id', '=', id).forNoKeyUpdate().executeTakeFirst()
    return row && toStoredOrder(row)
  },

  async setStatus(tx, id, status) {
    await on(tx)
      .updateTable('orders')
      .set((order) => ({ status, version: order('version', '+', 1) }))
      .where('id', '=', id)
      .execute()
  },

  async list(db, asked, stretch) {
    const { items, next } = await pages.page(selectOrders(db, asked), {
      ...toKeyset(stretch),
      order: [['orders.id', 'desc']],
      scope: asked,
    })
    return { items: items.map(toStoredOrder), next }
  },

  async count(db, asked) {
    const { count } = await selectAsked(db, asked)
      .select((query) => query.fn.countAll<string>().as('count'))
      .executeTakeFirstOrThrow()
    return Number(count)
  },
})

function selectAsked(db: Queryable, { buyerId, status }: OrdersAsked) {
  return on(db)
    .selectFrom('orders')
    .$if(buyerId !== undefined, (query) => query.where('buyer_id', '=', buyerId!))
    .$if(status !== undefined, (query) => query.where('status', '=', status!))
}

function selectOrders(db: Queryable, { buyerId, status }: OrderScope & Partial<OrdersAsked>) {
  return selectAsked(db, { buyerId, status }).select([
    'orders.id',
    'orders.buyer_id',
    'orders.status',
    'orders.currency',
    'orders.total',
    'orders.created_at',
    'orders.version',
    sql<PricedLine[]>`(
      select json_agg(json_build_object('sku', sku, 'quantity', quantity, 'price', price) order by position)
      from order_lines where order_id = orders.id
    )`.as('lines'),
  ])
}

type OrderRow = Omit<StoredOrder, 'buyerId' | 'total' | 'createdAt'> & { buyer_id: string; total: string; created_at: Date }

function toStoredOrder({ buyer_id, total, created_at, ...row }: OrderRow): StoredOrder {
  return { ...row, buyerId: buyer_id, total: Number(total), createdAt: created_at }
}
