import type { IncomingMessage } from 'node:http'
import { ApiVersionRetired, ApiVersionUnknown, NotAcceptable } from '../../contract/problems.ts'
import { BootError } from '../../std/errors.ts'
import type { Pipeline, Route, Versioning } from '../stage.ts'
import { PathPolicy, type PathRules } from './path-policy.ts'
import { RadixRouter } from './radix-router.ts'
import { toConditions } from './header-conditions.ts'
import type { Match, Router } from './router.ts'
import { vendorType, versionReader } from './version.ts'

export interface TableOptions {
  readonly versioning: Versioning | undefined
  readonly paths: PathRules | undefined
}

export type Found = Match<Pipeline> | { readonly kind: 'moved'; readonly path: string; readonly varies?: undefined }

/** Every route of a site, by host, then by version, then by path. It never changes: other routes are another table. */
export class RouteTable {
  readonly #any: Versions
  /** Undefined where no route names a host: then nobody looks at one. */
  readonly #hosts: ReadonlyMap<string, Versions> | undefined

  constructor(pipelines: readonly Pipeline[], options: TableOptions) {
    const hosts = new Set(pipelines.flatMap(({ route }) => route.host?.toLowerCase() ?? []))
    this.#any = new Versions(
      pipelines.filter(({ route }) => route.host === undefined),
      options,
    )
    this.#hosts = hosts.size === 0 ? undefined : new Map([...hosts].map((host) => [host, new Versions(ofHost(pipelines, host), options)]))
  }

  /** `path` is raw, without the query. Throws what the path or the version deserves. */
  match(request: IncomingMessage, method: string, path: string): Found {
    const versions = this.#hosts === undefined ? this.#any : this.#versionsOf(request)
    return versions.match(request, method, path)
  }

  #versionsOf({ headers }: IncomingMessage): Versions {
    const authority = (headers.host ?? (headers[':authority'] as string | undefined) ?? '').toLowerCase()
    const host = authority.replace(/:\d+$/, '')
    let found = this.#hosts!.get(host)
    for (let dot = host.indexOf('.'); found === undefined && dot >= 0; dot = host.indexOf('.', dot + 1))
      found = this.#hosts!.get(`*${host.slice(dot)}`)
    return found ?? this.#any
  }
}

/** The routes of one host: its own, and those of any host that it does not take over. */
function ofHost(pipelines: readonly Pipeline[], host: string): Pipeline[] {
  const own = pipelines.filter(({ route }) => route.host?.toLowerCase() === host)
  const taken = new Set(own.map(({ route }) => keyOf(route)))
  return [...own, ...pipelines.filter(({ route }) => route.host === undefined && !taken.has(keyOf(route)))]
}

function keyOf({ endpoint, prefix, version, whenHeaders, source }: Route): string {
  return `${version?.number ?? ''} ${endpoint.method} ${prefix}${endpoint.path}${toConditions(whenHeaders, source)?.text ?? ''}`
}

class Versions {
  readonly #versioning: Versioning
  readonly #read: ((request: IncomingMessage) => number | undefined) | undefined
  readonly #routers: ReadonlyMap<number, Router<Pipeline>>
  readonly #newest: Router<Pipeline>
  readonly #offered: readonly number[]
  readonly #retired: ReadonlySet<number>
  readonly #policy: PathPolicy | undefined
  /** What stands before the version in a path, for requests to versions that are not there. */
  readonly #families: ReadonlySet<string>

  constructor(pipelines: readonly Pipeline[], { versioning = { by: 'path' }, paths }: TableOptions) {
    const versioned = pipelines.flatMap(({ route }) => route.version ?? [])
    this.#versioning = versioning
    this.#offered = [...new Set(versioned.flatMap(({ offered }) => offered))].sort((a, b) => a - b)
    this.#retired = new Set(versioned.flatMap(({ retired }) => retired))
    if (versioning.default !== undefined && this.#offered.length > 0 && !this.#offered.includes(versioning.default))
      throw new BootError('contract-invalid', `The default version is ${versioning.default}; offered are ${this.#offered.join(', ')}.`)
    const split = versioning.by !== 'path' && this.#offered.length > 0
    this.#read = split ? versionReader(versioning) : undefined
    this.#routers = new Map(split ? this.#offered.map((number) => [number, routerOf(pipelines, number)]) : [])
    this.#newest = split ? this.#routers.get(this.#offered.at(-1)!)! : routerOf(pipelines, undefined)
    this.#policy = paths && PathPolicy.of(paths, pipelines)
    this.#families = new Set(pipelines.flatMap(({ route }) => (split ? [] : familyOf(route))))
  }

  match(request: IncomingMessage, method: string, path: string): Found {
    if (this.#read === undefined) return this.#matchIn(this.#newest, method, path, request)
    const named = this.#read(request)
    const wanted = named ?? this.#versioning.default
    const router = wanted === undefined ? undefined : this.#routers.get(wanted)
    const match = this.#matchIn(router ?? this.#newest, method, path, request)
    // A route without versions does not care what the caller named.
    if (router === undefined && match.kind !== 'none' && !(match.kind === 'found' && match.target.route.version === undefined))
      throw this.#refusal(wanted)
    return match
  }

  #matchIn(router: Router<Pipeline>, method: string, path: string, request: IncomingMessage): Found {
    // A preflight has none of the headers of the request that it speaks for.
    const asking = request.method === 'OPTIONS' ? undefined : request
    const match = router.match(method, path, asking)
    if (match.kind !== 'none') return match
    const elsewhere = this.#policy?.find(path, method, (one, other) => router.match(one, other, asking))
    if (elsewhere !== undefined) return elsewhere
    for (const family of this.#families) {
      const number = path.startsWith(family) ? /^\d{1,6}(?=\/|$)/.exec(path.slice(family.length))?.[0] : undefined
      if (number !== undefined && !this.#offered.includes(Number(number))) throw this.#refusal(Number(number))
    }
    return match
  }

  #refusal(wanted: number | undefined): Error {
    const supported = this.#offered
    if (wanted !== undefined && this.#retired.has(wanted)) return ApiVersionRetired({ supported })
    if (wanted !== undefined && this.#versioning.by === 'media-type')
      return NotAcceptable({ available: supported.map((number) => vendorType(this.#versioning, number, 'json')) })
    return ApiVersionUnknown({ supported })
  }
}

function routerOf(pipelines: readonly Pipeline[], number: number | undefined): Router<Pipeline> {
  const router = new RadixRouter<Pipeline>()
  for (const pipeline of pipelines) {
    const { endpoint, prefix, source, version, whenHeaders } = pipeline.route
    if (number !== undefined && version !== undefined && version.number !== number) continue
    const path = prefix + endpoint.path
    const conditions = toConditions(whenHeaders, `${endpoint.method} ${path} (${source})`)
    router.add({ method: endpoint.method, path, target: pipeline, source, conditions })
  }
  return router
}

/** `/api/v` of `/api/v2/orders`. */
function familyOf({ version, prefix }: Route): string[] {
  if (version === undefined) return []
  const mark = `/v${version.number}`
  return [prefix.slice(0, prefix.indexOf(mark) + 2)]
}
