import { assemble, docsUrl, openedOf, sourcesOf } from './app-assemble.ts'
import { cutRequestsWith, reloadOf, warnOfWrapper } from './app-stop.ts'
import type { Application, BootOptions, ServerTree } from './application.ts'
import { crashReports } from './app-crashes.ts'
import { handleSignals, startWatchdog, type Lifecycle } from './system/lifecycle/index.ts'
import { loadSettings, type ValuesOf } from './system/config/index.ts'
import { openLog } from './system/log/index.ts'
import type { Objective, OnCall } from './system/metrics/index.ts'
import type { Resilience } from './system/resilience/index.ts'
import type { Recorder } from './system/trace/index.ts'
import type { CorsPolicy } from './contract/cors.ts'
import { Listener, listenerTraits } from './http/accept/server.ts'
import { openTls } from './http/accept/tls.ts'
import type { HttpSite } from './http/serve.ts'
import type { DeprecatedCall } from './http/deprecated-calls.ts'
import type { Pipeline, Route } from './http/stage.ts'
import { BootError } from './std/errors.ts'
import { exitCodeOf } from './std/exit-code.ts'
import type { Log } from './std/log.ts'
import type { Resource } from './std/resource.ts'

export { application, type Application, type ApplicationDefinition, type BootOptions, type Parts, type Wiring } from './application.ts'

/** An application that is serving. */
export interface Running {
  readonly url: string
  readonly lifecycle: Lifecycle
  readonly log: Log
  readonly banner: readonly string[]
  /** Everything outside that it depends on, and how that is. */
  readonly resilience: Resilience
  /** What was recorded: requests and the work behind them. */
  readonly recorder: Recorder
  /** Who still calls what is deprecated, busiest first, since the start. */
  deprecatedCalls(): readonly DeprecatedCall[]
  /** Drains, closes everything in reverse, and resolves to the exit code: 0, or 1 when work was cut. */
  close(): Promise<number>
}

/** Loads, wires, opens and listens. Rejects with a `BootError`, after closing what it had opened. */
export async function boot<T extends ServerTree>(of: Application<T>, options: BootOptions = {}): Promise<Running> {
  const { settings, log, clock, lifecycle, parts, site, deprecatedCalls, metrics, recorder, errors, pages, resilience, telemetry } =
    assemble(of, options)
  await pages?.load()
  const listener = new Listener({
    host: settings.host,
    port: settings.port,
    reusePort: settings.reusePort,
    linger: settings.idleLinger,
    docsUrl,
    clock,
    limits: { connections: settings.maxConnections, connectionsPerIp: settings.maxConnectionsPerIp },
    tls: openTls(settings, { clock, log, meter: metrics }),
    onRequest: (request, response) => site.serve(request, response),
    refuse: (request, problem) => site.inFlight.cutOne(request, problem),
  })
  cutRequestsWith(lifecycle, { site, listener, log, clock })
  // Before anything is opened: whoever gives up waiting for a slow start still gets it closed in order.
  if (options.process !== undefined) {
    const reports = crashReports(settings, clock, log)
    const reload = reloadOf(log, (): ValuesOf<ServerTree> => loadSettings(of.settings, sourcesOf(options)))
    handleSignals(lifecycle, { log, process: options.process, watchdog: options.watchdog, reload, reports })
  }
  // A log that cannot be written is found out now, and not when it is needed.
  log.reopen()
  await lifecycle.start([...openedOf(parts, { site, errors, telemetry }), listener])
  const url = lifecycle.state === 'ready' ? listener.url : ''
  const banner = parts.banner?.(url) ?? []
  return {
    url,
    lifecycle,
    log,
    banner,
    recorder,
    resilience,
    deprecatedCalls: () => deprecatedCalls.report(),
    close: () => lifecycle.stop('closed'),
  }
}

/**
 * What `main.ts` calls: boots, prints `ready http://127.0.0.1:3000` and the banner, serves until a signal, drains and exits.
 *
 * Exit codes: 0 drained, 1 when work was cut, else what the error table says about the reason not to start.
 */
export async function start<T extends ServerTree>(of: Application<T>): Promise<void> {
  try {
    const { url, banner, lifecycle, log } = await boot(of, { process, watchdog: startWatchdog })
    warnOfWrapper(log)
    if (lifecycle.state === 'ready') process.stdout.write([`ready ${url}`, ...banner, ''].join('\n'))
  } catch (error) {
    process.stderr.write(`${toReport(error)}\n`)
    process.exit(exitCodeOf(error))
  }
}

/** An application taken apart without opening anything: what the CLI and the tests look at. */
export interface Inspection {
  readonly settings: ValuesOf<ServerTree>
  readonly pipelines: readonly Pipeline[]
  /** Routes of other modes. */
  readonly absent: readonly Route[]
  readonly resources: readonly Resource[]
  /** Everything that a start opens, the port included, in the order in which it is listed. */
  readonly opened: readonly Pick<Resource, 'name' | 'phase' | 'needs'>[]
  /** Of the routes that have none of their own. */
  readonly cors: CorsPolicy | undefined
  readonly openapi: () => Record<string, unknown>
  readonly objectives: readonly Objective[]
  readonly onCall: Readonly<OnCall>
  /** What a request would be served by: `path` is raw, without the query, header names are lower case. */
  readonly find: HttpSite['find']
}

/** Wires an application and compiles its pipelines. No file, socket or port is opened. */
export function inspect<T extends ServerTree>(of: Application<T>, options: BootOptions = {}): Inspection {
  const { settings, parts, site, openapi, errors, telemetry } = assemble(of, { log: openLog({ level: 'silent' }), ...options })
  const opened = [...openedOf(parts, { site, errors, telemetry }), listenerTraits]
  const absent = parts.routes.filter(({ modes }) => modes?.includes(settings.mode) === false)
  return {
    settings,
    absent,
    pipelines: site.pipelines,
    resources: parts.resources ?? [],
    opened,
    cors: parts.cors,
    objectives: parts.objectives ?? [],
    onCall: parts.onCall ?? {},
    openapi,
    find: (...request) => site.find(...request),
  }
}

function toReport(error: unknown): string {
  if (error instanceof BootError) return `${error.message}\n  ${error.fix}\n  ${error.code}: docs/errors.md#${error.code}`
  return `The application could not start.\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
}
