import { endpoint, problem } from 'throughline/contract'
import * as z from 'zod'

export const NewOrder = z.object({
  lines: z.array(z.object({ sku: z.string(), quantity: z.int().positive() })).min(1),
  currency: z.string().default('USD'),
})
export const Order = z.object({ id: z.uuid(), status: z.enum(['placed', 'paid', 'cancelled']), totalCents: z.int() })
export type NewOrder = z.output<typeof NewOrder>
export type Order = z.output<typeof Order>

export const OutOfStock = problem('out-of-stock', 409, z.object({ sku: z.string(), left: z.int() }))
export const CreditExceeded = problem('credit-exceeded', 422, z.object({ limitCents: z.int() }))
export const AlreadyPaid = problem('already-paid', 409)

export const placeOrder = endpoint('POST /orders', {
  summary: 'Place an order',
  auth: 'user',
  body: NewOrder,
  returns: Order,
  errors: [OutOfStock, CreditExceeded],
})
export const listOrders = endpoint('GET /orders', {
  summary: 'List orders',
  auth: 'user',
  query: z.object({ status: z.enum(['placed', 'paid']).optional(), limit: z.int().default(20) }),
  headers: z.object({ 'x-tenant': z.string() }),
  returns: z.array(Order),
})
export const cancelOrder = endpoint('DELETE /orders/{orderId}', { summary: 'Cancel an order', auth: 'user', errors: [AlreadyPaid] })
export const readPrices = endpoint('GET /shops/{shop}/years/{year:\\d{4}}/*path', {
  summary: 'Read prices',
  auth: 'none',
  returns: z.record(z.string(), z.number()),
})
export const readByNumber = endpoint('GET /numbers/{number}', {
  summary: 'Read by number',
  auth: 'none',
  params: z.object({ number: z.int() }),
  returns: Order,
})
