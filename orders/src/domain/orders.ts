import type { Policy } from 'throughline/auth'
import { NotFound } from 'throughline/contract'
import type { Tx } from 'throughline/db'
import type { Actor, Clock, Ids } from 'throughline/std'
import type { NewOrder, Order, OrderQuery, OrderStatus } from '../../contract/orders.ts'
import { advance, mergeLines, newOrder, priceLines, shortage, toOrder } from './order.ts'
import { mapPage, stretch, toPage, type Page } from './page.ts'
import { mayCancel, mayPay, mayShip, ordersSeenBy } from './policies.ts'
import type { Database, OrderStore, StockStore, StoredOrder } from './ports.ts'

interface Needs {
  db: Database
  orders: OrderStore
  stock: StockStore
  ids: Ids
  clock: Clock
}

export type OrderService = ReturnType<typeof orderService>

export function orderService({ db, orders, stock, ids, clock }: Needs) {
  /** One step of an order's life. The order is locked first: of two callers at once the second sees what the first one made of it. */
  const move = (actor: Actor, id: string, { to, may, also }: Step): Promise<Order> =>
    db.transaction(async (tx) => {
      const order = existing(await orders.lock(tx, ordersSeenBy(actor), id))
      may(actor, order)
      const moved = advance(order, to)
      await orders.setStatus(tx, id, to)
      await also?.(tx, order)
      return toOrder(moved)
    })

  return {
    place: (actor: Actor, { lines, currency }: NewOrder): Promise<Order> =>
      db.transaction(async (tx) => {
        const wanted = mergeLines(lines)
        const taken = await stock.take(tx, wanted)
        const missing = wanted.find(({ sku }) => !taken.some((line) => line.sku === sku))
        if (missing) throw shortage(missing.sku, await stock.left(tx, missing.sku))
        const order = newOrder({
          id: ids.next(),
          buyerId: actor.id,
          currency,
          lines: priceLines(wanted, taken, currency),
          createdAt: clock.now(),
        })
        orders.insert(tx, order)
        return toOrder(order)
      }),

    async list(actor: Actor, { status, limit, after = '' }: OrderQuery): Promise<Page<Order>> {
      const asked = { ...ordersSeenBy(actor), status }
      const wanted = stretch({ limit, after })
      const [found, total] = await Promise.all([orders.list(db, asked, wanted), orders.count(db, asked)])
      return mapPage(toPage(wanted, found, total), toOrder)
    },

    read: async (actor: Actor, id: string): Promise<Order> => toOrder(existing(await orders.find(db, ordersSeenBy(actor), id))),

    pay: (actor: Actor, id: string) => move(actor, id, { to: 'paid', may: mayPay }),

    cancel: (actor: Actor, id: string) =>
      move(actor, id, { to: 'cancelled', may: mayCancel, also: (tx, order) => stock.putBack(tx, order.lines) }),

    ship: (actor: Actor, id: string) => move(actor, id, { to: 'shipped', may: mayShip }),
  }
}

interface Step {
  to: OrderStatus
  may: Policy<StoredOrder>
  also?: (tx: Tx, order: StoredOrder) => Promise<void>
}

function existing(order: StoredOrder | undefined): StoredOrder {
  if (order === undefined) throw NotFound()
  return order
}
