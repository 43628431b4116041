import type { Deprecation } from '../contract/deprecation.ts'
import type { OpenApiRoute } from '../contract/openapi.ts'
import { BootError } from '../std/errors.ts'
import { nameOf } from './find/version.ts'
import { withOptions } from './implement.ts'
import type { Route, Versioning } from './stage.ts'

type Parameter = NonNullable<OpenApiRoute['parameters']>[number]

/** What a version declares: its own routes, or that it is over. */
export type VersionRoutes = readonly Route[] | 'retired' | { readonly routes: readonly Route[]; readonly deprecated: Deprecation }

/** Where the version stands in a path until the application's strategy is known. */
const place = '/{version}'

/**
 * Versions of one API: each declares what it changed and inherits the rest. How a caller names one (path, header, query or
 * media type) is one switch of the application, `versioning`; a retired one answers 410 and names those that are left.
 *
 * ```ts
 * import { endpoint } from 'throughline/contract'
 * import { group, implement, versions } from 'throughline/http'
 * import * as z from 'zod'
 *
 * const first = { readPrice: endpoint('GET /price', { summary: 'Read the price', auth: 'none', returns: z.number() }) }
 * const Money = z.object({ amount: z.number(), currency: z.string() })
 * const second = { readPrice: endpoint('GET /price', { summary: 'Read the price', auth: 'none', returns: Money }) }
 * const routes = group('/api', versions({
 *   1: implement(first, { readPrice: () => 20 }),
 *   2: implement(second, { readPrice: () => ({ amount: 20, currency: 'USD' }) }),
 * }))
 * ```
 */
export function versions(declared: Readonly<Record<number, VersionRoutes>>): Route[] {
  // JavaScript lists keys that are whole numbers in ascending order, however they were written.
  const all = Object.entries(declared).map(([key, value]) => ({ number: Number(key), value }))
  const offered = all.filter(({ value }) => value !== 'retired').map(({ number }) => number)
  const retired = all.filter(({ value }) => value === 'retired').map(({ number }) => number)
  if (offered.length === 0 || all.some(({ number }) => !Number.isSafeInteger(number) || number < 1))
    throw new BootError('contract-invalid', `versions() got ${Object.keys(declared).join(', ') || 'nothing'}.`, {
      fix: 'Number versions 1, 2, 3 … and keep one that is not retired.',
    })
  const current = new Map<string, Route>()
  const namedBy = new Map<string, number>()
  return all.flatMap(({ number, value }) => {
    if (value === 'retired') return []
    const { routes, deprecated } = 'routes' in value ? value : { routes: value, deprecated: undefined }
    for (const route of routes) current.set(shapeOf(route), withLimitsOf(route, number))
    return [...current.values()].map((route): Route => {
      if (!namedBy.has(route.name)) namedBy.set(route.name, number)
      const alias = namedBy.get(route.name) === number ? route.name : `${route.name}V${number}`
      const own = deprecated === undefined ? route : withOptions(route, { deprecated })
      return { ...own, prefix: place + route.prefix, version: { number, offered, retired, alias } }
    })
  })
}

/** Limits of groups are kept by the version that declares them, and shared by those that inherit the route. */
function withLimitsOf(route: Route, number: number): Route {
  if (route.limits === undefined) return route
  return { ...route, limits: route.limits.map((one) => ({ ...one, place: `/v${number}${one.place}` })) }
}

/** The route as the application's strategy has it: with the version in its path, or without. */
export function placed(route: Route, versioning: Versioning | undefined): Route {
  const { version, prefix, name } = route
  if (version === undefined || !prefix.includes(place)) return route
  const inPath = versioning === undefined || versioning.by === 'path'
  return { ...route, name: inPath ? version.alias : name, prefix: prefix.replace(place, inPath ? `/v${version.number}` : '') }
}

/** The routes that a document can show: OpenAPI has one operation for a method and a path, so the newest version of each. */
export function documented(routes: readonly Route[], versioning: Versioning | undefined): (Route & Pick<OpenApiRoute, 'parameters'>)[] {
  const newest = new Map<string, Route>()
  for (const route of routes.filter(({ internal }) => internal !== true).map((one) => placed(one, versioning))) {
    const key = `${route.host ?? ''} ${shapeOf(route)}`
    const other = newest.get(key)
    if (other === undefined || rank(other) < rank(route)) newest.set(key, route)
  }
  return [...newest.values()].map((route) => ({ ...route, parameters: parametersOf(route, versioning) }))
}

/** The newest version, and of one version what most callers find: the route that asks for no headers. */
function rank({ version, whenHeaders = {} }: Route): number {
  return (version?.number ?? 0) - Object.keys(whenHeaders).length / 1000
}

/** The headers that a caller has to send to find it, and what names the version where that is not the path. */
function parametersOf({ version, whenHeaders = {} }: Route, versioning: Versioning | undefined): Parameter[] {
  const asked = Object.entries(whenHeaders).map(([name, values]): Parameter => {
    const schema = values === true ? { type: 'string' } : { type: 'string', enum: [values].flat() }
    return { name, in: 'header', required: true, schema }
  })
  if (version === undefined || versioning === undefined || (versioning.by !== 'header' && versioning.by !== 'query')) return asked
  const schema = { type: 'integer', enum: version.offered, ...(versioning.default !== undefined && { default: versioning.default }) }
  return [...asked, { name: nameOf(versioning), in: versioning.by, required: versioning.default === undefined, schema }]
}

/** Method and path; what its parameters are called does not make another route of it. */
function shapeOf({ endpoint, prefix }: Route): string {
  return `${endpoint.method} ${(prefix + endpoint.path).replaceAll(/\{\w+/g, '{')}`
}
