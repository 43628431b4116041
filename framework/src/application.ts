import type { ProcessLike } from './system/lifecycle/index.ts'
import type { serverSettings, Settings, Sources, Tree, ValuesOf } from './system/config/index.ts'
import type { Destination, RootLog } from './system/log/index.ts'
import type { Metrics, Objective, OnCall } from './system/metrics/index.ts'
import type { Resilience } from './system/resilience/index.ts'
import type { CorsPolicy } from './contract/cors.ts'
import type { Naming } from './contract/naming/naming.ts'
import type { Codec } from './contract/codec.ts'
import type { Hsts, SecurityHeaders } from './contract/security-headers.ts'
import type { PathRules } from './http/find/path-policy.ts'
import type { Around, Authenticator, OuterAround, Route, Versioning } from './http/stage.ts'
import type { Idempotency } from './services/idempotency/index.ts'
import type { Limits } from './services/limits/index.ts'
import type { RateLimits } from './contract/rate-limit.ts'
import type { Clock } from './std/clock.ts'
import type { Ids } from './std/ids.ts'
import type { Log } from './std/log.ts'
import type { LogEvent } from './std/log-event.ts'
import type { Resource } from './std/resource.ts'

export type ServerTree = typeof serverSettings & Tree

/** What an application is made of: plain values, put together by one function that does no I/O. */
export interface ApplicationDefinition<T extends ServerTree> {
  name: string
  version: string
  /** Heads the API's documents. Default: `name`. */
  title?: string
  description?: string
  /** Groups of operations, in the order in which they are shown. */
  tags?: readonly { name: string; description?: string }[]
  /** What it writes to its log: `throughline events` lists it. */
  events?: readonly Pick<LogEvent, 'event' | 'level' | 'means'>[]
  /** `settings({ ...serverSettings, … })`. */
  settings: Settings<T>
  /** Connects the parts. Called once a start, and by the CLI, which opens nothing: keep it free of I/O. */
  wire(needs: Wiring<ValuesOf<T>>): Parts
}

export interface Application<T extends ServerTree = ServerTree> extends Readonly<ApplicationDefinition<T>> {
  readonly kind: 'application'
}

export interface Wiring<Values> {
  readonly settings: Values
  readonly log: Log
  readonly clock: Clock
  readonly ids: Ids
  readonly metrics: Metrics
  /** Where dependencies are declared, and how they are can be seen. */
  readonly resilience: Resilience
}

export interface Parts {
  /** Opened in this order before the port is, closed in reverse after it. */
  resources?: readonly Resource[]
  routes: readonly Route[]
  /** Layers around every handler, the first one outermost. They see what was validated. */
  around?: readonly Around[]
  /** Layers around the guards as well: they see refusals, too, and not yet who is asking. */
  outer?: readonly OuterAround[]
  /** How callers name the version they mean, where routes come from `versions()`. Default: in the path. */
  versioning?: Versioning
  /** What becomes of paths that are nearly right. Default: 404. */
  paths?: PathRules
  /** How the names of members are written on the wire, where a route says nothing itself: `snakeCase`. Default: as the contract has them. */
  naming?: Naming
  /** The request header by which a POST may stand for PUT, PATCH or DELETE. Default: none. */
  methodOverride?: string
  authenticate?: Authenticator
  /** Media types beside JSON, NDJSON and CSV. */
  codecs?: readonly Codec[]
  /** Where the answers of `idempotent` endpoints are kept: `idempotency({ db })`. */
  idempotency?: Idempotency
  /** Where requests are counted. Default: `limits('memory:')`, in each process for itself. List your own in `resources`. */
  limits?: Limits
  /** For every route that says nothing itself, all of them together. Default: none. */
  rateLimit?: RateLimits
  /** What the application promises: `objective('orders-fast', { route: 'POST /orders', target: 0.99, within: 250 })`. At most 64. */
  objectives?: readonly Objective[]
  /** Who hears of alerts, and what they read, where an objective says nothing itself: `{ owner: 'shop-team', runbook: 'https://…' }`. */
  onCall?: OnCall
  /** Which pages of other origins may call, where a route says nothing itself. Default: none. */
  cors?: CorsPolicy | undefined
  /** In place of the defaults for what browsers may not do with an answer, where a route says nothing itself. */
  securityHeaders?: SecurityHeaders
  /** `Strict-Transport-Security`, over TLS. Default two years, for this host alone. */
  hsts?: Hsts | false
  /** The public keys behind the application's tokens, served at `/.well-known/jwks.json`. */
  jwks?: () => object | Promise<object>
  /** Where people report holes: an e-mail address or URI, served at `/.well-known/security.txt` (RFC 9116). */
  securityContact?: string
  /** Runs when the resources are open and before the port is: demo data, caches. */
  prepare?: () => Promise<void>
  /** Lines for the person who started it, printed after `ready`. */
  banner?: (url: string) => readonly string[]
}

/**
 * Declares an application. Nothing happens until `start()` or `boot()` is given it.
 *
 * ```ts
 * import { application, start } from 'throughline'
 * import { serverSettings, settings } from 'throughline/config'
 *
 * const hello = application({
 *   name: 'hello',
 *   version: '1.0.0',
 *   settings: settings({ ...serverSettings }),
 *   wire: () => ({ routes: [] }),
 * })
 * await start(hello)
 * ```
 */
export function application<const T extends ServerTree>(definition: ApplicationDefinition<T>): Application<T> {
  return Object.freeze({ kind: 'application' as const, ...definition })
}

export interface BootOptions {
  /** Default: this process's environment, arguments and folder. */
  sources?: Partial<Sources>
  log?: RootLog
  /** Where the lines of its own log go, in place of stdout or LOG_FILE. */
  logTo?: Destination
  clock?: Clock
  ids?: Ids
  /** Whose signals stop the application, from the first moment on. Default: nobody's. */
  process?: ProcessLike
  /** Kills the process when a stop takes longer than it may: `startWatchdog`. Default: nobody does. */
  watchdog?: (ms: number) => unknown
  /** Told of every answer that a contract does not declare, besides the log and the counter. */
  onBreach?: (route: string, code: string) => void
}
