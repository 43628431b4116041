import { client } from 'throughline/contract'
import * as contract from './shop.ts'

const api = client(contract, { baseUrl: 'https://shop.example/api/v1', token: () => undefined })

const outcome = await api.placeOrder({ body: { lines: [{ sku: 'a', quantity: 1 }] } })
if (outcome.ok) {
  outcome.value.totalCents satisfies number
  // @ts-expect-error there is no problem in a success
  void outcome.problem
} else if (outcome.problem.type === 'out-of-stock') {
  outcome.problem.left satisfies number
  // @ts-expect-error that is a field of another problem
  void outcome.problem.limitCents
} else if (outcome.problem.type === 'validation-failed') {
  outcome.problem.errors[0]!.pointer satisfies string
} else {
  outcome.problem.requestId satisfies string
  // @ts-expect-error nobody declares this problem
  if (outcome.problem.type === 'out-of-stok') throw new Error()
}
// @ts-expect-error not before it is known to be a success
void outcome.value

await api.listOrders({ headers: { 'x-tenant': 't' } })
await api.listOrders({ headers: { 'x-tenant': 't' }, query: { limit: 5 }, signal: AbortSignal.timeout(1) })
await api.cancelOrder({ params: { orderId: '1' } })
await api.readPrices({ params: { shop: 's', year: '2026', path: 'a/b' } })
await api.readByNumber({ params: { number: 1 } })

// @ts-expect-error the body is missing
await api.placeOrder({})
// @ts-expect-error everything is missing
await api.placeOrder()
// @ts-expect-error a member of the body is missing
await api.placeOrder({ body: { lines: [{ sku: 'a' }] } })
// @ts-expect-error no such member in the body
await api.placeOrder({ body: { lines: [], coupon: 'x' } })
// @ts-expect-error no such slot
await api.placeOrder({ body: { lines: [] }, query: {} })
// @ts-expect-error wrong name of a path parameter
await api.cancelOrder({ params: { id: '1' } })
// @ts-expect-error no such value
await api.listOrders({ headers: { 'x-tenant': 't' }, query: { status: 'lost' } })
// @ts-expect-error the header is missing
await api.listOrders({ query: {} })
// @ts-expect-error no such endpoint
await api.refundOrder()
// @ts-expect-error schemas and problems are no endpoints
void api.OutOfStock
// @ts-expect-error baseUrl is missing
client(contract, {})

const issues = await api.placeOrder.validate({ lines: [] })
issues[0]!.pointer satisfies string
// @ts-expect-error there is no body to be checked
void api.cancelOrder.validate
