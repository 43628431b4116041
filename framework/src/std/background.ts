import { ambient, type Ambient } from './ambient.ts'
import { abortReason } from './abort.ts'
import type { BackgroundRecord } from './background-record.ts'
import { isExpected } from './errors.ts'
import type { Resource } from './resource.ts'

export type Work<Result> = (signal: AbortSignal) => Result | Promise<Result>

/** Work that goes on when its request is over: counted, and waited for when the process stops. */
export class Background implements Resource {
  readonly name = 'background'
  readonly phase = 'requests'
  readonly #record: BackgroundRecord | undefined
  readonly #stopping = new AbortController()
  readonly #routes = new Map<symbol, string>()
  #onIdle: (() => void) | undefined

  constructor(record?: BackgroundRecord) {
    this.#record = record
  }

  /** How much of it is under way. */
  get count(): number {
    return this.#routes.size
  }

  /** Runs `work` with the request's id, route, trace and log, but not with its signal and deadline. */
  run<Result>(of: Ambient, work: Work<Result>): Promise<Result> {
    return this.#counted(of.route, () => this.#perform(of, work))
  }

  /** Runs each of `work`, after what is going on now. What it throws is logged. */
  after(of: Ambient, work: readonly Work<unknown>[]): Promise<void> {
    return this.#counted(of.route, async () => {
      await new Promise(setImmediate)
      for (const one of work) {
        try {
          await this.#perform(of, one)
        } catch (error) {
          if (isExpected(error)) of.log.warn('refused in the background', { error })
          else of.log.error('failed in the background', { error })
        }
      }
    })
  }

  async #perform<Result>(of: Ambient, work: Work<Result>): Promise<Result> {
    const { id, route, log, actor, trace, baggage, startedAt } = of
    const { signal } = this.#stopping
    const begun = this.#record?.begin(of)
    try {
      const result = await ambient.run(
        { id, route, log, actor, trace, baggage, startedAt, signal, background: this, ...begun?.ambient },
        work,
        signal,
      )
      begun?.end()
      return result
    } catch (error) {
      begun?.end(error)
      throw error
    }
  }

  async #counted<Result>(route: string, work: () => Promise<Result>): Promise<Result> {
    const place = Symbol(route)
    this.#routes.set(place, route)
    try {
      return await work()
    } finally {
      this.#routes.delete(place)
      if (this.count === 0) this.#onIdle?.()
    }
  }

  async open(): Promise<void> {}

  /** Waits for all of it. */
  close(): Promise<void> {
    if (this.count === 0) return Promise.resolve()
    return new Promise((resolve) => (this.#onIdle = resolve))
  }

  /** Fires the signal of what is left, and returns the routes it came from: the grace is over. */
  cut(): string[] {
    this.#stopping.abort(abortReason('shutting-down'))
    return [...this.#routes.values()]
  }
}

/**
 * Runs `work` to its end, even if the caller goes away or the deadline passes: a payment that has begun, an undo.
 *
 * The caller may have its 504 while `work` goes on; a stop of the process waits for it. Its `signal` fires only when that wait is over, too.
 *
 * ```ts
 * import { shield } from 'throughline/std'
 *
 * export const charge = (pay: (signal: AbortSignal) => Promise<string>) => shield((signal) => pay(signal))
 * ```
 */
export async function shield<Result>(work: Work<Result>): Promise<Result> {
  const request = ambient.get()
  if (request?.background !== undefined) return request.background.run(request, work)
  return work(new AbortController().signal)
}
