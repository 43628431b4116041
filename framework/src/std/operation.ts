// What a process did, as the recorder keeps it and the console, the CLI and exporters read it. Plain data: it travels as JSON and runs in a browser.

export type OperationKind = 'request' | 'background' | 'job' | 'schedule' | 'command'

/** What a span waits for or computes: `stage` is a step of the pipeline, `sql` a statement, `custom` what an application named itself. */
export type SpanKind =
  | 'stage'
  | 'sql'
  | 'transaction'
  | 'pool'
  | 'fetch'
  | 'dns'
  | 'tcp'
  | 'tls'
  | 'wait'
  | 'cache'
  | 'lock'
  | 'attempt'
  | 'file'
  | 'gc'
  | 'custom'

export type Attributes = Readonly<Record<string, string | number | boolean>>

/** Times are milliseconds after the operation's start. `parent` is an index into the operation's spans, -1 for the operation itself. */
export interface Span {
  readonly name: string
  readonly kind: SpanKind
  readonly parent: number
  readonly start: number
  /** -1: it never ended. */
  readonly end: number
  /** What went wrong, in a word: an error's code or class. */
  readonly failed?: string | undefined
  readonly attributes?: Attributes | undefined
}

export interface LogLine {
  readonly level: string
  readonly event: string
  /** Milliseconds after the operation's start. */
  readonly at: number
  readonly fields?: Readonly<Record<string, unknown>> | undefined
}

/** What was thrown. Stack and message are those of the log: masked, and never sent to a caller. */
export interface Thrown {
  readonly type: string
  readonly code?: string | undefined
  readonly message: string
  readonly stack?: string | undefined
}

/** The HTTP side of a request. Header values that look secret are masked; bodies are kept in development only. */
export interface HttpRecord {
  readonly method: string
  /** With its query, of which values that look secret are masked. */
  readonly target: string
  readonly version: string
  readonly ip?: string | undefined
  readonly requestHeaders: readonly (readonly [string, string])[]
  readonly responseHeaders: readonly (readonly [string, string])[]
  /** The lines of both heads as they went over the wire, secrets masked; of requests that were recorded in every detail. */
  readonly requestHead?: string | undefined
  readonly responseHead?: string | undefined
  readonly requestBody?: unknown
  readonly responseBody?: string | undefined
  readonly requestBytes?: number | undefined
  readonly responseBytes: number
  readonly actor?: string | undefined
}

export interface Operation {
  /** The request's or job's id. */
  readonly id: string
  readonly kind: OperationKind
  /** `POST /api/v1/orders`, or the name of a job or command. */
  readonly name: string
  /** 32 hexadecimal digits, the same in every service that took part. */
  readonly traceId: string
  /** 16 hexadecimal digits. Those of its spans are counted from it: see `spanIdOf`. */
  readonly spanId: string
  /** The span of whoever caused it; absent where the trace begins here. */
  readonly parentId?: string | undefined
  /** Milliseconds since 1970, with fractions. */
  readonly startedAt: number
  readonly ms: number
  /** HTTP status; 0 for what is not HTTP. */
  readonly status: number
  /** `refused` is the caller's mistake (4xx), `failed` ours. */
  readonly outcome: 'ok' | 'refused' | 'failed'
  /** Why it was kept. */
  readonly kept: 'error' | 'slow' | 'asked' | 'share'
  readonly spans: readonly Span[]
  /** Spans and lines beyond what one operation may have. */
  readonly dropped: number
  readonly logs: readonly LogLine[]
  readonly error?: Thrown | undefined
  readonly http?: HttpRecord | undefined
}

/** The id of an operation's span, in traces that go on elsewhere: counted from the operation's own, so that nothing is drawn for spans that nobody hears of. */
export function spanIdOf(spanId: string, index: number): string {
  const low = (Number.parseInt(spanId.slice(8), 16) + index + 1) >>> 0
  return spanId.slice(0, 8) + low.toString(16).padStart(8, '0')
}
