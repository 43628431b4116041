import { check, endpoint, Forbidden, InvalidCursor, NotFound, patch, problem } from 'throughline/contract'
import * as z from 'zod'
import { Id } from './id.ts'
import { After, Limit, listOf } from './list.ts'
import { Amount, Currency, Total } from './money.ts'
import { line } from './text.ts'

export const OrderStatus = z.enum(['pending', 'paid', 'shipped', 'cancelled']).meta({ id: 'OrderStatus' })

export const OutOfStock = problem('out-of-stock', 409, z.object({ sku: z.string(), left: z.int().min(0) }), {
  title: 'Out of stock',
  detail: ({ sku, left }) => `Only ${left} of ${sku} left.`,
  fix: 'Order at most what `left` says, or wait until there is more.',
})
export const UnknownSku = problem('unknown-sku', 422, z.object({ sku: z.string() }), {
  title: 'Unknown SKU',
  detail: ({ sku }) => `The catalogue has no product ${sku}.`,
})
export const CurrencyMismatch = problem('currency-mismatch', 422, z.object({ expected: Currency, found: Currency }), {
  title: 'Currency mismatch',
  detail: ({ expected, found }) => `Everything must be in ${expected}, but one part is in ${found}.`,
})
export const IllegalTransition = problem(
  'illegal-transition',
  409,
  z.object({ from: OrderStatus, to: OrderStatus, allowed: z.array(OrderStatus) }),
  {
    title: 'Illegal transition',
    detail: ({ from, to, allowed }) =>
      `An order that is ${from} cannot become ${to}; ${allowed.length === 0 ? 'it is final' : `it can become ${allowed.join(' or ')}`}.`,
  },
)

const Quantity = z.int().min(1).max(10_000).describe('Pieces.')

export const NewOrder = z
  .object({
    lines: z
      .array(z.object({ sku: line(40), quantity: Quantity }))
      .min(1)
      .max(100)
      .describe('Lines with the same SKU become one.'),
    currency: Currency.default('USD').describe('All products must be priced in it.'),
  })
  .meta({ id: 'NewOrder', examples: [{ lines: [{ sku: 'PHONE-001', quantity: 2 }] }] })

export const Order = z
  .object({
    id: z.uuid(),
    status: OrderStatus,
    total: Total,
    currency: Currency,
    lines: z.array(z.object({ sku: z.string(), quantity: z.int().min(1), price: Amount.describe('Of one piece, when it was ordered.') })),
    createdAt: z.iso.datetime(),
  })
  .meta({
    id: 'Order',
    examples: [
      {
        id: '0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b',
        status: 'pending',
        total: 499,
        currency: 'USD',
        lines: [{ sku: 'PHONE-001', quantity: 2, price: 249.5 }],
        createdAt: '2026-11-02T09:30:00.000Z',
      },
    ],
  })

/** All that can be changed about an order. */
export const OrderDetails = z.object({ status: OrderStatus }).meta({ id: 'OrderDetails', examples: [{ status: 'cancelled' }] })

const OrderParams = z.object({ orderId: Id })

export const skuIsKnown = check(UnknownSku, (sku: string) => ({ sku }))

export const placeOrder = endpoint('POST /orders', {
  summary: 'Place an order',
  priority: 'high',
  description: 'Reserves the stock of every line, or of none.',
  tags: ['Orders'],
  auth: 'user',
  body: NewOrder,
  checks: { 'lines.*.sku': skuIsKnown },
  precognition: true,
  idempotent: true,
  returns: Order,
  location: '/orders/{id}',
  errors: [OutOfStock, UnknownSku, CurrencyMismatch],
})

export const OrderQuery = z.object({ status: OrderStatus.optional(), limit: Limit, after: After.optional() })

export const listOrders = endpoint('GET /orders', {
  summary: 'List orders, newest first',
  description: 'Customers see their own; support and administrators see everybody’s.',
  tags: ['Orders'],
  auth: 'user',
  query: OrderQuery,
  returns: listOf(Order, 'OrderList'),
  errors: [InvalidCursor],
})

export const readOrder = endpoint('GET /orders/{orderId}', {
  summary: 'Read an order',
  tags: ['Orders'],
  auth: 'user',
  params: OrderParams,
  badParams: 404,
  returns: Order,
  etag: true,
  errors: [NotFound],
})

export const changeOrder = endpoint('PATCH /orders/{orderId}', {
  summary: 'Change an order',
  description: 'Its status, by the same rules as the operations below.',
  tags: ['Orders'],
  auth: 'user',
  params: OrderParams,
  badParams: 404,
  body: patch(OrderDetails),
  ifMatch: 'optional',
  returns: Order,
  errors: [NotFound, Forbidden, IllegalTransition],
})

export const payOrder = endpoint('POST /orders/{orderId}/pay', {
  summary: 'Mark an order as paid',
  priority: 'high',
  description: 'For its buyer, while it is pending.',
  tags: ['Orders'],
  auth: 'user',
  params: OrderParams,
  badParams: 404,
  returns: Order,
  status: 200,
  errors: [NotFound, Forbidden, IllegalTransition],
})

export const cancelOrder = endpoint('POST /orders/{orderId}/cancel', {
  summary: 'Cancel an order',
  description: 'For its buyer and for support, while it is pending. What it had reserved can be ordered again.',
  tags: ['Orders'],
  auth: 'user',
  params: OrderParams,
  badParams: 404,
  returns: Order,
  status: 200,
  errors: [NotFound, Forbidden, IllegalTransition],
})

export const shipOrder = endpoint('POST /orders/{orderId}/ship', {
  summary: 'Mark an order as shipped',
  description: 'For support, once it is paid.',
  tags: ['Orders'],
  auth: 'user',
  params: OrderParams,
  badParams: 404,
  returns: Order,
  status: 200,
  errors: [NotFound, Forbidden, IllegalTransition],
})

export type NewOrder = z.output<typeof NewOrder>
export type Order = z.output<typeof Order>
export type OrderDetails = z.output<typeof OrderDetails>
export type OrderQuery = z.output<typeof OrderQuery>
export type OrderStatus = z.output<typeof OrderStatus>
