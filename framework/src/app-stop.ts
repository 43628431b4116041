import { lifecycle as openLifecycle, type Lifecycle } from './system/lifecycle/index.ts'
import { openHandles, traceHandles } from './system/lifecycle/handles.ts'
import { signalProblem } from './system/lifecycle/wrapper.ts'
import type { serverSettings, ValuesOf } from './system/config/index.ts'
import type { Listener } from './http/accept/server.ts'
import type { HttpSite } from './http/serve.ts'
import type { Clock } from './std/clock.ts'
import type { Log } from './std/log.ts'
import type { RootLog } from './system/log/index.ts'

type StopSettings = Pick<ValuesOf<typeof serverSettings>, 'shutdownGrace' | 'drainDelay' | 'requestGrace' | 'traceHandles'>
type Environment = Readonly<Record<string, string | undefined>>

/** How long Kubernetes and what stands before it may take to learn that a pod takes no more: they are told at the same time as the pod. */
const propagation = 5_000

export function drainDelayOf({ drainDelay }: Pick<StopSettings, 'drainDelay'>, env: Environment): number {
  return drainDelay ?? (env['KUBERNETES_SERVICE_HOST'] === undefined ? 0 : propagation)
}

export function lifecycleOf(settings: StopSettings, { log, clock, env }: { log: Log; clock: Clock; env: Environment }): Lifecycle {
  const { shutdownGrace: grace, requestGrace } = settings
  const trace = settings.traceHandles ? traceHandles() : undefined
  const lifecycle = openLifecycle({
    log,
    clock,
    grace,
    drainDelay: drainDelayOf(settings, env),
    budgets: requestGrace === undefined ? {} : { requests: requestGrace },
    stuck: () => ({ handles: trace?.open() ?? openHandles() }),
  })
  if (trace !== undefined) reportLeftovers(lifecycle, log, trace)
  return lifecycle
}

/** What is open when everything was closed is somebody's leak: nobody would see it, because the process exits all the same. */
function reportLeftovers(lifecycle: Lifecycle, log: Log, trace: ReturnType<typeof traceHandles>): void {
  lifecycle.onChange((state) => {
    if (state !== 'stopped') return
    const handles = trace.open()
    trace.stop()
    if (handles.length > 0) log.warn('still open after the stop', { handles })
  })
}

/** Answers what is left with 503 when its time is over, and then ends the connections. */
export function cutRequestsWith(
  lifecycle: Lifecycle,
  { site, listener, log, clock }: { site: HttpSite; listener: Listener; log: Log; clock: Clock },
): void {
  lifecycle.cutOf('requests').addEventListener('abort', () => {
    const routes = site.inFlight.cutAll()
    const background = site.background.cut()
    if (routes.length > 0) log.warn('requests cut', { count: routes.length, routes: counts(routes) })
    if (background.length > 0) log.warn('background work cut', { count: background.length, routes: counts(background) })
    // The 503s are on their way; whoever has not taken them in a moment is not going to.
    clock.after(250, () => listener.destroy())
  })
}

/**
 * What SIGHUP does: the settings are read again, the level of the log follows, and its file is opened again. Certificates watch their files by themselves; everything
 * else takes a restart. Undefined on a terminal, where SIGHUP says that it is gone.
 */
export function reloadOf(log: RootLog, load: () => Pick<ValuesOf<typeof serverSettings>, 'logLevel'>): (() => void) | undefined {
  if (process.stdin.isTTY) return undefined
  return () => {
    log.level = load().logLevel
    log.reopen()
  }
}

/** Tells when the signal that ends a container is not going to arrive. */
export function warnOfWrapper(log: Log): void {
  const problem = signalProblem()
  if (problem !== undefined) log.warn('SIGTERM will not arrive', { problem })
}

function counts(routes: readonly string[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const route of routes) sums[route] = (sums[route] ?? 0) + 1
  return sums
}
