import { AsyncLocalStorage } from 'node:async_hooks'
import type { Log } from './log.ts'

/** The part of a request that code without a context argument may ask for: a query, an outbound call, a log line. */
export interface Ambient {
  readonly id: string
  /** `GET /orders/{orderId}`, or the name of a job or command. */
  readonly route: string
  readonly signal: AbortSignal
  readonly log: Log
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
