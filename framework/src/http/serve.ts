import type { IncomingMessage, ServerResponse } from 'node:http'
import { endpoint } from '../contract/endpoint.ts'
import {
  ExpectationFailed,
  MalformedPath,
  MethodNotAllowed,
  MisdirectedRequest,
  NotFound,
  NotImplemented,
  UriTooLong,
} from '../contract/problems.ts'
import { Background } from '../std/background.ts'
import { clientIp, peerTrust } from './accept/client-ip.ts'
import { InFlight } from './accept/in-flight.ts'
import { endConnection, strictness } from './accept/strict.ts'
import { compiled, compilePipeline, type Assemble } from './compile.ts'
import { RadixRouter } from './find/radix-router.ts'
import type { Router } from './find/router.ts'
import { RequestContext } from './handle/context.ts'
import { pipeline as stages } from './pipeline.ts'
import { fail, run } from './run.ts'
import { reply, type Pipeline, type Route, type Site } from './stage.ts'

export interface SiteOptions extends Omit<Site, 'inFlight' | 'clientIp' | 'trustsPeer' | 'background'> {
  readonly routes: readonly Route[]
  readonly trustedProxies: readonly string[]
  /** The hosts this server answers for, without port; 421 for all others. Default: any. */
  readonly allowedHosts?: readonly string[]
  /** The interpreted twin, for the differential test. */
  readonly assemble?: Assemble
}

const longestTarget = 8 * 1024
const known: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'])

/** Routes made ready to serve: every pipeline compiled, every clash found, before the port opens. */
export class HttpSite {
  readonly pipelines: readonly Pipeline[]
  readonly inFlight: InFlight
  readonly background = new Background()
  readonly #site: Site
  readonly #faultOf: ReturnType<typeof strictness>
  readonly #router: Router<Pipeline> = new RadixRouter()
  readonly #refused: Pipeline
  readonly #options: Pipeline

  constructor({ routes, trustedProxies, allowedHosts = [], assemble = compiled, ...site }: SiteOptions) {
    this.#faultOf = strictness(allowedHosts)
    this.inFlight = new InFlight(site.clock, (c, reason) => fail(c, (c as RequestContext).pipeline, reason))
    const { inFlight, background } = this
    this.#site = { ...site, inFlight, background, clientIp: clientIp(trustedProxies), trustsPeer: peerTrust(trustedProxies) }
    const compile = (route: Route) => compilePipeline(route, this.#site, stages, assemble)
    this.pipelines = routes.map(compile)
    for (const pipeline of this.pipelines) {
      const { endpoint, prefix, source } = pipeline.route
      this.#router.add(endpoint.method, prefix + endpoint.path, pipeline, source)
    }
    this.#refused = compile(
      derived('unmatched', (c) => {
        throw c.failure
      }),
    )
    this.#options = compile(derived('options', (c) => reply(undefined, { headers: { allow: c.pathParams['allow']! } })))
  }

  /** Serves one request. It never throws, and answers exactly once. */
  serve(request: IncomingMessage, response: ServerResponse): void {
    const target = request.url!
    const query = target.indexOf('?')
    const path = query < 0 ? target : target.slice(0, query)
    const rawQuery = query < 0 ? '' : target.slice(query + 1)
    let pipeline = this.#refused
    let pathParams: Readonly<Record<string, string>> = {}
    let failure: unknown
    try {
      const fault = this.#faultOf(request)
      if (fault !== undefined) {
        endConnection(request, response)
        throw fault
      }
      if (target.length > longestTarget) throw UriTooLong({ limit: longestTarget })
      const method = request.method!
      const match = target === '*' ? ({ kind: 'other-methods', allowed: [...known] } as const) : this.#router.match(method, toOrigin(path))
      if (match.kind === 'found') {
        pipeline = match.target
        pathParams = match.params
      } else if (match.kind === 'none') throw known.has(method) ? NotFound() : NotImplemented()
      else if (method === 'OPTIONS') {
        pipeline = this.#options
        pathParams = { allow: toAllowed(match.allowed).join(', ') }
      } else throw known.has(method) ? MethodNotAllowed({ allowed: toAllowed(match.allowed) }) : NotImplemented()
    } catch (error) {
      failure = error
    }
    const c = new RequestContext(this.#site, { request, response, pipeline, pathParams, rawQuery })
    c.failure = failure
    if (this.#site.ambient.wanted) this.#site.ambient.run(c, run, c, pipeline)
    else run(c, pipeline)
  }
}

/** `GET http://host/path` is as good as `GET /path` (RFC 9112, 3.2.2). */
function toOrigin(path: string): string {
  if (path.startsWith('/')) return path
  const slash = path.indexOf('/', path.indexOf('://') + 3)
  return slash < 0 ? '/' : path.slice(slash)
}

function toAllowed(methods: readonly string[]): string[] {
  return [...new Set([...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'])].sort()
}

/** What nobody declared but HTTP wants answered runs through the same stages, so that it is logged, measured and bounded like the rest. */
function derived(name: string, handler: (c: RequestContext) => unknown): Route {
  const unwritten = endpoint(`GET /${name}`, {
    summary: name,
    auth: 'none',
    status: 204,
    errors: [NotFound, MethodNotAllowed, UriTooLong, MalformedPath, ExpectationFailed, MisdirectedRequest],
  })
  return { name, endpoint: unwritten, prefix: '', handler, source: 'throughline', label: name }
}
