import { AsyncLocalStorage } from 'node:async_hooks'
import type { Actor } from './actor.ts'
import type { Background } from './background.ts'
import type { Baggage } from './baggage.ts'
import type { Log } from './log.ts'
import type { Spans } from './spans.ts'
import type { TraceContext } from './trace-context.ts'

/** The part of a request that code without a context argument may ask for: a query, an outbound call, a log line. */
export interface Ambient {
  readonly id: string
  /** `GET /orders/{orderId}`, or the name of a job or command. */
  readonly route: string
  readonly signal: AbortSignal
  readonly log: Log
  readonly actor?: Actor | undefined
  /** When its time is over, by the application's monotonic clock. */
  readonly due?: number | undefined
  readonly trace?: TraceContext | undefined
  /** What those who called before us said of it. Anybody may have: believe none of it. */
  readonly baggage?: Baggage | undefined
  readonly startedAt?: Date | undefined
  /** Whether writing would break the promise of its method. Looked at in development and tests only. */
  readonly safe?: boolean
  /** Who runs what goes on after it. */
  readonly background?: Background | undefined
  /** Where what it waits for is recorded; undefined when nobody records. */
  readonly spans?: Spans | undefined
  /** The id of the operation itself in its trace; see `Operation.spanId`. */
  readonly spanId?: string | undefined
  /** The span that is under way, for those below it. */
  readonly span?: number | undefined
}

const storage = new AsyncLocalStorage<Ambient>()
let wanted = false

/**
 * The request that is being served, for code that was not handed its context.
 *
 * Storing it costs about 0.2 µs a request, so nothing is stored until somebody calls `ambient.want()`:
 * services do when they are opened.
 */
export const ambient = {
  want(): void {
    wanted = true
  },
  get wanted(): boolean {
    return wanted
  },
  get(): Ambient | undefined {
    return storage.getStore()
  },
  run<Args extends unknown[], Result>(value: Ambient, work: (...args: Args) => Result, ...args: Args): Result {
    return storage.run(value, work, ...args)
  },
}

/**
 * The request that is being served. Throws outside of one.
 *
 * Services want it when they are opened; an application without any says `ambient.want()` once, where it is wired.
 *
 * ```ts
 * import { current } from 'throughline/std'
 *
 * export const greeting = () => `This is ${current().route}, request ${current().id}`
 * ```
 */
export function current(): Ambient {
  const request = storage.getStore()
  if (request !== undefined) return request
  throw new Error(
    wanted
      ? 'There is no request here: current() was called outside of one, or by code that an event of another one started.'
      : 'No request is kept at hand: call ambient.want() where the application is wired.',
  )
}
