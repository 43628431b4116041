import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { CorsPolicy } from '../contract/cors.ts'
import type { Codec } from '../contract/codec.ts'
import type { Endpoint } from '../contract/endpoint.ts'
import type { PathParams } from '../contract/path.ts'
import type { Hsts, SecurityHeaders } from '../contract/security-headers.ts'
import type { InputOf, OutputOf } from '../contract/standard-schema.ts'
import type { RateLimits } from '../contract/rate-limit.ts'
import type { Idempotency } from '../services/idempotency/index.ts'
import type { Held, Limits } from '../services/limits/index.ts'
import type { Actor } from '../std/actor.ts'
import type { Ambient, ambient } from '../std/ambient.ts'
import type { Background, Work } from '../std/background.ts'
import type { Clock } from '../std/clock.ts'
import { checkHeader, checkHeaders } from '../std/field-value.ts'
import { toEntityTag } from '../std/entity-tag.ts'
import { toHttpDate } from '../std/http-date.ts'
import type { Ids } from '../std/ids.ts'
import type { Log } from '../std/log.ts'
import type { CodingChoice } from './quality.ts'

/**
 * Everything a handler may know about its request. It is closed: middleware adds nothing to it,
 * and a value derived from it is a function of it.
 */
export interface Context<
  Params = Readonly<Record<string, unknown>>,
  Query = unknown,
  Headers = Readonly<Record<string, string>>,
  Body = unknown,
  Who = Actor | undefined,
> {
  /** UUIDv7, or the caller's `X-Request-Id` when it is well-formed: in the answer, every log line and every problem. */
  readonly id: string
  readonly params: Params
  readonly query: Query
  readonly headers: Headers
  readonly cookies: Readonly<Record<string, string>>
  readonly body: Body
  readonly actor: Who
  /** Fires when the caller is gone, the deadline has passed or the process is stopping; `reason` says which. */
  readonly signal: AbortSignal
  readonly log: Log
  readonly url: URL
  /** The caller's address; a proxy's header counts only when the proxy is trusted. */
  readonly ip: string
}

/** The context that an endpoint's handler gets. */
export type ContextOf<E> =
  E extends Endpoint<infer Address, infer AuthMode, infer Params, infer Query, infer Headers, infer Body, any, any>
    ? Context<
        [Params] extends [undefined] ? { readonly [Name in PathParams<Address>]: string } : OutputOf<Params>,
        OutputOf<Query>,
        Readonly<Record<string, string>> & ([Headers] extends [undefined] ? unknown : OutputOf<Headers>),
        OutputOf<Body>,
        AuthMode extends 'none' ? undefined : Actor
      >
    : never

type Awaitable<Value> = Value | Promise<Value>
type ReturnedBy<E> =
  E extends Endpoint<any, any, any, any, any, any, infer Returns, any>
    ? [Returns] extends [undefined]
      ? void | Reply<never>
      : InputOf<Returns> | Reply<InputOf<Returns>>
    : never
// A conditional, because only such a type gives context to what a handler returns: without it `{ status: 'ready' }` is widened to string and refused.
export type Handler<E> = E extends Endpoint ? (c: ContextOf<E>) => Awaitable<ReturnedBy<E>> : never
/** One handler for every endpoint in a contract module: none missing, none extra. Schemas and problems beside them are ignored. */
export type Handlers<Contract> = {
  [Name in keyof Contract as Contract[Name] extends { readonly kind: 'endpoint' } ? Name : never]: Handler<Contract[Name]>
}

export interface ReplyOptions {
  /** Default: what the contract says. */
  status?: number
  /** Lower-case names. */
  headers?: Readonly<Record<string, string>>
  /** What changes with every change of the value: a row's version. It is quoted here. */
  etag?: string | number
  lastModified?: Date
}

/** What goes back. `value` is not yet bytes: the contract's writer makes them, unless `type` says that it is the body itself. */
export class Reply<Value = unknown> {
  readonly value: Value
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, string>> | undefined
  /** The media type of a `value` that is already a body. */
  readonly type: string | undefined

  constructor(value: Value, options: ReplyOptions | undefined, type: string | undefined) {
    this.value = value
    this.status = options?.status
    this.headers = options?.etag === undefined && options?.lastModified === undefined ? options?.headers : withValidators(options)
    if (this.headers !== undefined) checkHeaders(this.headers)
    if (type !== undefined) checkHeader('content-type', type)
    this.type = type
  }
}

/**
 * A handler's answer with a status or headers of its own.
 *
 * ```ts
 * import { reply } from 'throughline/http'
 *
 * const found = reply({ id: 42 }, { headers: { 'x-cache': 'hit' } })
 * ```
 */
export function reply<Value>(value: Value, options?: ReplyOptions): Reply<Value> {
  return new Reply(value, options, undefined)
}

/** The same answer with more headers, for a layer: those of the layer win. */
export function withHeaders<Value>({ value, status, headers, type }: Reply<Value>, more: Readonly<Record<string, string>>): Reply<Value> {
  return new Reply(value, { ...(status !== undefined && { status }), headers: { ...headers, ...more } }, type)
}

