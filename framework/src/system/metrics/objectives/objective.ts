import { checkOnCall, type OnCall } from './on-call.ts'

/** The bounds of the request histogram, in seconds: an objective's `within` is one of them. */
export const requestBuckets: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
export const requestMetric = 'http_server_request_duration_seconds'

/** `owner` and `runbook` default to the application's `onCall`. */
export interface ObjectiveOptions extends OnCall {
  /** `POST /orders`, with the prefix of its group. Default: all of them together. */
  route?: string
  /** The share of requests that must be good, such as 0.999. An answer with 5xx is not. */
  target: number
  /** Milliseconds beyond which an answer is not good either: 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000 or 10000. Default: any time will do. */
  within?: number
}

export interface Objective extends Readonly<ObjectiveOptions> {
  readonly name: string
}

/**
 * What an application promises: measured by itself, shown in the console with what is left of the budget, exported as metrics, and the source of
 * alerting rules (`throughline alerts`). List it in the application's `objectives`.
 *
 * Throws a `TypeError` when it cannot be measured.
 *
 * ```ts
 * import { objective } from 'throughline/metrics'
 *
 * export const ordersFast = objective('orders-fast', {
 *   route: 'POST /orders',
 *   target: 0.99,
 *   within: 250,
 *   owner: 'checkout-team',
 *   runbook: 'https://runbooks.example.com/orders',
 * })
 * ```
 */
export function objective(name: string, options: ObjectiveOptions): Objective {
  const { target, within } = options
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(name)) throw new TypeError(`"${name}" cannot name an objective: use small letters, digits and -.`)
  if (!(target > 0 && target < 1)) throw new TypeError(`The target of ${name} is ${target}: say a share between 0 and 1, such as 0.999.`)
  if (within !== undefined && !requestBuckets.includes(within / 1_000)) {
    const bounds = requestBuckets.map((bound) => bound * 1_000).join(', ')
    throw new TypeError(`${name} cannot be measured within ${within} ms: durations are counted up to ${bounds}.`)
  }
  checkOnCall(name, options)
  return Object.freeze({ name, ...options })
}

/** What it promises, in a sentence: `99 % of POST /orders are answered without a server error, within 250 ms`. */
export function promiseOf({ route, target, within }: Objective): string {
  const of = route ?? 'all requests'
  return `${+(target * 100).toFixed(4)} % of ${of} are answered without a server error${within === undefined ? '' : `, within ${within} ms`}`
}
