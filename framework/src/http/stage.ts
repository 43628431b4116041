import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CorsPolicy } from '../contract/cors.ts'
import type { Check } from '../contract/check.ts'
import type { Codec } from '../contract/codec.ts'
import type { Endpoint } from '../contract/endpoint.ts'
import type { Hsts, SecurityHeaders } from '../contract/security-headers.ts'
import type { RateLimits } from '../contract/rate-limit.ts'
import type { Idempotency } from '../services/idempotency/index.ts'
import type { Limits } from '../services/limits/index.ts'
import type { Actor } from '../std/actor.ts'
import type { ambient } from '../std/ambient.ts'
import type { Background } from '../std/background.ts'
import type { Clock } from '../std/clock.ts'
import type { Ids } from '../std/ids.ts'
import type { Log } from '../std/log.ts'
import type { Recording } from '../std/recording.ts'
import type { Load } from './accept/load.ts'
import type { Head, Outgoing, Reply } from './answer.ts'
import type { Exchange } from './exchange.ts'
import type { Checker, Context } from './handler.ts'

// The folders of http/ know this file and exchange.ts: what they share is found here.
export { rawReply, Reply, reply, withHeaders, Written, type FixedHeaders, type Head, type Outgoing, type ReplyOptions } from './answer.ts'
export type { Checker, Context, ContextOf, Handler, Handlers } from './handler.ts'

/** An endpoint and the function that serves it. */
export interface Route {
  readonly name: string
  readonly endpoint: Endpoint
  readonly prefix: string
  readonly handler: (c: any) => unknown
  /** What decides the checks of its contract module. */
  readonly checkers?: ReadonlyMap<Check, Checker<Check>>
  /** `file:line` of the `implement()` call, for messages about two routes that clash. */
  readonly source: string
  /** In logs and metrics, for what has no address of its own. Default: method and path. */
  readonly label?: string
  /** Only requests to this host find it; `*.shop.example` is every host below that one. Default: any. */
  readonly host?: string
  /** Only requests with these headers find it. */
  readonly whenHeaders?: HeaderConditions
  /** Only there it is served. Default: everywhere. */
  readonly modes?: readonly Mode[]
  /** As the contract has it, before groups gave it more. */
  readonly declared?: Endpoint
  readonly version?: RouteVersion
  /** Layers of its groups, inside the application's. */
  readonly around?: readonly Around[]
  /** Layers that it does without. */
  readonly without?: readonly (Around | OuterAround)[]
  /** Kept only when it fails: probes, and the console's own requests. */
  readonly quiet?: boolean
  /** Served, and no part of the API: OpenAPI does not list it. */
  readonly internal?: boolean
  /** What its groups ask of the actor, outermost first: each throws a problem, `Forbidden` for one, or lets pass. */
  readonly authorize?: readonly Authorize[]
  /** Limits of its groups, outermost first. */
  readonly limits?: readonly GroupLimits[]
}

/** Values by the header's name, to the letter; `true` for any. */
export type HeaderConditions = Readonly<Record<string, string | readonly string[] | true>>

/** The setting `NODE_ENV`. */
export type Mode = 'development' | 'production' | 'test'

/** What the routes of one group may take together. */
export interface GroupLimits {
  readonly rules: RateLimits
  /** The group's whole path: its counts are kept under it. */
  readonly place: string
  /** The same object for all routes of the group. */
  readonly group: object
}

export type Authorize = (actor: Actor, c: Context) => unknown

/** One version of an API that a route is part of. */
export interface RouteVersion {
  readonly number: number
  readonly offered: readonly number[]
  readonly retired: readonly number[]
  /** Its name where several versions have an operation of that name. */
  readonly alias: string
}

/** How callers say which version they mean: one switch for the whole application. */
export interface Versioning {
  readonly by: 'path' | 'header' | 'query' | 'media-type'
  /** Of the header, the query parameter, or the vendor in the media type. Default `api-version`, `v`, `api`. */
  readonly name?: string
  /** For requests that name none. Default: they are refused with 400. */
  readonly default?: number
}

/** A certificate that was verified in the handshake. */
export interface ClientCertificate {
  /** Alternative names: `DNS:orders.internal`, `URI:spiffe://shop/orders`, `email:…`, `IP Address:…`. */
  readonly names: readonly string[]
  readonly subject: string
  /** SHA-256, in hexadecimal with colons. */
  readonly fingerprint: string
}

/** Who a request comes from: undefined when it carries no credentials; throws `Unauthenticated` when it carries wrong ones. */
export type Authenticator = (request: {
  readonly headers: Readonly<Record<string, string>>
  readonly cookies: Readonly<Record<string, string>>
  /** Of a caller whose certificate an authority in `tlsClientCa` signed (mTLS). */
  readonly clientCertificate?: ClientCertificate | undefined
}) => Actor | undefined | Promise<Actor | undefined>

/** One layer around the handler. It may change the reply; it may not add to the context. */
export type Around = (c: Context, next: () => Promise<Reply>) => Promise<Reply>

/** One layer around the guards as well. It sees refusals as rejections, and of the request only what is known before anybody was asked who it is. */
export type OuterAround = (
  c: Pick<Context, 'id' | 'headers' | 'cookies' | 'signal' | 'log' | 'url' | 'ip'>,
  next: () => Promise<Reply>,
) => Promise<Reply>

/**
 * The language that `Accept-Language` chose of the endpoint's `languages`; empty where it has none.
 *
 * ```ts
 * import { languageOf, type Context } from 'throughline/http'
 *
 * const greeting = (c: Context) => (languageOf(c) === 'de' ? 'Guten Tag' : 'Good day')
 * ```
 */
