import type { Clock } from '../../std/clock.ts'
import type { Log, LogFields } from '../../std/log.ts'
import { stopPhases, type Resource, type StopPhase } from '../../std/resource.ts'
import { toStartOrder, toStopOrder } from './order.ts'

export type LifecycleState = 'starting' | 'ready' | 'draining' | 'stopped'

export interface LifecycleOptions {
  log: Log
  clock: Clock
  /** Milliseconds that work under way gets to finish, all resources together, once the drain delay is over. */
  grace: number
  /** Milliseconds between readiness turning false and the first resource closing. Default 0. */
  drainDelay?: number
  /** Milliseconds of the grace that a phase may take, so that it leaves some for those after it. Default: all that is left. */
  budgets?: Readonly<Partial<Record<StopPhase, number>>>
  /** What keeps the process alive, for the log, when something had to be cut. */
  stuck?: () => LogFields
}

export interface HealthReport {
  readonly healthy: boolean
  readonly resources: readonly { readonly name: string; readonly problem: string | undefined }[]
}

// What is left for the resources below the one that used up the grace: enough to close a pool, and short enough that the process is gone
// within a second of it, when whoever waits may send SIGKILL.
const lastMoment = 750

/**
 * The life of a process: resources open in order, and close phase by phase, in reverse, under one deadline.
 *
 * `stop()` turns readiness off, tells everything to take no new work, waits the drain delay, then closes. When the grace is over `cut`
 * fires, whatever is still open has a moment more, and what did not make it is logged by name. Never longer than delay + grace + 1 s.
 *
 * ```ts
 * import { lifecycle } from 'throughline/lifecycle'
 * import { silentLog, systemClock, type Resource } from 'throughline/std'
 *
 * const pool: Resource = { name: 'pool', open: async () => {}, close: async () => {} }
 * const life = lifecycle({ log: silentLog, clock: systemClock, grace: 20_000 })
 * await life.start([pool])
 * const exitCode = await life.stop('the example is over')
 * ```
 */
export function lifecycle(options: LifecycleOptions): Lifecycle {
  return new Lifecycle(options)
}

export class Lifecycle {
  readonly #options: LifecycleOptions
  readonly #listeners = new Set<(state: LifecycleState) => void>()
  readonly #cut = new AbortController()
  readonly #cuts = new Map(stopPhases.map((phase) => [phase, new AbortController()]))
  readonly #over = Promise.withResolvers<void>()
  readonly #forced = Promise.withResolvers<void>()
  #state: LifecycleState = 'starting'
  #opened: Resource[] = []
  #starting: Promise<void> = Promise.resolve()
  #stopping: Promise<0 | 1> | undefined

  constructor(options: LifecycleOptions) {
    this.#options = options
  }

  get state(): LifecycleState {
    return this.#state
  }

  /** Fires when the grace is over or somebody forced the end: what still runs must end now. */
  get cut(): AbortSignal {
    return this.#cut.signal
  }

  /** Fires with `cut`, or earlier: when the phase used up its budget. */
  cutOf(phase: StopPhase): AbortSignal {
    return this.#cuts.get(phase)!.signal
  }

