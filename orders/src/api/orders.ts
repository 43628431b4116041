import { implement } from 'throughline/http'
import * as contract from '../../contract/orders.ts'
import type { OrderService } from '../domain/orders.ts'
import { toList } from './list.ts'

export const ordersApi = (orders: OrderService) =>
  implement(contract, {
    placeOrder: ({ actor, body }) => orders.place(actor, body),
    listOrders: async ({ actor, url, query }) => toList(url, await orders.list(actor, query)),
    readOrder: ({ actor, params }) => orders.read(actor, params.orderId),
    payOrder: ({ actor, params }) => orders.pay(actor, params.orderId),
    cancelOrder: ({ actor, params }) => orders.cancel(actor, params.orderId),
    shipOrder: ({ actor, params }) => orders.ship(actor, params.orderId),
  })
