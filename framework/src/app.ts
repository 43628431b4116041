import { lifecycle as openLifecycle, handleSignals, type Lifecycle, type ProcessLike } from './system/lifecycle/index.ts'
import { loadSettings, type serverSettings, type Settings, type Sources, type Tree, type ValuesOf } from './system/config/index.ts'
import { breachCounter, deprecatedCounter, observer } from './app-metrics.ts'
import { openLog, type RootLog } from './system/log/index.ts'
import { metrics as openMetrics, processMetrics, type Metrics } from './system/metrics/index.ts'
import { resilience as openResilience, type Resilience } from './system/resilience/index.ts'
import type { CorsPolicy } from './contract/cors.ts'
import type { Codec } from './contract/codec.ts'
import { anyRouteProblems, toOpenApi } from './contract/openapi.ts'
import { RateLimited } from './contract/problems.ts'
import type { Hsts, SecurityHeaders } from './contract/security-headers.ts'
import { Listener } from './http/accept/server.ts'
import { openTls } from './http/accept/tls.ts'
import { HttpSite } from './http/serve.ts'
import { DeprecatedCalls, type DeprecatedCall } from './http/deprecated-calls.ts'
import type { PathRules } from './http/find/path-policy.ts'
import type { Around, Authenticator, OuterAround, Pipeline, Route, Versioning } from './http/stage.ts'
import { documented } from './http/versions.ts'
import type { Idempotency } from './services/idempotency/index.ts'
import { limits as openLimits, type Limits } from './services/limits/index.ts'
import type { RateLimits } from './contract/rate-limit.ts'
import { ambient } from './std/ambient.ts'
import { systemClock, type Clock } from './std/clock.ts'
import { BootError } from './std/errors.ts'
import { uuidv7, type Ids } from './std/ids.ts'
import type { Log } from './std/log.ts'
import type { Resource } from './std/resource.ts'
import { roots } from './tools/roots/roots.ts'

type ServerTree = typeof serverSettings & Tree

/** What an application is made of: plain values, put together by one function that does no I/O. */
export interface ApplicationDefinition<T extends ServerTree> {
  name: string
  version: string
  /** Heads the API's documents. Default: `name`. */
  title?: string
  description?: string
  /** Groups of operations, in the order in which they are shown. */
  tags?: readonly { name: string; description?: string }[]
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
  clock?: Clock
  ids?: Ids
  /** Whose signals stop the application, from the first moment on. Default: nobody's. */
  process?: ProcessLike
  /** Told of every answer that a contract does not declare, besides the log and the counter. */
  onBreach?: (route: string, code: string) => void
}

/** An application that is serving. */
export interface Running {
  readonly url: string
  readonly lifecycle: Lifecycle
  readonly log: Log
  readonly banner: readonly string[]
  /** Everything outside that it depends on, and how that is. */
  readonly resilience: Resilience
  /** Who still calls what is deprecated, busiest first, since the start. */
  deprecatedCalls(): readonly DeprecatedCall[]
  /** Drains, closes everything in reverse, and resolves to the exit code: 0, or 1 when work was cut. */
  close(): Promise<number>
}

/** Loads, wires, opens and listens. Rejects with a `BootError`, after closing what it had opened. */
export async function boot<T extends ServerTree>(of: Application<T>, options: BootOptions = {}): Promise<Running> {
  const { settings, log, clock, lifecycle, parts, site, deprecatedCalls, metrics, resilience } = assemble(of, options)
  const listener = new Listener({
    host: settings.host,
    port: settings.port,
    docsUrl,
    clock,
    limits: { connections: settings.maxConnections, connectionsPerIp: settings.maxConnectionsPerIp },
    tls: openTls(settings, { clock, log, meter: metrics }),
    onRequest: (request, response) => site.serve(request, response),
    refuse: (request, problem) => site.inFlight.cutOne(request, problem),
  })
  lifecycle.onChange((state) => {
    if (state === 'draining') listener.drain()
  })
  lifecycle.cut.addEventListener('abort', () => {
    const cut = site.inFlight.cutAll()
    site.background.cut()
    if (cut.length > 0) log.warn('requests cut', { count: cut.length, routes: [...new Set(cut)] })
    // The 503s are on their way; whoever has not taken them in a moment is not going to.
    clock.after(250, () => listener.destroy())
  })
  // Before anything is opened: whoever gives up waiting for a slow start still gets it closed in order.
  if (options.process !== undefined) handleSignals(lifecycle, { log, process: options.process })
  await lifecycle.start([...(parts.resources ?? []), ...prepared(parts), site.background, listener])
  const url = lifecycle.state === 'ready' ? listener.url : ''
  const banner = parts.banner?.(url) ?? []
  return { url, lifecycle, log, banner, resilience, deprecatedCalls: () => deprecatedCalls.report(), close: () => lifecycle.stop('closed') }
}

/**
 * What `main.ts` calls: boots, prints `ready http://127.0.0.1:3000` and the banner, serves until a signal, drains and exits.
 *
 * Exit codes: 0 drained, 1 when work was cut, else what the error table says about the reason not to start.
 */
