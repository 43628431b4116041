import type { Target } from './client/outcome.ts'
import type { Endpoint } from './endpoint.ts'
import { toTarget } from './client/target.ts'

/**
 * The path and query by which an endpoint is reached: what a link, a `Location` or a mail needs. Parameters are typed by the contract:
 * a missing or misspelt one does not compile.
 *
 * `prefix` is that of the endpoint's groups. Throws a `TypeError` for values that cannot be a part of a path: empty ones, `.` and `..`.
 *
 * ```ts
 * import { endpoint, urlFor } from 'throughline/contract'
 *
 * const readOrder = endpoint('GET /orders/{orderId}', { summary: 'Read an order', auth: 'user' })
 * urlFor(readOrder, { params: { orderId: '42' } }, '/api/v1') // '/api/v1/orders/42'
 * ```
 */
export function urlFor<E extends Endpoint>(endpoint: E, target: Target<E>, prefix = ''): string {
  return prefix + toTarget(endpoint, target)
}
