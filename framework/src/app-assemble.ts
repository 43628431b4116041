import { loadSettings, type Sources, type ValuesOf } from './system/config/index.ts'
import { breachCounter, deprecatedCounter, loadMeter, observer, RouteTimes } from './app-metrics.ts'
import { errorPages, openErrors } from './app-errors.ts'
import { openRecorder, warnOfRepeats } from './app-recorder.ts'
import { objectivesOf, openTelemetry, watchObjectives, type Telemetry } from './app-telemetry.ts'
import type { Application, BootOptions, Parts, ServerTree } from './application.ts'
import { countLines, hideSensitive, openApplicationLog, redactionOf } from './app-log.ts'
import { lifecycleOf } from './app-stop.ts'
import { metrics as openMetrics } from './system/metrics/index.ts'
import { resilience as openResilience } from './system/resilience/index.ts'
import { anyRouteProblems, toOpenApi } from './contract/openapi.ts'
import { RateLimited } from './contract/problems.ts'
import { servedIn, withOptions } from './http/implement.ts'
import { listenerTraits } from './http/accept/server.ts'
import { HttpSite } from './http/serve.ts'
import { DeprecatedCalls } from './http/deprecated-calls.ts'
import type { Route } from './http/stage.ts'
import { documented } from './http/versions.ts'
import { limits as openLimits } from './services/limits/index.ts'
import { ambient } from './std/ambient.ts'
import { systemClock } from './std/clock.ts'
import { uuidv7 } from './std/ids.ts'
import type { Resource } from './std/resource.ts'
import { stopSteps } from './app-stop-steps.ts'
import type { ErrorGroups } from './system/errors/index.ts'
import { consoleRoutes, type ConsoleNeeds } from './tools/console/console.ts'
import { roots } from './tools/roots/roots.ts'

export function sourcesOf({ sources }: BootOptions): Sources {
  return { env: process.env, argv: process.argv.slice(2), cwd: process.cwd(), ...sources }
}

/** Everything of an application that can be made without opening a file, socket or port. */
export function assemble<T extends ServerTree>(of: Application<T>, options: BootOptions) {
  const sources = sourcesOf(options)
  const loaded = loadSettings(of.settings, sources)
  const settings: ValuesOf<ServerTree> = loaded
  const { clock = systemClock, ids = uuidv7(clock) } = options
  const redaction = redactionOf(settings)
  const log = options.log ?? openApplicationLog(of, settings, { clock, redaction, logTo: options.logTo })
  const ofModule = (module: string) => log.child({ module })
  const metrics = openMetrics({ log: ofModule('metrics'), clock })
  countLines(log, metrics)
  const recorder = openRecorder(settings, redaction)
  const telemetry = openTelemetry({ ...of, settings, env: sources.env, metrics, recorder, clock, log })
  const resilience = openResilience({ log: ofModule('resilience'), clock, meter: metrics })
  const lifecycle = lifecycleOf(settings, { log: ofModule('lifecycle'), clock, env: sources.env })
  const parts = withLimits(of.wire({ settings: loaded, log, clock, ids, metrics, resilience }), { log, clock, meter: metrics })
  const { limits } = parts
  if (settings.mode === 'development') warnOfRepeats(recorder, log)
  const errors = openErrors(settings, recorder, { log: ofModule('errors'), clock, version: of.version })
  const openapi = memo(() =>
    toOpenApi({
      title: of.name,
      version: of.version,
      ...(of.description !== undefined && { description: of.description }),
      routes: documented(routes, parts.versioning),
      ...(parts.rateLimit !== undefined && { problems: [...anyRouteProblems, RateLimited] }),
    }),
  )
  const objectives = objectivesOf(parts)
  const times = new RouteTimes()
  recorder.listen((operation) => times.exemplify(operation))
  const deprecatedCalls = new DeprecatedCalls(clock, deprecatedCounter(metrics))
  const aboutConsole: ConsoleNeeds = {
    name: of.name,
    version: of.version,
    mode: settings.mode,
    token: settings.consoleToken,
    clock,
    recorder,
    errors,
    history: telemetry.history,
    objectives,
    lifecycle,
    log,
    settings: of.settings,
    sources,
    resources: parts.resources ?? [],
    pipelines: () => site.pipelines,
    timesOf: (label) => times.of(label),
    deprecatedCalls: () => deprecatedCalls.report(),
    underWay: () => ({ requests: site.inFlight.count, background: site.background.count }),
    stop: () => stopSteps({ settings, opened: [...openedOf(parts, { site, errors, telemetry }), listenerTraits] }, sources.env),
    dependencies: () => resilience.report(),
  }
  const served = servedIn(parts.routes, settings.mode)
  hideSensitive(redaction, served)
  watchObjectives(objectives, served, { history: telemetry.history, metrics })
  const routes: readonly Route[] = [
    ...(parts.naming === undefined ? served : served.map((route) => withOptions(route, { naming: parts.naming! }))),
    ...consoleRoutes(aboutConsole),
    ...roots({ lifecycle, metrics, openapi, clock, jwks: parts.jwks, securityContact: parts.securityContact }),
  ]
  const pages = settings.mode === 'development' ? errorPages() : undefined
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
    altSvc: settings.altSvc,
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
    load: settings.loadShedding ? loadMeter(metrics, clock, settings.loadTarget) : undefined,
    bodyLimit: settings.bodyLimit,
    limits,
    rateLimit: parts.rateLimit,
    idempotency: parts.idempotency,
    trustedProxies: settings.trustedProxies,
    allowedHosts: settings.allowedHosts,
    recording: recorder,
    strict: settings.mode !== 'production',
    replyCheckRate: settings.replyCheckRate ?? (settings.mode === 'production' ? 0.01 : 1),
    docsUrl,
    errorPage: pages?.page,
    observe: observer(metrics, times),
    onBreach: breachCounter(metrics, log, options.onBreach),
  })
  metrics.gauge('background_work_running', { help: 'Work of after() and shield() under way.', read: () => site.background.count })
  return { settings, log, clock, lifecycle, parts, site, openapi, deprecatedCalls, metrics, recorder, errors, pages, resilience, telemetry }
}

interface OwnParts {
  readonly site: HttpSite
  readonly errors: ErrorGroups
  readonly telemetry: Telemetry
}

/** What is opened before the port, in the order in which it is listed. */
export function openedOf({ resources = [], prepare }: Parts, own: OwnParts): Resource[] {
  const prepared = prepare === undefined ? [] : [{ name: 'prepare', open: prepare, close: async () => {} }]
  return [own.telemetry.resource, own.errors, ...resources, ...prepared, own.site.background]
}

export function docsUrl(code: string): string {
  return `/docs#error-${code}`
}

function withLimits(parts: Parts, needs: Parameters<typeof openLimits>[1]): Parts {
  if (parts.limits !== undefined) return parts
  const limits = openLimits('memory:', needs)
  return { ...parts, limits, resources: [limits, ...(parts.resources ?? [])] }
}

function memo<Value>(make: () => Value): () => Value {
  let value: Value | undefined
  return () => (value ??= make())
}
