import type { Cache } from './cache.ts'
import type { JsonRules } from './json-rules.ts'
import type { Deprecation } from './deprecation.ts'
import type { CorsPolicy } from './cors.ts'
import type { Checks } from './check.ts'
import type { Naming } from './naming/naming.ts'
import type { Problem } from './problem.ts'
import type { RateLimits } from './rate-limit.ts'
import type { SecurityHeaders, SecurityHeaderSet } from './security-headers.ts'
import type { Schema } from './standard-schema.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
/** `'GET /orders/{orderId}'`: a method and a path in OpenAPI's syntax. */
export type Address = `${Method} /${string}`
export type Auth = 'none' | 'user'
/** Who is served longest when there is more to do than can be done. `critical` is never refused. */
export type Priority = 'critical' | 'high' | 'normal' | 'low'
/** 303 reads the target; 307 and 308 repeat the request there, body included; 301 and 308 are remembered. */
export type Redirect = 301 | 302 | 303 | 307 | 308
type Slot = Schema<any, any> | undefined

/** Milliseconds that one step of a request may be waited for. */
export interface Timeouts {
  authenticate?: number
  authorize?: number
  /** For a body that is read whole. Only its sender can hurry, so what takes longer is 408. */
  body?: number
  validate?: number
  /** The handler and the `around` layers. */
  handle?: number
}

/**
 * What an endpoint promises.
 *
 * One type parameter a slot and not one `Spec extends …`: only so does TypeScript refuse a misspelt key.
 */
export interface Promises<
  AuthMode extends Auth,
  Params extends Slot,
  Query extends Slot,
  Headers extends Slot,
  Body extends Slot,
  Returns extends Slot,
  Errors extends readonly Problem[],
> {
  summary: string
  description?: string
  tags?: readonly string[]
  /** `'none'` must be written: a public route is a decision. */
  auth: AuthMode
  /** Checked after the path matched. Without it every `{name}` is a string. */
  params?: Params
  /** What to answer when `params` do not fit: 422 with the reasons, or 404 where an id that cannot exist is simply absent. Default 422. */
  badParams?: 404 | 422
  query?: Query
  /** Keys in lower case. Headers that are not named here stay readable, unchecked. */
  headers?: Headers
  body?: Body
  /** Bytes. Default 1 MiB. */
  bodyLimit?: number
  /** Whether `rawBody(c)` gives the bytes of the body, beside what was parsed from them. Default false. */
  rawBody?: boolean
  /** Limits of a JSON body's shape. Default: those of `JsonRules`. */
  json?: JsonRules
  /** Media types the body may have; a name of the application's codecs each. Default `['application/json']`. */
  accepts?: readonly string[]
  /** Rules that only the server can decide, by the part of the body that they are for: `{ 'lines.*.sku': skuIsKnown }`. They are asked last, and only when everything else is right. */
  checks?: Checks
  /** Whether a request with `Precognition: true` is only validated, checks included: 204 when it is right, and nothing is done. Default false. */
  precognition?: true
  /** Members of `body` that its schema does not name: refused with 422, or dropped. Default `'refuse'`. */
  unknownMembers?: 'refuse' | 'drop'
  /** How the names of members are written on the wire: `snakeCase`. Default: as they stand here. */
  naming?: Naming
  /** Without it the answer is 204 and has no body. */
  returns?: Returns
  /** Media types the answer may have, the preferred one first: `Accept` chooses, and none of them is 406. Default `['application/json']`, whatever `Accept` says. */
  produces?: readonly string[]
  /** The member of `returns` whose items are the rows of CSV and NDJSON. Default: `returns` is itself a list. */
  rows?: string
  /** Languages the answer may have, the default first: `languageOf(c)` says which one `Accept-Language` chose (RFC 4647, lookup). */
  languages?: readonly string[]
  /** Whether the answer may be compressed. Default: yes, but not where `returns` holds a token or another secret beside what the caller sent (BREACH). */
  compress?: boolean
  /** The media type of an answer that is not JSON, without parameters: the handler gives it with `rawReply()`, and `status` or 200 goes with it. */
  mediaType?: string
  /** A GET whose answers have an entity tag, the handler's or one of the bytes, and are 304 for who has them already. Default: no tag. */
  etag?: true
  /** A write that may, or must, name the state it is meant for: 412 when that is not the current one, 428 without. The handler calls `checkPreconditions()`. */
  ifMatch?: 'optional' | 'required'
  /** Who may keep the answer to a GET. Default: unsaid for public routes; nobody for others, or with `etag` the caller who asks again. */
  cache?: Cache
  /** Answers parts of a body of known length: `Range`, `If-Range`, 206 and 416. */
  ranges?: true
  /** A PUT that also creates what is not there: it then answers 201. */
  creates?: true
  /** Default 201 for POST, 200 otherwise, 204 without `returns`. */
  status?: 200 | 201 | 202 | 204
  /** The statuses by which `redirect()` may send the caller on. Without `returns`, `mediaType` and `status` it does nothing else. Default: none. */
  redirects?: readonly Redirect[]
  /** Names of the cookies that the answer may set. An answer with them is never public. */
  setsCookies?: readonly string[]
  /** `'/orders/{id}'`, filled from the returned value: the `Location` header, relative to the group's prefix. */
  location?: `/${string}`
  /** What may be thrown: typed in the client, listed in OpenAPI. An undeclared one is answered, counted, and fails the test kit. */
  errors?: Errors
  /** `'20/minute'`, a rule, or several of them; `'none'` also for routes that the application's own limit is not meant for. Default: the application's. */
  rateLimit?: RateLimits | 'none'
  /** Honours `Idempotency-Key`: who repeats a request with its key gets the first answer, for a day. `'required'` refuses requests without one. */
  idempotent?: true | 'required'
  /** Milliseconds until `signal` fires and the caller gets 504. Default: the application's. */
  deadline?: number
  /** For single steps, within the deadline: one that takes longer ends the request with 503, and the answer names it. Default: none. */
  timeouts?: Timeouts
  /** Under too much load the low ones are answered with 503 first, and critical ones never: health before checkout before browsing. Default `'normal'`. */
  priority?: Priority
  /** Which pages of other origins may call: `cors({ … })`, or none. Default: the application's. */
  cors?: CorsPolicy | 'none'
  /** What browsers may not do with the answer. Default: the application's; `'html'` for the media type text/html, otherwise `'api'`. */
  securityHeaders?: SecurityHeaderSet | 'none' | SecurityHeaders
  /** On its way out: in every answer, in OpenAPI, and counted by caller. */
  deprecated?: boolean | Deprecation
}

