import { policy } from 'throughline/auth'
import type { Actor } from 'throughline/std'
import type { OrderScope } from './ports.ts'

type Bought = { readonly buyerId: string }

const isSupport = (actor: Actor) => actor.roles.includes('support')
const isAdmin = (actor: Actor) => actor.roles.includes('admin')

export const mayPay = policy('orders.pay', (actor, order: Bought) => order.buyerId === actor.id || 'Only the buyer may pay.')

export const mayCancel = policy(
  'orders.cancel',
  (actor, order: Bought) => order.buyerId === actor.id || isSupport(actor) || 'Only the buyer or support may cancel.',
)

export const mayShip = policy('orders.ship', (actor, _order: Bought) => isSupport(actor) || 'Only support may ship.')

export const mayAddProducts = policy('products.add', (actor) => isAdmin(actor) || 'Only administrators may add products.')

export const mayChangeProducts = policy('products.change', (actor) => isAdmin(actor) || 'Only administrators may change products.')

/** Oneself, and for administrators everybody. Who is not in sight answers as if they did not exist. */
export function seesUser(actor: Actor, id: string): boolean {
  return actor.id === id || isAdmin(actor)
}

/** What is not in an actor's sight answers as if it did not exist. */
export function ordersSeenBy(actor: Actor): OrderScope {
  return { buyerId: isSupport(actor) || isAdmin(actor) ? undefined : actor.id }
}
