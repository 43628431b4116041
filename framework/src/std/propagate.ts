import { ambient } from './ambient.ts'
import { parseBaggage, toBaggage } from './baggage.ts'
import type { Clock } from './clock.ts'
import type { Log } from './log.ts'
import { spanIdOf } from './operation.ts'
import { childTrace, parseTraceContext, toTraceparent } from './trace-context.ts'

/** What of a request goes along with a message to another thread or process: plain data, under the names of W3C Trace Context. */
export interface Carrier {
  readonly id: string
  readonly route: string
  readonly traceparent?: string | undefined
  readonly tracestate?: string | undefined
  readonly baggage?: string | undefined
  /** Milliseconds that are left; undefined: any number. */
  readonly left?: number | undefined
}

/**
 * The request that is being served, for a message; undefined outside of one. Whoever gets the message goes on with `resumed`.
 *
 * ```ts
 * import { Worker } from 'node:worker_threads'
 * import { propagated, span, systemClock } from 'throughline/std'
 *
 * export const shrink = (image: Uint8Array) =>
 *   span('shrink in a worker', () => new Worker('./shrink.js', { workerData: { image, carrier: propagated(systemClock) } }))
 * ```
 */
export function propagated(clock: Pick<Clock, 'monotonic'>): Carrier | undefined {
  const request = ambient.get()
  if (request === undefined) return undefined
  const { id, route, trace, spanId, spans, span, baggage, due } = request
  const parent = spanId !== undefined && spans !== undefined && span !== undefined ? spanIdOf(spanId, span) : spanId
  return {
    id,
    route,
    ...(trace !== undefined && { traceparent: toTraceparent(childTrace(trace, parent)) }),
    ...(trace !== undefined && trace.state !== '' && { tracestate: trace.state }),
    ...(baggage !== undefined && baggage.size > 0 && { baggage: toBaggage(baggage) }),
    // An AbortSignal cannot be sent.
    ...(due !== undefined && Number.isFinite(due) && due > 0 && { left: Math.max(0, Math.floor(due - clock.monotonic())) }),
  }
}

/**
 * Runs `work` as part of the request that a message came from: its lines have that request's ids, its outbound calls that trace, with the span that
 * sent the message as their parent, and `current()` that request's deadline. Without a carrier it only runs it.
 *
 * ```ts
 * import { workerData } from 'node:worker_threads'
 * import { current, resumed, silentLog, type Carrier } from 'throughline/std'
 *
 * const { carrier } = workerData as { carrier: Carrier | undefined }
 * resumed(carrier, { log: silentLog }, () => current().log.info('shrinking'))
 * ```
 */
export function resumed<Result>(carrier: Carrier | undefined, { log }: { log: Log }, work: () => Result): Result {
  if (carrier === undefined) return work()
  const { id, route, traceparent, tracestate, baggage, left } = carrier
  const trace = parseTraceContext(traceparent, tracestate)
  return ambient.run(
    {
      id,
      route,
      trace,
      // Nothing is recorded here: a span of our own would be a parent that nobody finds.
      spanId: trace?.parentId,
      baggage: parseBaggage(baggage),
      log: log.child({ requestId: id, route, traceId: trace?.traceId, spanId: trace?.parentId }),
      signal: left === undefined ? new AbortController().signal : AbortSignal.timeout(left),
    },
    work,
  )
}