export async function start<T extends ServerTree>(of: Application<T>): Promise<void> {
  try {
    const { url, banner, lifecycle } = await boot(of, { process })
    if (lifecycle.state === 'ready') process.stdout.write([`ready ${url}`, ...banner, ''].join('\n'))
  } catch (error) {
    process.stderr.write(`${toReport(error)}\n`)
    process.exit(error instanceof BootError ? error.exitCode : 70)
  }
}

/** An application taken apart without opening anything: what the CLI and the tests look at. */
export interface Inspection {
  readonly settings: ValuesOf<ServerTree>
  readonly pipelines: readonly Pipeline[]
  readonly resources: readonly Resource[]
  /** Of the routes that have none of their own. */
  readonly cors: CorsPolicy | undefined
  readonly openapi: () => Record<string, unknown>
}

/** Wires an application and compiles its pipelines. No file, socket or port is opened. */
export function inspect<T extends ServerTree>(of: Application<T>, options: BootOptions = {}): Inspection {
  const { settings, parts, site, openapi } = assemble(of, { log: openLog({ level: 'silent' }), ...options })
  return { settings, pipelines: site.pipelines, resources: parts.resources ?? [], cors: parts.cors, openapi }
}

function assemble<T extends ServerTree>(of: Application<T>, options: BootOptions) {
  const sources: Sources = { env: process.env, argv: process.argv.slice(2), cwd: process.cwd(), ...options.sources }
  const loaded = loadSettings(of.settings, sources)
  const settings: ValuesOf<ServerTree> = loaded
  const { clock = systemClock, ids = uuidv7(clock) } = options
  const log = options.log ?? openLog({ level: settings.logLevel, clock, base: { service: of.name, version: of.version } })
  const metrics = openMetrics({ log })
  processMetrics(metrics)
  const resilience = openResilience({ log, clock, meter: metrics })
  const lifecycle = openLifecycle({ log, clock, grace: settings.shutdownGrace, drainDelay: settings.drainDelay })
  const parts = withLimits(of.wire({ settings: loaded, log, clock, ids, metrics, resilience }), { log, clock, meter: metrics })
  const { limits } = parts
  const openapi = memo(() =>
    toOpenApi({
      title: of.name,
      version: of.version,
      ...(of.description !== undefined && { description: of.description }),
      routes: documented(routes, parts.versioning),
      ...(parts.rateLimit !== undefined && { problems: [...anyRouteProblems, RateLimited] }),
    }),
  )
  const routes: readonly Route[] = [
    ...parts.routes,
    ...roots({ lifecycle, metrics, openapi, clock, jwks: parts.jwks, securityContact: parts.securityContact }),
  ]
  const deprecatedCalls = new DeprecatedCalls(clock, deprecatedCounter(metrics))
  const site = new HttpSite({
    routes,
    log,
    clock,
    ids,
    ambient,
    authenticate: parts.authenticate,
    cors: parts.cors,
    securityHeaders: parts.securityHeaders,
    hsts: parts.hsts,
    around: parts.around ?? [],
    codecs: parts.codecs ?? [],
    compression: settings.compression,
    outer: parts.outer ?? [],
    versioning: parts.versioning,
    paths: parts.paths,
    methodOverride: parts.methodOverride,
    deprecatedCalls,
    stepBudget: settings.mode === 'development' ? 5 : undefined,
    deadline: settings.requestDeadline,
    bodyLimit: settings.bodyLimit,
    limits,
    rateLimit: parts.rateLimit,
    idempotency: parts.idempotency,
    trustedProxies: settings.trustedProxies,
    allowedHosts: settings.allowedHosts,
    strict: settings.mode !== 'production',
    docsUrl,
    observe: observer(metrics),
    onBreach: breachCounter(metrics, log, options.onBreach),
  })
  metrics.gauge('background_work_running', { help: 'Work of after() and shield() under way.', read: () => site.background.count })
  return { settings, log, clock, lifecycle, parts, site, openapi, deprecatedCalls, metrics, resilience }
}

function docsUrl(code: string): string {
  return `/docs#error-${code}`
}

function withLimits(parts: Parts, needs: Parameters<typeof openLimits>[1]): Parts {
  if (parts.limits !== undefined) return parts
  const limits = openLimits('memory:', needs)
  return { ...parts, limits, resources: [limits, ...(parts.resources ?? [])] }
}

function prepared(parts: Parts): Resource[] {
  const { prepare } = parts
  return prepare === undefined ? [] : [{ name: 'prepare', open: prepare, close: async () => {} }]
}

function memo<Value>(make: () => Value): () => Value {
  let value: Value | undefined
  return () => (value ??= make())
}

function toReport(error: unknown): string {
  if (error instanceof BootError) return `${error.message}\n  ${error.fix}\n  ${error.code}: docs/errors.md#${error.code}`
  return `The application could not start.\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
}