  /** The returned function ends the subscription. */
  onChange(listener: (state: LifecycleState) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Opens in order, needs first. When one fails, or a stop comes in between, those already open are closed in reverse; a failure is thrown. */
  async start(resources: readonly Resource[]): Promise<void> {
    const opening = this.#open(resources)
    this.#starting = opening.catch(() => {})
    try {
      await opening
    } catch (error) {
      await this.stop('the start failed')
      throw error
    }
    if (this.#stopping === undefined) this.#enter('ready')
  }

  /** The longest that a stop may take, in milliseconds. */
  get longestStop(): number {
    const { grace, drainDelay = 0 } = this.#options
    return drainDelay + grace + 1_000
  }

  /** Drains and closes. Every call gets the one outcome: 0 clean, 1 when something was cut or failed to close. Never rejects. */
  stop(reason: string): Promise<0 | 1> {
    this.#stopping ??= this.#drain(reason)
    return this.#stopping
  }

  /** Ends the grace at once, and the moment after it. */
  force(): void {
    this.#forced.resolve()
    this.#end('forced')
    this.#over.resolve()
  }

  /** Asks every open resource at once; `signal` bounds the answer. */
  async health(signal: AbortSignal): Promise<HealthReport> {
    const resources = await Promise.all(
      this.#opened.map(async (resource) => ({ name: resource.name, problem: await problemOf(resource, signal) })),
    )
    return { healthy: resources.every(({ problem }) => problem === undefined), resources }
  }

  async #open(resources: readonly Resource[]): Promise<void> {
    const { log, clock } = this.#options
    for (const resource of toStartOrder(resources)) {
      if (this.#stopping !== undefined) return
      const began = clock.monotonic()
      await resource.open()
      this.#opened.push(resource)
      log.debug('opened', { resource: resource.name, ms: Math.round(clock.monotonic() - began) })
    }
  }

  async #drain(reason: string): Promise<0 | 1> {
    const { log, clock, grace, drainDelay = 0 } = this.#options
    log.info('stopping', { reason })
    const began = clock.monotonic()
    const served = this.#state === 'ready'
    this.#enter('draining')
    for (const resource of this.#opened) this.#takeNoMore(resource)
    if (served && drainDelay > 0) await this.#pause(drainDelay)

    const cancelGrace = clock.after(grace, () => this.#end('the grace is over'))
    const clean = await this.#close()
    cancelGrace()

    this.#enter('stopped')
    log.info('stopped', { clean, ms: Math.round(clock.monotonic() - began) })
    return clean ? 0 : 1
  }

  #takeNoMore(resource: Resource): void {
    try {
      resource.drain?.()
    } catch (error) {
      this.#options.log.error('failed to drain', { resource: resource.name, error })
    }
  }

  async #close(): Promise<boolean> {
    // A stop in the middle of a start waits for the resource that is opening: only then is it known whether there is something to close.
    let clean = (await Promise.race([this.#starting, this.#over.promise.then(() => 'late')])) !== 'late'
    for (const { phase, resources } of toStopOrder(this.#opened)) {
      if (resources.length > 0 && !(await this.#closePhase(phase, resources))) clean = false
    }
    return clean
  }

  async #closePhase(phase: StopPhase, resources: readonly Resource[]): Promise<boolean> {
    const { log, clock, budgets = {} } = this.#options
    const spent = Promise.withResolvers<void>()
    const cancel = budgets[phase] === undefined ? () => {} : clock.after(budgets[phase], () => this.#spend(phase, spent.resolve))
    // Made anew for each: what closes at once wins against a time that is over already.
    const over = () => Promise.race([this.#over.promise, spent.promise]).then(() => 'cut' as const)
    let clean = true
    for (const resource of resources) {
      const outcome = await Promise.race([closed(resource), over()])
      this.#opened = this.#opened.filter((other) => other !== resource)
      if (outcome === 'cut') log.error('cut while closing', { resource: resource.name })
      else if (outcome !== 'closed') log.error('failed to close', { resource: resource.name, error: outcome.error })
      if (outcome !== 'closed' || this.cutOf(phase).aborted) clean = false
    }
    cancel()
    return clean
  }

  /** A phase used up its budget: what is of it ends now, and the next one begins. */
  #spend(phase: StopPhase, end: () => void): void {
    const { log, clock } = this.#options
    log.warn('cutting a phase', { phase, ...this.#stuck(toStopOrder(this.#opened).find((one) => one.phase === phase)!.resources) })
    this.#cuts.get(phase)!.abort(toReason(`its phase ${phase} used up its budget`))
    clock.after(lastMoment, end)
  }

  #end(reason: string): void {
    if (this.#cut.signal.aborted) return
    const { log, clock } = this.#options
    log.warn('cutting what still runs', { reason, ...this.#stuck(this.#opened) })
    this.#cut.abort(toReason(reason))
    for (const controller of this.#cuts.values()) controller.abort(toReason(reason))
    clock.after(lastMoment, () => this.#over.resolve())
  }

  #stuck(resources: readonly Resource[]): LogFields {
    return { open: resources.map(({ name }) => name), ...this.#options.stuck?.() }
  }

  async #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = this.#options.clock.after(ms, resolve)
    await Promise.race([promise, this.#forced.promise])
    cancel()
  }

  #enter(state: LifecycleState): void {
    this.#state = state
    for (const listener of this.#listeners) listener(state)
  }
}

function toReason(reason: string): Error {
  return new Error(`The process is stopping: ${reason}.`)
}

async function closed(resource: Resource): Promise<'closed' | { error: unknown }> {
  try {
    await resource.close()
    return 'closed'
  } catch (error) {
    return { error }
  }
}

async function problemOf(resource: Resource, signal: AbortSignal): Promise<string | undefined> {
  if (resource.health === undefined) return undefined
  const { promise, resolve } = Promise.withResolvers<string>()
  const late = () => resolve('did not answer in time')
  signal.addEventListener('abort', late, { once: true })
  if (signal.aborted) late()
  try {
    return await Promise.race([resource.health(signal), promise])
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    signal.removeEventListener('abort', late)
  }
}
