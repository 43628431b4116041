import { NotFound } from 'throughline/contract'
import type { Tx } from 'throughline/db'
import type { Actor, Clock, Ids } from 'throughline/std'
import type { NewOrder, Order, OrderDetails, OrderQuery, OrderStatus } from '../../contract/orders.ts'
import { advance, mergeLines, newOrder, priceLines, shortage, toOrder } from './order.ts'
import { mapPage, stretch, toPage, type Page } from './page.ts'
import { mayCancel, mayPay, mayShip, ordersSeenBy } from './policies.ts'
import type { Database, OrderStore, StockStore, StoredOrder } from './ports.ts'
import type { Change, Versioned } from './versioned.ts'

interface Needs {
  db: Database
  orders: OrderStore
  stock: StockStore
  ids: Ids
  clock: Clock
}

export type OrderService = ReturnType<typeof orderService>

export function orderService({ db, orders, stock, ids, clock }: Needs) {
  /** The order is locked first: of two callers at once the second sees what the first one made of it. */
  const locked = <Result>(actor: Actor, id: string, work: (tx: Tx, order: StoredOrder) => Promise<Result>): Promise<Result> =>
    db.transaction(async (tx) => work(tx, existing(await orders.lock(tx, ordersSeenBy(actor), id))))

  /** One step of an order's life. */
  const move = async (tx: Tx, { actor, order, to }: Step): Promise<StoredOrder> => {
    may[to](actor, order)
    const moved = advance(order, to)
    await orders.setStatus(tx, order.id, to)
    if (to === 'cancelled') await stock.putBack(tx, order.lines)
    return moved
  }
  const step = (actor: Actor, id: string, to: OrderStatus): Promise<Order> =>
    locked(actor, id, async (tx, order) => toOrder(await move(tx, { actor, order, to })))

  const seen = new Set<string>()

  return {
    /**
     * Those of the SKUs that there are. What was seen once is not asked about again: this only spares callers a transaction that must
     * fail, and `place` refuses what was removed since.
     */
    async known(skus: readonly string[]): Promise<string[]> {
      const strange = skus.filter((sku) => !seen.has(sku))
      if (strange.length === 0) return [...skus]
      const found = await stock.known(db, strange)
      if (seen.size + found.length > mostSeen) seen.clear()
      for (const sku of found) seen.add(sku)
      const wrong = new Set(strange.filter((sku) => !found.includes(sku)))
      return skus.filter((sku) => !wrong.has(sku))
    },

    place: (actor: Actor, { lines, currency }: NewOrder): Promise<Order> =>
      db.transaction(async (tx) => {
        const wanted = mergeLines(lines)
        const taken = await stock.take(tx, wanted)
        const missing = wanted.find(({ sku }) => !taken.some((line) => line.sku === sku))
        if (missing) throw shortage(missing.sku, await stock.left(tx, missing.sku), lines)
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

    read: async (actor: Actor, id: string): Promise<Versioned<Order>> =>
      toVersioned(existing(await orders.find(db, ordersSeenBy(actor), id))),

    change: (actor: Actor, id: string, { to, unchanged }: Change<OrderDetails>): Promise<Versioned<Order>> =>
      locked(actor, id, async (tx, order) => {
        unchanged(order)
        const { status } = await to({ status: order.status })
        return toVersioned(status === order.status ? order : await move(tx, { actor, order, to: status }))
      }),

    pay: (actor: Actor, id: string) => step(actor, id, 'paid'),

    cancel: (actor: Actor, id: string) => step(actor, id, 'cancelled'),

    ship: (actor: Actor, id: string) => step(actor, id, 'shipped'),
  }
}

const mostSeen = 10_000

interface Step {
  actor: Actor
  order: StoredOrder
  to: OrderStatus
}

/** Who may bring an order into a state. Nobody is refused what no order can become: that is a conflict, and says so. */
const may: Readonly<Record<OrderStatus, (actor: Actor, order: StoredOrder) => void>> = {
  pending: () => {},
  paid: mayPay,
  shipped: mayShip,
  cancelled: mayCancel,
}

function toVersioned(order: StoredOrder): Versioned<Order> {
  return { value: toOrder(order), version: order.version }
}

function existing(order: StoredOrder | undefined): StoredOrder {
  if (order === undefined) throw NotFound()
  return order
}
