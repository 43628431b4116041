import { check } from 'throughline/contract'
import { implement, reply, type ContextOf } from 'throughline/http'
import type { Actor } from 'throughline/std'
import * as contract from './shop.ts'
import { AlreadyPaid, OutOfStock, type NewOrder, type Order } from './shop.ts'

declare const orders: {
  place(actor: Actor, input: NewOrder): Promise<Order>
  list(actor: Actor, status?: 'placed' | 'paid'): Promise<Order[]>
  cancel(actor: Actor, id: string): Promise<void>
}
declare const order: Order

const rest = {
  listOrders: ({ actor, query }: ContextOf<typeof contract.listOrders>) => orders.list(actor, query.status),
  cancelOrder: ({ actor, params }: ContextOf<typeof contract.cancelOrder>) => orders.cancel(actor, params.orderId),
  readPrices: () => ({ a: 1 }),
  readByNumber: () => order,
}

implement(contract, {
  placeOrder: ({ actor, body }) => orders.place(actor, body),
  listOrders: ({ actor, query, headers }) => orders.list(actor, headers['x-tenant'].length > query.limit ? query.status : undefined),
  cancelOrder: ({ actor, params }) => orders.cancel(actor, params.orderId),
  readPrices: ({ params: { shop, year, path } }) => ({ [shop + year + path]: 1 }),
  readByNumber: ({ params }) => ({ ...order, totalCents: params.number }),
})
implement(contract, {
  ...rest,
  placeOrder: async ({ actor, body }) => reply(await orders.place(actor, body), { status: 202, headers: { 'x-a': 'b' } }),
})
// An answer may leave out what the schema fills in, and be a literal.
implement(contract, { ...rest, placeOrder: () => ({ id: '', status: 'placed', totalCents: 1 }) })

// @ts-expect-error placeOrder is not handled
implement(contract, rest)
implement(contract, {
  ...rest,
  placeOrder: ({ actor, body }) => orders.place(actor, body),
  // @ts-expect-error no such endpoint
  refundOrder: async () => null,
})
implement(contract, {
  ...rest,
  placeOrder: ({ actor, body }) => orders.place(actor, body),
  // @ts-expect-error wrong name of a path parameter
  cancelOrder: ({ actor, params }) => orders.cancel(actor, params.id),
})
implement(contract, {
  ...rest,
  placeOrder: ({ actor, body }) => orders.place(actor, body),
  // @ts-expect-error a name without its pattern
  readPrices: ({ params }) => ({ [params['year:\\d{4}']]: 1 }),
})
implement(contract, {
  ...rest,
  placeOrder: ({ actor, body }) => orders.place(actor, body),
  // @ts-expect-error nobody is logged in on a public route
  readByNumber: ({ actor }) => ({ ...order, id: actor.id }),
})
// @ts-expect-error a member of the reply is missing
implement(contract, { ...rest, placeOrder: async () => ({ id: '', status: 'placed' as const }) })
// @ts-expect-error a member of the reply has another type
implement(contract, { ...rest, placeOrder: () => ({ id: '', status: 'lost', totalCents: 1 }) })
// @ts-expect-error nothing is returned
implement(contract, { ...rest, placeOrder: async () => {} })
implement(contract, {
  ...rest,
  // @ts-expect-error the body has no such member
  placeOrder: ({ actor, body }) => orders.place(actor, { ...body, lines: body.items }),
})
implement(contract, {
  ...rest,
  placeOrder: ({ actor, body }) => orders.place(actor, body),
  // @ts-expect-error the query has no such member
  listOrders: ({ actor, query }) => orders.list(actor, query.state),
})
implement(contract, {
  ...rest,
  // @ts-expect-error middleware adds nothing to a context
  placeOrder: ({ tenant, body }) => orders.place(tenant, body),
})

const left = check(OutOfStock, (sku: string) => ({ sku, left: 0 }))
const ages = check<number>(AlreadyPaid)
const prices = contract.readPrices
implement({ left, prices }, { left: async (skus, { signal }) => (signal.aborted ? [] : new Set(skus)), prices: () => ({}) })
implement({ ages, prices }, { ages: (values) => values.filter((value) => value < 150), prices: () => ({}) })
// @ts-expect-error nobody decides the check
implement({ left, prices }, { prices: () => ({}) })
// @ts-expect-error what is right is given back, and not whether all of it is
implement({ left, prices }, { left: async (skus) => skus.length > 0, prices: () => ({}) })
// @ts-expect-error values of another type
implement({ ages, prices }, { ages: (values) => values.map((value) => `${value}`), prices: () => ({}) })
// @ts-expect-error a field of the problem is missing
check(OutOfStock, (sku: string) => ({ sku }))
// @ts-expect-error this problem has fields
check(OutOfStock)