/** A frozen value: the contract of one operation, without any server code behind it. */
export interface Endpoint<
  Addr extends string = string,
  AuthMode extends Auth = any,
  Params extends Slot = any,
  Query extends Slot = any,
  Headers extends Slot = any,
  Body extends Slot = any,
  Returns extends Slot = any,
  Errors extends readonly Problem[] = any,
> {
  readonly kind: 'endpoint'
  readonly address: Addr
  readonly method: Method
  readonly path: string
  readonly promises: Readonly<Promises<AuthMode, Params, Query, Headers, Body, Returns, Errors>>
}

/**
 * Declares an operation: method, path and everything it promises.
 *
 * ```ts
 * import { endpoint } from 'throughline/contract'
 * import * as z from 'zod'
 *
 * export const readOrder = endpoint('GET /orders/{orderId}', {
 *   summary: 'Read an order',
 *   auth: 'user',
 *   returns: z.object({ id: z.uuid(), total: z.number() }),
 * })
 * ```
 */
export function endpoint<
  const Addr extends Address,
  const AuthMode extends Auth,
  const Errors extends readonly Problem[] = [],
  Params extends Slot = undefined,
  Query extends Slot = undefined,
  Headers extends Slot = undefined,
  Body extends Slot = undefined,
  Returns extends Slot = undefined,
>(
  address: Addr,
  promises: Promises<AuthMode, Params, Query, Headers, Body, Returns, Errors>,
): Endpoint<Addr, AuthMode, Params, Query, Headers, Body, Returns, Errors> {
  const space = address.indexOf(' ')
  return Object.freeze({
    kind: 'endpoint' as const,
    address,
    method: address.slice(0, space) as Method,
    path: address.slice(space + 1),
    promises: Object.freeze({ ...promises }),
  })
}

/** The status of a success. */
export function successStatus(of: Endpoint): 200 | 201 | 202 | 204 {
  return (
    of.promises.status ??
    (of.promises.returns === undefined && of.promises.mediaType === undefined ? 204 : of.method === 'POST' ? 201 : 200)
  )
}
