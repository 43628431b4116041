import type { IncomingHttpHeaders } from 'node:http'
import { Socket } from 'node:net'
import type { Codec } from '../contract/codec.ts'
import { MethodNotAllowed, NotFound, NotImplemented, UriTooLong } from '../contract/problems.ts'
import { Background } from '../std/background.ts'
import { IncomingMessage, type ServerResponse } from '../std/node-http.ts'
import { clientIp, peerTrust } from './accept/client-ip.ts'
import { InFlight } from './accept/in-flight.ts'
import { endConnection, isAboutBody, strictness } from './accept/strict.ts'
import { csv } from './codecs/csv.ts'
import { json } from './codecs/json.ts'
import { multipart } from './codecs/multipart.ts'
import { ndjson } from './codecs/ndjson.ts'
import { octets } from './codecs/octets.ts'
import { text } from './codecs/text.ts'
import { urlencoded } from './codecs/urlencoded.ts'
import { compiled, compilePipeline, type Assemble } from './compile.ts'
import type { PathRules } from './find/path-policy.ts'
import { RouteTable, type Found } from './find/table.ts'
import { checkGroupLimits } from './guard/rate-limit.ts'
import { RequestContext } from './handle/context.ts'
import { warnOfLayers } from './handle/layer-order.ts'
import { OptionsPipelines, type OptionsQuestion } from './options.ts'
import { located } from './located.ts'
import { pipeline } from './pipeline.ts'
import { backgroundRecord } from './record/background.ts'
import { headSender } from './reply/head-check.ts'
import { fail, run } from './run.ts'
import type { Exchange } from './exchange.ts'
import { reply, type Pipeline, type Route, type Site, type Stage } from './stage.ts'
import { unwrittenRoute } from './unwritten-route.ts'
import { placed } from './versions.ts'

export interface SiteOptions extends Omit<
  Site,
  'inFlight' | 'clientIp' | 'trustsPeer' | 'background' | 'codecs' | 'compression' | 'sendHead'
> {
  readonly routes: readonly Route[]
  readonly trustedProxies: readonly string[]
  /** The hosts this server answers for, without port; 421 for all others. Default: any. */
  readonly allowedHosts?: readonly string[]
  /** What becomes of paths that are nearly right. Default: 404. */
  readonly paths?: PathRules | undefined
  /** The request header by which a POST may stand for PUT, PATCH or DELETE. Default: none. */
  readonly methodOverride?: string | undefined
  /** Beside JSON, NDJSON and CSV. */
  readonly codecs?: readonly Codec[]
  /** Default: yes. */
  readonly compression?: boolean
  /** The interpreted twin, for the differential test. */
  readonly assemble?: Assemble
  /** In another order, for the test of the order. */
  readonly stages?: readonly Stage[]
  /** Default: the fastest that is the same as `writeHead` on this Node.js. */
  readonly sendHead?: Site['sendHead']
}

const longestTarget = 8 * 1024
const known: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'])

/** Routes made ready to serve: every pipeline compiled, every clash found, before the port opens. */
export class HttpSite {
  pipelines: readonly Pipeline[] = []
  readonly inFlight: InFlight
  readonly background: Background
  readonly #site: Site
  readonly #faultOf: ReturnType<typeof strictness>
  readonly #compile: (route: Route) => Pipeline
  readonly #toTable: (pipelines: readonly Pipeline[]) => RouteTable
  readonly #methodOverride: string | undefined
  readonly #refused: Pipeline
  readonly #options: OptionsPipelines
  readonly #moved: Pipeline
  #table: RouteTable

  constructor({
    routes,
    trustedProxies,
    allowedHosts = [],
    paths,
    methodOverride,
    codecs = [],
    compression = true,
    assemble = compiled,
    stages = pipeline,
    sendHead,
    ...site
  }: SiteOptions) {
    this.#faultOf = strictness(allowedHosts)
    this.inFlight = new InFlight(site.clock, (c, reason) => fail(c, (c as RequestContext).pipeline, reason))
    this.background = new Background(site.recording && backgroundRecord(site.recording, site.clock))
    const { inFlight, background } = this
    this.#site = {
      ...site,
      codecs: [json, ndjson, csv, urlencoded, multipart, text, octets, ...codecs],
      compression,
      sendHead: sendHead ?? headSender(site.log),
      inFlight,
      background,
      clientIp: clientIp(trustedProxies),
      trustsPeer: peerTrust(trustedProxies),
    }
    const compile = (route: Route) => located(route, () => compilePipeline(placed(route, site.versioning), this.#site, stages, assemble))
    this.#compile = compile
    this.#toTable = (pipelines) => new RouteTable(pipelines, { versioning: site.versioning, paths })
    this.#methodOverride = methodOverride?.toLowerCase()
    this.#table = this.replace(routes)
    this.#refused = compile(
      unwrittenRoute('unmatched', (c) => {
        throw c.failure
      }),
    )
    const allow = (c: Exchange) => reply(undefined, { headers: { allow: c.pathParams['allow']! } })
    this.#options = new OptionsPipelines(site.cors, (cors) => compile(unwrittenRoute('options', allow, { cors })))
    const move = (c: Exchange) => reply(undefined, { status: 308, headers: { location: c.pathParams['location']! } })
    this.#moved = compile(unwrittenRoute('moved', move, { redirects: [308] }))
  }

