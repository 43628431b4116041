import { CurrencyMismatch, IllegalTransition, OutOfStock, UnknownSku, type Order, type OrderStatus } from '../../contract/orders.ts'
import type { Currency } from '../../contract/money.ts'
import { toAmount } from './money.ts'
import type { OrderedLine, Priced, PricedLine, StoredOrder } from './ports.ts'

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
  return { ...order, status: to, version: order.version + 1 }
}

/** One line for each SKU, in the order they were first named. */
export function mergeLines(lines: readonly OrderedLine[]): OrderedLine[] {
  const quantities = new Map<string, number>()
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity)
  return Array.from(quantities, ([sku, quantity]) => ({ sku, quantity }))
}

/** Why what the lines want of a SKU could not be taken; it points at all of them. */
export function shortage(sku: string, left: number | undefined, lines: readonly OrderedLine[]): Error {
  const at = (member: keyof OrderedLine) => lines.flatMap((line, index) => (line.sku === sku ? [`lines.${index}.${member}`] : []))
  return left === undefined ? UnknownSku({ sku }, { at: at('sku') }) : OutOfStock({ sku, left }, { at: at('quantity') })
}

/** Each line with its price. Throws `CurrencyMismatch` when one is sold in another currency. */
export function priceLines(lines: readonly OrderedLine[], prices: readonly Priced[], currency: Currency): PricedLine[] {
  const priceOf = new Map(prices.map((priced) => [priced.sku, priced]))
  return lines.map((line) => {
    const { price, currency: found } = priceOf.get(line.sku)!
    if (found !== currency) throw CurrencyMismatch({ expected: currency, found })
    return { ...line, price }
  })
}

export function newOrder(init: Pick<StoredOrder, 'id' | 'buyerId' | 'currency' | 'lines' | 'createdAt'>): StoredOrder {
  const total = init.lines.reduce((sum, { quantity, price }) => sum + quantity * price, 0)
  return { ...init, status: 'pending', total, version: 1 }
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