export function languageOf(c: Pick<Context, 'id'>): string {
  return (c as Exchange).language
}

/** Content codings that answers may have, the cheapest first. */
export type Coding = 'zstd' | 'br' | 'gzip'

/** What stages may ask of the application. */
export interface Site {
  readonly log: Log
  readonly clock: Clock
  readonly ids: Ids
  readonly ambient: typeof ambient
  readonly authenticate: Authenticator | undefined
  readonly around: readonly Around[]
  /** For routes that have no policy of their own. Default: no page of another origin may call. */
  readonly cors?: CorsPolicy | undefined
  readonly securityHeaders?: SecurityHeaders | undefined
  /** False: never sent. Default two years, this host alone. */
  readonly hsts?: Hsts | false | undefined
  /** Where else the service can be had (RFC 7838). */
  readonly altSvc?: string | undefined
  /** Layers around the guards, too. */
  readonly outer?: readonly OuterAround[]
  readonly versioning?: Versioning | undefined
  /** Told of every call to a deprecated operation, when it is done. */
  readonly deprecatedCalls?: { count(c: Exchange): void }
  /** Milliseconds that a step may keep the process busy before it is reported by name. Default: nobody measures. */
  readonly stepBudget?: number | undefined
  /** Milliseconds. */
  readonly deadline: number
  /** Bytes. */
  readonly bodyLimit: number
  /** How values become bytes, by media type. */
  readonly codecs: readonly Codec[]
  /** Whether answers are compressed for those who accept it. */
  readonly compression: boolean
  /** How busy the process is. Undefined: nobody is refused for that. */
  readonly load?: Load | undefined
  /** Every request under way, by deadline. */
  readonly inFlight: { list(ms: number): { add(c: any): undefined; remove(c: any): boolean; cut(c: any, reason: Error): void } }
  readonly background: Background
  /** What keeps requests to be looked at. Default: nothing does, and nothing is recorded. */
  readonly recording?: Recording | undefined
  /** Writes the head of an answer whose length is known. */
  readonly sendHead: (response: ServerResponse, head: Head) => void
  /** Development and tests: mistakes that production only survives are thrown. */
  readonly strict?: boolean
  /** Which share of answers is held against its schema, from 0 to 1. Where it is `strict` a breach is an error, elsewhere it is counted. Default 0. */
  readonly replyCheckRate?: number
  readonly clientIp: (request: IncomingMessage) => string
  /** Undefined when no peer is trusted. */
  readonly trustsPeer: ((request: IncomingMessage) => boolean) | undefined
  /** Where requests are counted; needed as soon as a route has a limit. */
  readonly limits?: Limits | undefined
  /** For routes that say nothing themselves. */
  readonly rateLimit?: RateLimits | undefined
  /** Where answers are kept; needed as soon as a route is `idempotent`. */
  readonly idempotency?: Idempotency | undefined
  /** The page about an error code. */
  readonly docsUrl: (code: string) => string
  /** What a developer gets of a failure (5xx) in place of its problem document; undefined for programs. Default: everybody gets the document. */
  readonly errorPage?: ((c: Exchange, error: unknown, document: Outgoing) => Outgoing | undefined) | undefined
  /** Told of an answer that the contract does not declare: the caller got it all the same. */
  readonly onBreach: (route: string, code: string) => void
  /** A child of `metrics`' request histogram, one a route. */
  readonly observe: (route: string, method: string) => (status: number, seconds: number) => void
}

/** A concern of every route, asked once per route at boot whether the route needs it. */
export interface Stage {
  readonly name: string
  /** Undefined when the route does without: it then costs nothing. */
  compile(route: Route, site: Site): Step | undefined
}

/** What one route runs of one stage. */
export interface Step {
  readonly stage: string
  /** What `throughline pipeline ROUTE` prints: `body ≤ 1 MiB`. */
  readonly label: string
  /** Returns nothing to go on, or a reply to stop with. Awaited only when it returns a promise. */
  readonly enter?: (c: Exchange) => Reply | undefined | Promise<Reply | undefined>
  /** Sees what the contract's writer made of the handler's reply, at once and of no other answer. What it throws becomes the answer. One step of a route at most. */
  readonly written?: (c: Exchange, reply: Reply, outgoing: Outgoing) => void
  /** Runs backwards, for every reply, errors and refusals included, before anything is sent. It must not throw. */
  readonly leave?: (c: Exchange, outgoing: Outgoing) => void
  /** Runs backwards when the last byte was handed over or the caller was gone. It must not throw. */
  readonly done?: (c: Exchange) => void
}

/** A route's pipeline, ready to run. Both forms answer the same bytes; a test compares them. */
export interface Pipeline {
  readonly route: Route
  /** `GET /orders/{orderId}`: the route in logs and metrics. */
  readonly label: string
  readonly steps: readonly Step[]
  /** The codes of the problems that the contract declares or the pipeline itself may answer with. */
  readonly declared: ReadonlySet<string>
  /** How the fields of its problems are written, by code; undefined where the contract's names are. */
  readonly writtenFields: ReadonlyMap<string, (fields: unknown) => unknown> | undefined
  enter(c: Exchange, at: number): Reply | undefined | Promise<Reply | undefined>
  leave(c: Exchange, outgoing: Outgoing): void
  done(c: Exchange): void
  /** The reply as bytes, by the route's contract. */
  write(c: Exchange, reply: Reply): Outgoing
  /** What was thrown, as bytes. */
  problem(c: Exchange, error: unknown): Outgoing
}