  /**
   * Serves other routes from the next request on: all of them at once, or none when one does not compile. Requests under way
   * finish on the routes they were found by.
   */
  replace(routes: readonly Route[]): RouteTable {
    checkGroupLimits(routes)
    warnOfLayers(routes, this.#site)
    const pipelines = routes.map(this.#compile)
    this.#table = this.#toTable(pipelines)
    this.pipelines = pipelines
    return this.#table
  }

  /** What a request would be served by, without serving it. `path` is raw, without the query. Throws what the path or the version deserves. */
  find(method: string, path: string, headers: IncomingHttpHeaders = {}): Found {
    const request = new IncomingMessage(new Socket())
    request.headers = headers
    request.rawHeaders = Object.entries(headers).flatMap(([name, value]) => [value ?? []].flat().flatMap((one) => [name, one]))
    return this.#table.match(request, method, toOrigin(path))
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
    let varies: readonly string[] | undefined
    try {
      const fault = this.#faultOf(request)
      if (fault !== undefined) {
        endConnection(request, response)
        if (!isAboutBody(fault)) throw fault
      }
      if (target.length > longestTarget) throw UriTooLong({ limit: longestTarget })
      const method = this.#methodOverride === undefined ? request.method! : overridden(request, this.#methodOverride)
      const match =
        target === '*' ? ({ kind: 'other-methods', allowed: this.#methods() } as const) : this.#table.match(request, method, toOrigin(path))
      if ('varies' in match) varies = match.varies
      if (match.kind === 'found') {
        if (fault !== undefined) throw fault
        pipeline = match.target
        pathParams = match.params
        if (method === 'OPTIONS') ({ pipeline, pathParams } = this.#mountedOptionsOf(request, toOrigin(path), match))
      } else if (match.kind === 'moved') {
        pipeline = this.#moved
        pathParams = { location: rawQuery === '' ? match.path : `${match.path}?${rawQuery}` }
      } else if (match.kind === 'none') throw known.has(method) ? NotFound() : NotImplemented()
      else if (method === 'OPTIONS') {
        ;({ pipeline, pathParams } = this.#optionsOf(request, toOrigin(path), match.allowed))
      } else throw known.has(method) ? MethodNotAllowed({ allowed: toAllowed(match.allowed) }) : NotImplemented()
    } catch (error) {
      failure = error
    }
    const c = new RequestContext(this.#site, { request, response, pipeline, pathParams, rawQuery })
    c.failure = failure
    c.varies = varies
    if (this.#site.ambient.wanted) this.#site.ambient.run(c, run, c, pipeline)
    else run(c, pipeline)
  }

  /** Those of any route: what `OPTIONS *` asks for. */
  #methods(): string[] {
    return [...new Set(this.pipelines.map(({ route }) => route.endpoint.method))]
  }

  #optionsOf(request: IncomingMessage, path: string, routed: readonly string[]) {
    const question = this.#questionOf(request, path, routed)
    const options = this.#options.find(question)
    return { pipeline: options.pipeline, pathParams: { allow: toAllowed(routed).join(', '), routed: options.routed.join(', ') } }
  }

  /** Only mounted applications take OPTIONS themselves, and not what is asked about routes of ours. */
  #mountedOptionsOf(request: IncomingMessage, path: string, { target, params }: { target: Pipeline; params: Params }) {
    // No method has this name: what is found is which there are.
    const others = this.#table.match(request, '', path)
    const routed = others.kind === 'other-methods' ? others.allowed.filter((method) => method !== 'OPTIONS') : []
    const isLeft = this.#options.leaves(this.#questionOf(request, path, routed), target)
    return isLeft ? { pipeline: target, pathParams: params } : this.#optionsOf(request, path, routed)
  }

  #questionOf(request: IncomingMessage, path: string, routed: readonly string[]): OptionsQuestion {
    return {
      routed,
      asked: request.headers['access-control-request-method'],
      find: (method) => {
        const match = this.#table.match(request, method, path)
        return match.kind === 'found' ? match.target : undefined
      },
    }
  }
}

type Params = Readonly<Record<string, string>>

/** What a POST stands for, for callers that can send nothing else. Only where it is switched on, and never the other way round. */
function overridden({ method, headers }: IncomingMessage, name: string): string {
  const wanted = method === 'POST' ? (headers[name] as string | undefined)?.trim().toUpperCase() : undefined
  return wanted === 'PUT' || wanted === 'PATCH' || wanted === 'DELETE' ? wanted : method!
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
