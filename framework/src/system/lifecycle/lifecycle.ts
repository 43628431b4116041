import type { Clock } from '../../std/clock.ts'
import type { Log } from '../../std/log.ts'
import type { Resource } from '../../std/resource.ts'

export type LifecycleState = 'starting' | 'ready' | 'draining' | 'stopped'

export interface LifecycleOptions {
  log: Log
  clock: Clock
  /** Milliseconds that work under way gets to finish, all resources together, once the drain delay is over. */
  grace: number
  /** Milliseconds between readiness turning false and the first resource closing. Default 0. */
  drainDelay?: number
}

export interface HealthReport {
  readonly healthy: boolean
  readonly resources: readonly { readonly name: string; readonly problem: string | undefined }[]
}

// What is left for the resources below the one that used up the grace: enough to close a pool, short enough for whoever waits with a SIGKILL.
const lastSecond = 1_000

/**
 * The life of a process: resources open in order, and close in reverse under one deadline.
 *
 * `stop()` turns readiness off, waits the drain delay, then closes. When the grace is over `cut` fires, whatever is
 * still open has one more second, and what did not make it is logged by name. Never longer than delay + grace + 1 s.
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

  /** The returned function ends the subscription. */
  onChange(listener: (state: LifecycleState) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Opens in order. When one fails, or a stop comes in between, those already open are closed in reverse; a failure is thrown. */
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

  /** Drains and closes. Every call gets the one outcome: 0 clean, 1 when something was cut or failed to close. Never rejects. */
  stop(reason: string): Promise<0 | 1> {
    this.#stopping ??= this.#drain(reason)
    return this.#stopping
  }

  /** Ends the grace at once, and the second after it. */
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
    for (const resource of resources) {
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
    if (served && drainDelay > 0) await this.#pause(drainDelay)

    const cancelGrace = clock.after(grace, () => this.#end('the grace is over'))
    const clean = await this.#close()
    cancelGrace()

    this.#enter('stopped')
    log.info('stopped', { clean, ms: Math.round(clock.monotonic() - began) })
    return clean ? 0 : 1
  }

  async #close(): Promise<boolean> {
    const { log } = this.#options
    let clean = true
    // A stop in the middle of a start waits for the resource that is opening: only then is it known whether there is something to close.
    if ((await Promise.race([this.#starting, this.#over.promise.then(() => 'late')])) === 'late') clean = false
    for (let resource = this.#opened.at(-1); resource !== undefined; resource = this.#opened.at(-1)) {
      const outcome = await Promise.race([closed(resource), this.#over.promise.then(() => 'cut' as const)])
      this.#opened.pop()
      if (outcome === 'closed' && !this.#cut.signal.aborted) continue
      clean = false
      if (outcome === 'cut') log.error('cut while closing', { resource: resource.name })
      else if (outcome !== 'closed') log.error('failed to close', { resource: resource.name, error: outcome.error })
    }
    return clean
  }

  #end(reason: string): void {
    if (this.#cut.signal.aborted) return
    const { log, clock } = this.#options
    log.warn('cutting what still runs', { reason, open: this.#opened.map(({ name }) => name) })
    this.#cut.abort(new Error(`The process is stopping: ${reason}.`))
    clock.after(lastSecond, () => this.#over.resolve())
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
