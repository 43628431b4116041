import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { Actor } from '../../std/actor.ts'
import { abortReason } from '../../std/abort.ts'
import { parseBaggage, type Baggage } from '../../std/baggage.ts'
import type { Background, Work } from '../../std/background.ts'
import type { Log } from '../../std/log.ts'
import { recordedLog } from '../../std/recorded-log.ts'
import { Spans } from '../../std/spans.ts'
import { childTrace, newSpanId, newTrace, parseTraceContext, spanOf, traceOf, type TraceContext } from '../../std/trace-context.ts'
import { closeContext } from './closed-context.ts'
import { watched } from './reads.ts'
import { rawHeader } from '../headers.ts'
import { isClosed, isCut } from '../http2.ts'
import type { Exchange } from '../exchange.ts'
import type { ClientCertificate, Pipeline, Site, Step } from '../stage.ts'

export interface Arrival {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly pipeline: Pipeline
  readonly pathParams: Readonly<Record<string, string>>
  readonly rawQuery: string
}

/** The one context class. What a request may not need (signal, log, url, cookies, ip) is made when it is first read. */
export class RequestContext implements Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly route: string
  readonly pipeline: Pipeline
  readonly site: Site
  readonly pathParams: Readonly<Record<string, string>>
  readonly rawQuery: string
  readonly started: number
  id = ''
  minted = false
  params: Readonly<Record<string, unknown>>
  query: unknown = undefined
  checkedHeaders: Readonly<Record<string, unknown>> | undefined = undefined
  reads: Set<string> | undefined = undefined
  body: unknown = undefined
  format = 0
  language = ''
  coding: Exchange['coding'] = undefined
  actor: Actor | undefined = undefined
  waiting: Step | undefined = undefined
  failure: unknown = undefined
  answered = false
  ifMatchIgnored = false
  status = 0
  bytes = 0
  elapsed = 0
  quotas: Exchange['quotas'] = undefined
  held: Exchange['held'] = undefined
  asked = false
  detail: Exchange['detail'] = undefined
  varies: Exchange['varies'] = undefined
  // The deadline's list: links in the request itself, so that joining and leaving it allocates nothing.
  earlier: RequestContext | undefined = undefined
  later: RequestContext | undefined = undefined
  due = 0
  #controller: AbortController | undefined = undefined
  #reason: Error | undefined = undefined
  #log: Log | undefined = undefined
  #url: URL | undefined = undefined
  #watched: Readonly<Record<string, string>> | undefined = undefined
  #cookies: Readonly<Record<string, string>> | undefined = undefined
  #trace: TraceContext | undefined = undefined
  #spanId: string | undefined = undefined
  #spans: Spans | undefined = undefined
  #baggage: Baggage | undefined = undefined
  #after: Work<unknown>[] | undefined = undefined
  #over = false

  constructor(site: Site, arrival: Arrival) {
    this.site = site
    this.request = arrival.request
    this.response = arrival.response
    this.pipeline = arrival.pipeline
    this.route = arrival.pipeline.label
    this.pathParams = arrival.pathParams
    this.params = arrival.pathParams
    this.rawQuery = arrival.rawQuery
    this.started = site.clock.monotonic()
  }

  get headers(): Readonly<Record<string, string>> {
    const headers = (this.checkedHeaders ?? this.request.headers) as Readonly<Record<string, string>>
    return this.reads === undefined ? headers : (this.#watched ??= watched(headers, this.reads))
  }

  get cookies(): Readonly<Record<string, string>> {
    this.reads?.add('cookie')
    return (this.#cookies ??= parseCookies(this.request.headers.cookie))
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#reason !== undefined) this.#controller.abort(this.#reason)
      else if (isClosed(this.response) && isCut(this.response)) this.abort(abortReason('client-closed-request'))
      else
        this.response.once('close', () => {
          // 'close' also follows a complete answer; only an unfinished one means that the caller is gone.
          if (isCut(this.response)) this.abort(abortReason('client-closed-request'))
        })
    }
    return this.#controller.signal
  }

  get log(): Log {
    if (this.#log === undefined) {
      const { id: requestId, route, spanId } = this
      const log = this.site.log.child({ requestId, route, traceId: this.trace.traceId, spanId }, this)
      this.#log = this.spans === undefined ? log : recordedLog(log, this.spans)
    }
    return this.#log
  }

  get url(): URL {
    return (this.#url ??= toUrl(this.request))
  }

  get clientCertificate(): ClientCertificate | undefined {
    return toClientCertificate(this.request.socket as TLSSocket)
  }

  get ip(): string {
    return this.site.clientIp(this.request)
  }

  /** The caller's, or one that begins here. */
  get trace(): TraceContext {
    return (this.#trace ??= this.#continued() ?? (this.minted ? traceOf(this.id) : childTrace(newTrace(), this.spanId)))
  }

  #continued(): TraceContext | undefined {
    // Every line of the access log has its trace, and most requests bring none: `headers` would be made for them alone.
    if (rawHeader(this.request.rawHeaders, 'traceparent') === undefined) return undefined
    const { traceparent, tracestate } = this.request.headers as Record<string, string | undefined>
    return parseTraceContext(traceparent, tracestate)
  }

  get spanId(): string {
    return (this.#spanId ??= this.minted ? spanOf(this.id) : newSpanId())
  }

  get spans(): Spans | undefined {
    if (this.#spans === undefined && this.site.recording !== undefined) this.#spans = new Spans(this.site.clock, this.started)
    return this.#spans
  }

  get baggage(): Baggage {
    return (this.#baggage ??= parseBaggage(this.request.headers['baggage'] as string | undefined))
  }

  get startedAt(): Date {
    const { clock } = this.site
    return new Date(clock.now().getTime() - (clock.monotonic() - this.started))
  }

  get safe(): boolean {
    return this.site.strict === true && (this.request.method === 'GET' || this.request.method === 'HEAD')
  }

  get background(): Background {
    return this.site.background
  }

  after(work: Work<unknown>): void {
    if (this.#over) void this.background.after(this, [work])
    else (this.#after ??= []).push(work)
  }

  over(): void {
    this.#over = true
    if (this.#after !== undefined) void this.background.after(this, this.#after).then(() => this.#close())
    else this.#close()
  }

  #close(): void {
    if (this.site.strict === true) closeContext(this)
  }

  abort(reason: Error): void {
    if (this.#reason !== undefined) return
    this.#reason = reason
    this.#controller?.abort(reason)
  }
}

/** Only a certificate that the handshake verified. Names that could be taken for two are quoted by `node:crypto`, and stay whole. */
function toClientCertificate(socket: TLSSocket): ClientCertificate | undefined {
  const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined
  if (certificate === undefined) return undefined
  const { subjectAltName = '', subject, fingerprint256 } = certificate
  const names = [...subjectAltName.matchAll(/(?:^|, )([^:]+):("(?:[^"\\]|\\.)*"|[^,]*)/g)]
  return { names: names.map(([, kind, value]) => `${kind}:${value}`), subject, fingerprint: fingerprint256 }
}

/** Put together and not resolved: the path `//other.example/` would be taken for another host. */
function toUrl(request: IncomingMessage & { readonly authority?: string }): URL {
  const { url = '/', headers, socket } = request
  if (!url.startsWith('/') && url !== '*') return new URL(url)
  const scheme = (socket as TLSSocket).encrypted ? 'https' : 'http'
  return new URL(`${scheme}://${request.authority || headers.host || 'localhost'}${url === '*' ? '' : url}`)
}

function parseCookies(header: string | undefined): Readonly<Record<string, string>> {
  // No prototype: a cookie named `__proto__` is a name like any other.
  const cookies: Record<string, string> = Object.create(null)
  for (const pair of header?.split(';') ?? []) {
    const equals = pair.indexOf('=')
    if (equals < 1) continue
    const name = pair.slice(0, equals).trim()
    const value = pair.slice(equals + 1).trim()
    // The first of two equal names wins: it has the more specific path (RFC 6265, 5.4).
    if (name !== '' && !(name in cookies))
      cookies[name] = value.startsWith('"') && value.endsWith('"') && value.length > 1 ? value.slice(1, -1) : value
  }
  return cookies
}
