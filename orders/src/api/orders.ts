import { implement } from 'throughline/http'
import * as contract from '../../contract/orders.ts'
import type { OrderService } from '../domain/orders.ts'
import { orderPlaced } from '../events.ts'
import { toList } from './list.ts'
import { toReply, unchanged } from './versioned.ts'

export const ordersApi = (orders: OrderService) =>
  implement(contract, {
    skuIsKnown: (skus) => orders.known(skus),
    placeOrder: async ({ actor, body, log }) => {
      const order = await orders.place(actor, body)
      orderPlaced(log, { orderId: order.id, userId: actor.id, total: order.total, currency: order.currency })
      return order
    },
    listOrders: async ({ actor, url, query }) => toList(url, await orders.list(actor, query)),
    readOrder: async ({ actor, params }) => toReply(await orders.read(actor, params.orderId)),
    changeOrder: async (c) => toReply(await orders.change(c.actor, c.params.orderId, { to: c.body, unchanged: unchanged(c) })),
    payOrder: ({ actor, params }) => orders.pay(actor, params.orderId),
    cancelOrder: ({ actor, params }) => orders.cancel(actor, params.orderId),
    shipOrder: ({ actor, params }) => orders.ship(actor, params.orderId),
  })