function withValidators({ headers, etag, lastModified }: ReplyOptions): Readonly<Record<string, string>> {
  return {
    ...headers,
    ...(etag !== undefined && { etag: toEntityTag(etag) }),
    ...(lastModified !== undefined && { 'last-modified': toHttpDate(lastModified) }),
  }
}

/** An answer that is already bytes or text of some media type: it passes the contract's writer by. */
export function rawReply(body: Exclude<Body, undefined>, options: ReplyOptions & { type: string }): Reply<never> {
  return new Reply(body as never, options, options.type)
}

export type Body = string | Uint8Array | Readable | undefined

/** A reply on its way out. */
export interface Outgoing {
  status: number
  /** Name, value, name, value …: what `writeHead` takes without looking at it twice. */
  readonly headers: string[]
  body: Body
  /** Nothing is sent before this is kept; a failure before anything was sent becomes the answer. */
  ready?: Promise<void> | undefined
}

/** A reply that has passed the contract's writer. */
export class Written extends Reply<never> {
  readonly outgoing: Outgoing

  constructor(outgoing: Outgoing) {
    super(undefined as never, undefined, undefined)
    this.outgoing = outgoing
  }
}

/** An endpoint and the function that serves it. */
export interface Route {
  readonly name: string
  readonly endpoint: Endpoint
  readonly prefix: string
  readonly handler: (c: any) => unknown
  /** `file:line` of the `implement()` call, for messages about two routes that clash. */
  readonly source: string
  /** In logs and metrics, for what has no address of its own. Default: method and path. */
  readonly label?: string
  /** Only requests to this host find it; `*.shop.example` is every host below that one. Default: any. */
  readonly host?: string
  readonly version?: RouteVersion
  /** Layers of its groups, inside the application's. */
  readonly around?: readonly Around[]
  /** Layers that it does without. */
  readonly without?: readonly (Around | OuterAround)[]
  /** What its groups ask of the actor, outermost first: each throws a problem, `Forbidden` for one, or lets pass. */
  readonly authorize?: readonly Authorize[]
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
  /** Every request under way, by deadline. */
  readonly inFlight: { list(ms: number): { add(c: any): undefined; remove(c: any): void; cut(c: any, reason: Error): void } }
  readonly background: Background
  /** Development and tests: mistakes that production only survives are thrown. */
  readonly strict?: boolean
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
  /** Told of an answer that the contract does not declare: the caller got it all the same. */
  readonly onBreach: (route: string, code: string) => void
  /** A child of `metrics`' request histogram, one a route. */
  readonly observe: (route: string, method: string) => (status: number, seconds: number) => void
}

/** What one rate limit had left when it was asked. */
export interface Quota {
  readonly rule: { readonly item: string; readonly quota: number; readonly window: number }
  readonly remaining: number
  readonly wait: number
}

/** One request and its answer: the context that handlers see, and what only stages touch. */
export interface Exchange extends Context, Ambient {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** `GET /orders/{orderId}`; `unmatched` where no route was found. */
  readonly route: string
  readonly site: Site
  readonly pipeline: Pipeline
  readonly pathParams: Readonly<Record<string, string>>
  readonly rawQuery: string
  id: string
  params: Readonly<Record<string, unknown>>
  query: unknown
  checkedHeaders: Readonly<Record<string, unknown>> | undefined
  body: unknown
  /** Which of the media types that the contract produces was chosen. */
  format: number
  /** Which of its languages. */
  language: string
  /** How the answer may be compressed. */
  coding: CodingChoice<Coding> | undefined
  actor: Actor | undefined
  /** When it began, by the monotonic clock. */
  readonly started: number
  /** The last step that had to wait: what a deadline cut, if it did. */
  waiting: Step | undefined
  /** What was thrown, for the access log. */
  failure: unknown
  /** Whether an answer was begun: what comes after it is dropped. */
  answered: boolean
  /** Of the answer, once it was begun. 499 when the caller went away before. */
  status: number
  /** Of the answer's body. */
  bytes: number
  /** Milliseconds from the beginning to the end of the answer. */
  elapsed: number
  /** An `If-Match` came, and `checkPreconditions()` was not called yet. */
  ifMatchIgnored: boolean
  /** What its limits have left, for the headers. */
  quotas: Quota[] | undefined
  /** Its places among the concurrent ones. */
  held: Held[] | undefined
  /** Fires `signal`, if anybody asked for it. */
  abort(reason: Error): void
  /** Runs `work` once the answer is out. */
  after(work: Work<unknown>): void
  /** The answer is out. */
  over(): void
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
  enter(c: Exchange, at: number): Reply | undefined | Promise<Reply | undefined>
  leave(c: Exchange, outgoing: Outgoing): void
  done(c: Exchange): void
  /** The reply as bytes, by the route's contract. */
  write(c: Exchange, reply: Reply): Outgoing
  /** What was thrown, as bytes. */
  problem(c: Exchange, error: unknown): Outgoing
}
