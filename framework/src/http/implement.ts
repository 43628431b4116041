import type { Endpoint } from '../contract/endpoint.ts'
import type { Handlers, Route } from './stage.ts'

/**
 * Attaches a function to every endpoint of a contract module: none missing, none extra, by type.
 *
 * ```ts
 * import { endpoint } from 'throughline/contract'
 * import { implement } from 'throughline/http'
 * import * as z from 'zod'
 *
 * const greet = endpoint('GET /greetings/{name}', { summary: 'Greet', auth: 'none', returns: z.object({ text: z.string() }) })
 * const routes = implement({ greet }, { greet: ({ params }) => ({ text: `Hello ${params.name}` }) })
 * ```
 */
export function implement<Contract extends object>(contract: Contract, handlers: Handlers<Contract>): Route[] {
  const source = callSite()
  const functions = handlers as Record<string, Route['handler']>
  return Object.entries(contract)
    .filter((entry): entry is [string, Endpoint] => isEndpoint(entry[1]))
    .map(([name, endpoint]) => ({ name, endpoint, prefix: '', handler: functions[name]!, source }))
}

/** Puts routes below a common path: `group('/api/v1', [...ordersApi, ...usersApi])`. Groups nest. */
export function group(prefix: `/${string}`, routes: readonly Route[]): Route[] {
  return routes.map((route) => ({ ...route, prefix: prefix + route.prefix }))
}

function isEndpoint(value: unknown): value is Endpoint {
  return typeof value === 'object' && value !== null && (value as Endpoint).kind === 'endpoint'
}

/** `file:line` of whoever called `implement`. */
function callSite(): string {
  const line = new Error().stack?.split('\n')[3] ?? ''
  const place = /(?:file:\/\/)?(\/[^\s()]+:\d+):\d+/.exec(line)?.[1]
  return place ?? 'unknown'
}
