import { CurrencyMismatch, IllegalTransition, OutOfStock, UnknownSku, type Order, type OrderStatus } from '../../contract/orders.ts'
import type { Currency } from '../../contract/money.ts'
import { toAmount } from './money.ts'
import type { OrderedLine, PricedLine, Shelf, StoredOrder } from './ports.ts'

const transitions: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  pending: ['paid', 'cancelled'],
  paid: ['shipped'],
  shipped: [],
  cancelled: [],
}

/** The order in its next state. Throws `IllegalTransition` when the way there does not exist. */
export function advance(order: StoredOrder, to: OrderStatus): StoredOrder {
  const allowed = transitions[order.status]
  if (!allowed.includes(to)) throw IllegalTransition({ from: order.status, to, allowed: [...allowed] })
  return { ...order, status: to }
}

/** One line for each SKU, in the order they were first named. */
export function mergeLines(lines: readonly OrderedLine[]): OrderedLine[] {
  const quantities = new Map<string, number>()
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity)
  return Array.from(quantities, ([sku, quantity]) => ({ sku, quantity }))
}

/** Throws `UnknownSku`, `CurrencyMismatch` or `OutOfStock` for the first line that cannot be sold. */
export function priceLines(lines: readonly OrderedLine[], shelves: readonly Shelf[], currency: Currency): PricedLine[] {
  const shelfOf = new Map(shelves.map((shelf) => [shelf.sku, shelf]))
  return lines.map(({ sku, quantity }) => {
    const shelf = shelfOf.get(sku)
    if (shelf === undefined) throw UnknownSku({ sku })
    if (shelf.currency !== currency) throw CurrencyMismatch({ expected: currency, found: shelf.currency })
    if (shelf.left < quantity) throw OutOfStock({ sku, left: shelf.left })
    return { sku, quantity, price: shelf.price }
  })
}

export function newOrder(init: Pick<StoredOrder, 'id' | 'buyerId' | 'currency' | 'lines' | 'createdAt'>): StoredOrder {
  const total = init.lines.reduce((sum, { quantity, price }) => sum + quantity * price, 0)
  return { ...init, status: 'pending', total }
}

export function toOrder({ id, status, total, currency, lines, createdAt }: StoredOrder): Order {
  return {
    id,
    status,
    total: toAmount(total),
    currency,
    lines: lines.map(({ sku, quantity, price }) => ({ sku, quantity, price: toAmount(price) })),
    createdAt: createdAt.toISOString(),
  }
}
