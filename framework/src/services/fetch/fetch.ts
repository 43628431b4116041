import { lookup } from 'node:dns/promises'
import type * as Undici from 'undici'
import { ambient, type Ambient } from '../../std/ambient.ts'
import { toBaggage } from '../../std/baggage.ts'
import type { Clock } from '../../std/clock.ts'
import { AppError } from '../../std/errors.ts'
import type { Log } from '../../std/log.ts'
import type { Meter } from '../../std/meter.ts'
import type { Resource } from '../../std/resource.ts'
import { markRetryable } from '../../std/retryable.ts'
import { spanIdOf } from '../../std/operation.ts'
import type { OpenSpan } from '../../std/spans.ts'
import { childTrace, toTraceparent } from '../../std/trace-context.ts'
import { allowList, hostMatches } from './allow-list.ts'
import { CallMeter } from './call-meter.ts'
import { guardedConnector, type Resolve } from './connector.ts'
import { addressRefused, isUnreached, upstreamFailed, upstreamTimeout } from './errors.ts'
import { askGuarded, dependencyOf, type Dependencies } from './guarded.ts'
import { limitBody } from './limit-body.ts'
import { isStream, redirected, targetOf, type Hop } from './redirect.ts'

export interface OutboundOptions {
  clock: Clock
  log: Log
  /** Where calls are measured: by host, method and status. Default: nowhere. */
  meter?: Meter
  /** What may be reached although it is not public: `10.0.0.0/8`, `::1`, `inventory.internal:8080`, `*.internal`. Default: nothing. */
  allow?: readonly string[]
  /** Hosts that are told the request's id, trace, baggage and remaining time: `inventory.internal`, `*.internal`. Default: none, for others learn our traffic from them. */
  propagateTo?: readonly string[]
  /** Milliseconds for the whole exchange, redirects and body included. Default 10,000. A request's own deadline may end it earlier. */
  timeout?: number
  /** Bytes that a body may have once it is decompressed. Default 10 MiB. */
  maxBytes?: number
  /** How many redirects are followed. Default 5. */
  maxRedirects?: number
  /** What protects from those that are asked, by host, the first that fits: `'*.payments.example': resilience.dependency('payments', { … })`. Default: their timeouts alone. */
  dependencies?: Dependencies
  /** Default: the system's resolver. */
  resolve?: Resolve
}

export interface OutboundInit extends RequestInit {
  /** Milliseconds, for this call. */
  timeout?: number
  /** Bytes, for this call. */
  maxBytes?: number
}

/**
 * A `fetch` for addresses that others choose, too: it never reaches this machine, its network or its cloud's metadata, never waits for ever,
 * and never reads more than it should. List it in the application's resources.
 *
 * It rejects with `address-refused` (422), `upstream-failed` (502) or `upstream-timeout` (504), or with the reason of a fired signal:
 * the request's own signal counts without being passed. Where a dependency protects the host, `dependency-unavailable` and `dependency-busy`
 * (503) are added; GET, HEAD, PUT, DELETE, OPTIONS, and all with an `Idempotency-Key`, are then repeated, others only if they were never sent.
 *
 * ```ts
 * import { outbound } from 'throughline/fetch'
 * import { silentLog, systemClock } from 'throughline/std'
 *
 * const outside = outbound({ log: silentLog, clock: systemClock, propagateTo: ['inventory.internal'], allow: ['inventory.internal'] })
 * export const stockOf = async (sku: string) => (await outside.fetch(`http://inventory.internal/stock/${sku}`)).json()
 * ```
 */
export function outbound(options: OutboundOptions): Outbound {
  return new Outbound(options)
}

interface Opened {
  readonly fetch: typeof Undici.fetch
  readonly Response: typeof Undici.Response
  readonly agent: Undici.Agent
}

interface Exchange {
  readonly opened: Opened
  readonly init: OutboundInit
  readonly signal: AbortSignal
  readonly request: Ambient | undefined
  /** When nobody waits any more, by the monotonic clock. */
  readonly due: number
}

const none: Dependencies = {}

export class Outbound implements Resource {
  readonly name = 'fetch'
  readonly #options: OutboundOptions
  readonly #calls: CallMeter
  #opened: Promise<Opened> | undefined

  constructor(options: OutboundOptions) {
    this.#options = options
    this.#calls = new CallMeter(options.meter, options.clock)
  }

  async open(): Promise<void> {
    ambient.want()
    await this.#open()
  }

  async close(): Promise<void> {
    const opened = await this.#opened
    this.#opened = undefined
    await opened?.agent.close()
  }

