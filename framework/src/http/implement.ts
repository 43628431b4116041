import type { Check } from '../contract/check.ts'
import type { Deprecation } from '../contract/deprecation.ts'
import type { Endpoint, Priority, Timeouts } from '../contract/endpoint.ts'
import type { Naming } from '../contract/naming/naming.ts'
import { Forbidden, RateLimited } from '../contract/problems.ts'
import type { RateLimits } from '../contract/rate-limit.ts'
import type { Around, Authorize, Checker, Handlers, HeaderConditions, Mode, OuterAround, Route } from './stage.ts'

/**
 * Attaches a function to every endpoint, and to every check, of a contract module: none missing, none extra, by type.
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
  const functions = handlers as Record<string, Route['handler'] & Checker<Check>>
  const values = Object.entries(contract) as [string, unknown][]
  const checkers = new Map(
    values.filter((entry): entry is [string, Check] => isKind(entry[1], 'check')).map(([name, check]) => [check, functions[name]!]),
  )
  return values
    .filter((entry): entry is [string, Endpoint] => isKind(entry[1], 'endpoint'))
    .map(([name, endpoint]) => ({ name, endpoint, prefix: '', handler: functions[name]!, checkers, source, declared: endpoint }))
}

/** What a group gives each of its routes. A route's own promise wins over its group's; layers and rules add up, outermost first. */
export interface GroupOptions {
  around?: readonly Around[]
  /** Layers of the application or of a group around this one that these routes do without. */
  without?: readonly (Around | OuterAround)[]
  /** Asked after authentication, before the body is read: throws a problem or lets pass. Every route of the group must ask for an actor. */
  authorize?: Authorize
  deprecated?: Deprecation
  deadline?: number
  priority?: Priority
  timeouts?: Timeouts
  bodyLimit?: number
  tags?: readonly string[]
  /** How names are written on the wire: `snakeCase`. */
  naming?: Naming
  /** Only requests to this host find these routes: `admin.shop.example`, or `*.shop.example` for every one below. */
  host?: string
  /**
   * Only requests with these headers find these routes: `{ 'x-tier': 'gold' }`, one of a list, or `true` for any value. Without them the next
   * route that fits is found, or none. Answers then `Vary` by them.
   */
  whenHeaders?: HeaderConditions
  /** Only in these modes (`NODE_ENV`) they are served: `['development', 'test']`. */
  modes?: readonly Mode[]
  /**
   * One count for all routes of the group together, besides what a route or an outer group limits itself. Who breaks it is refused by all of them.
   * `'none'` here, or on a route, is also for an outer group's limit.
   */
  rateLimit?: RateLimits | 'none'
}

/**
 * Puts routes below a common path, and gives them what they have in common. Groups nest; `throughline pipeline` shows the sum.
 *
 * ```ts
 * import { Forbidden } from 'throughline/contract'
 * import { group, type Route } from 'throughline/http'
 *
 * declare const usersApi: Route[], reportsApi: Route[]
 * const admin = group('/admin', { authorize: ({ roles }) => { if (!roles.includes('admin')) throw Forbidden() }, deadline: 5000 }, reportsApi)
 * const routes = group('/api/v1', [...usersApi, ...admin])
 * ```
 */
export function group(prefix: `/${string}`, routes: readonly Route[]): Route[]
export function group(prefix: `/${string}` | '', options: GroupOptions, routes: readonly Route[]): Route[]
export function group(prefix: string, ...rest: [readonly Route[]] | [GroupOptions, readonly Route[]]): Route[] {
  const [options, routes] = rest.length === 1 ? [{}, rest[0]] : rest
  return routes.map((route) => {
    const limits = route.limits?.map((one) => ({ ...one, place: prefix + one.place }))
    return withOptions({ ...route, prefix: prefix + route.prefix, ...(limits && { limits }) }, options, prefix)
  })
}

/** A route as a group around it makes it. */
export function withOptions(route: Route, options: GroupOptions, place = ''): Route {
  const { around, without, authorize, host, whenHeaders, modes, rateLimit, ...rest } = options
  const shared = rateLimit === 'none' ? { ...rest, rateLimit } : rest
  const limits = rateLimit === 'none' ? undefined : rateLimit
  const { promises } = route.endpoint
  const errors = [...(promises.errors ?? []), ...(authorize ? [Forbidden] : []), ...(limits ? [RateLimited] : [])]
  const named = Object.keys(shared).length > 0 || authorize !== undefined || limits !== undefined
  return {
    ...route,
    ...(limits && { limits: [{ rules: limits, place, group: options }, ...(route.limits ?? [])] }),
    ...(named && { endpoint: Object.freeze({ ...route.endpoint, promises: Object.freeze({ ...shared, ...promises, errors }) }) }),
    ...(around && { around: [...around, ...(route.around ?? [])] }),
    ...(without && { without: [...without, ...(route.without ?? [])] }),
    ...(authorize && { authorize: [authorize, ...(route.authorize ?? [])] }),
    ...(host !== undefined && route.host === undefined && { host }),
    ...(whenHeaders && { whenHeaders: { ...whenHeaders, ...route.whenHeaders } }),
    ...(modes && { modes: route.modes?.filter((mode) => modes.includes(mode)) ?? modes }),
  }
}

function isKind(value: unknown, kind: string): boolean {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === kind
}

/** `file:line` of whoever called `implement`. */
function callSite(): string {
  const line = new Error().stack?.split('\n')[3] ?? ''
  const place = /(?:file:\/\/)?(\/[^\s()]+:\d+):\d+/.exec(line)?.[1]
  return place ?? 'unknown'
}

/** The routes that are served in a mode. */
export function servedIn(routes: readonly Route[], mode: Mode): Route[] {
  return routes.filter(({ modes }) => modes?.includes(mode) ?? true)
}