  /** As the platform's `fetch`, for a string or `URL`. Use it on its own if you like: it needs no `this`. */
  readonly fetch = async (input: string | URL, init: OutboundInit = {}): Promise<Response> => {
    const url = new URL(input)
    const dependency = dependencyOf(url, this.#options.dependencies ?? none)
    if (dependency === undefined) return this.#exchange(url, init)
    return askGuarded(dependency, init, (signal) => this.#exchange(url, init, signal))
  }

  async #exchange(first: URL, init: OutboundInit, attempt?: AbortSignal): Promise<Response> {
    const { clock, timeout = 10_000, maxBytes = 10 * 1024 * 1024 } = this.#options
    const opened = await this.#open()
    const request = ambient.get()
    const ms = init.timeout ?? timeout
    const late = new AbortController()
    const disarm = clock.after(ms, () => late.abort(upstreamTimeout(`A service that this one asked did not answer within ${ms} ms.`)))
    const signal = AbortSignal.any([late.signal, request?.signal, init.signal, attempt].filter((one) => one !== undefined && one !== null))
    const due = Math.min(clock.monotonic() + ms, request?.due || Infinity)
    const toError = (error: unknown) => this.#toError(error, signal)
    try {
      signal.throwIfAborted()
      const { response, url } = await this.#follow(first, { opened, init, signal, request, due })
      return limitBody(response, { max: init.maxBytes ?? maxBytes, url, Response: opened.Response, toError, onEnd: disarm })
    } catch (error) {
      disarm()
      throw toError(error)
    }
  }

  async #follow(first: URL, exchange: Exchange): Promise<{ response: Undici.Response; url: URL }> {
    const { init, opened, signal } = exchange
    const { maxRedirects = 5 } = this.#options
    let hop: Hop = { url: first, method: init.method ?? 'GET', headers: new Headers(init.headers), body: init.body }
    for (let count = 0; ; count++) {
      if (!/^https?:$/.test(hop.url.protocol) || hop.url.username !== '' || hop.url.password !== '')
        throw addressRefused('Only http and https URLs without a user name are asked.')
      const { spans } = exchange.request ?? {}
      const span = spans?.begin('fetch', `${hop.method} ${hop.url.host}`, exchange.request?.span)
      const headers = this.#withContext(hop, exchange, span)
      const answered = this.#calls.begin(hop.url.host, hop.method)
      const sent = { ...init, method: hop.method, headers, body: hop.body, redirect: 'manual', signal, dispatcher: opened.agent }
      const response = await opened.fetch(hop.url, sent as unknown as Undici.RequestInit).catch((error: unknown) => {
        spans?.fail(span, error)
        answered({ failed: error })
        // Behind a redirect the first service may have done its part already.
        throw count === 0 && isUnreached(error) && !isStream(hop.body) ? markRetryable(unreachable(error)) : error
      })
      answered(response.status)
      spans?.end(span, { status: response.status, path: hop.url.pathname })
      const target = init.redirect === 'manual' ? undefined : targetOf(response, hop.url)
      if (target === undefined) return { response, url: hop.url }
      await response.body?.cancel()
      if (init.redirect === 'error' || count === maxRedirects)
        throw upstreamFailed(`A service that this one asked redirected more than ${init.redirect === 'error' ? 0 : maxRedirects} times.`)
      hop = redirected(hop, target, response.status)
    }
  }

  /** What our own services are told; looked at again on every redirect. */
  #withContext({ url, headers }: Hop, { request, due }: Exchange, span: OpenSpan | undefined): Headers {
    const { propagateTo = [], clock } = this.#options
    if (request === undefined || !propagateTo.some((pattern) => hostMatches(pattern, url.hostname) || hostMatches(pattern, url.host)))
      return headers
    const all = new Headers(headers)
    all.set('x-request-id', request.id)
    all.set('x-request-deadline', String(Math.max(0, Math.floor(due - clock.monotonic()))))
    const baggage = request.baggage === undefined || all.has('baggage') ? '' : toBaggage(request.baggage)
    if (baggage !== '') all.set('baggage', baggage)
    if (request.trace !== undefined) {
      all.set('traceparent', toTraceparent(childTrace(request.trace, spanOf(request, span))))
      if (request.trace.state !== '') all.set('tracestate', request.trace.state)
    }
    return all
  }

  #toError(error: unknown, signal: AbortSignal): unknown {
    if (signal.aborted) return signal.reason
    if (error instanceof AppError) return this.#noticed(error)
    // Without a cause it is the call that is wrong, such as a header with a line break: a mistake of ours.
    if (!(error instanceof TypeError) || error.cause === undefined) return error
    if (error.cause instanceof AppError) return this.#noticed(error.cause)
    return unreachable(error)
  }

  #noticed(error: AppError): AppError {
    if (error.code === 'address-refused') this.#options.log.warn('outbound refused', { error })
    return error
  }

  #open(): Promise<Opened> {
    return (this.#opened ??= openAgent(this.#options))
  }
}

function unreachable(cause: unknown): AppError {
  return upstreamFailed('A service that this one asked could not be reached, or broke off.', cause)
}

/** Whom the other service takes for its caller: this call, where it is recorded. */
function spanOf({ spanId }: Ambient, span: OpenSpan | undefined): string | undefined {
  return spanId === undefined || span === undefined ? spanId : spanIdOf(spanId, span.index)
}

async function openAgent({ resolve = systemResolve, allow = [] }: OutboundOptions): Promise<Opened> {
  // Here and not above: loading it takes longer than most programs that never call out need to start.
  const { Agent, buildConnector, fetch, Response } = await import('undici')
  const connect = guardedConnector(buildConnector({ timeout: 5_000 }), resolve, allowList(allow))
  // Its own timeouts are off: ours covers all of an exchange.
  return { fetch, Response, agent: new Agent({ connect, connections: 100, headersTimeout: 0, bodyTimeout: 0 }) }
}

async function systemResolve(hostname: string): Promise<string[]> {
  return (await lookup(hostname, { all: true })).map(({ address }) => address)
}
