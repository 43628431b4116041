import { spanIdOf, type Operation, type OperationKind, type Span, type SpanKind } from '../../std/operation.ts'
import { toAttributes, toNanos, type KeyValue } from './values.ts'

const kinds = { internal: 1, server: 2, client: 3, consumer: 5 } as const
const codes = { unset: 0, error: 2 } as const

const kindOf: Readonly<Record<OperationKind, number>> = {
  request: kinds.server,
  background: kinds.internal,
  job: kinds.consumer,
  schedule: kinds.internal,
  command: kinds.internal,
}
const clients: ReadonlySet<SpanKind> = new Set(['sql', 'fetch', 'cache'])

export interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly KeyValue[]
  readonly droppedAttributesCount?: number
  readonly events?: readonly { readonly timeUnixNano: string; readonly name: string; readonly attributes: readonly KeyValue[] }[]
  readonly status: { readonly code: number; readonly message?: string }
}

/** An operation and all that is in it, under the names of OpenTelemetry's semantic conventions. */
export function toSpans(operation: Operation): OtlpSpan[] {
  return [rootOf(operation), ...operation.spans.map((span, index) => childOf(operation, span, index))]
}

function rootOf(operation: Operation): OtlpSpan {
  const { traceId, spanId, parentId, name, kind, startedAt, ms, outcome, error, dropped } = operation
  const failed = outcome === 'failed'
  return {
    traceId,
    spanId,
    ...(parentId !== undefined && { parentSpanId: parentId }),
    name,
    kind: kindOf[kind],
    startTimeUnixNano: toNanos(startedAt),
    endTimeUnixNano: toNanos(startedAt + ms),
    attributes: toAttributes({
      ...httpAttributes(operation),
      'error.type': failed ? (error?.code ?? error?.type ?? String(operation.status)) : undefined,
      'throughline.id': operation.id,
      'throughline.kept': operation.kept,
      'throughline.dropped': dropped === 0 ? undefined : dropped,
    }),
    ...(failed && error !== undefined && { events: [exceptionOf(operation)] }),
    status: failed ? { code: codes.error, ...(error !== undefined && { message: error.message }) } : { code: codes.unset },
  }
}

function httpAttributes({ http, name, status }: Operation): Record<string, unknown> {
  if (http === undefined) return {}
  const [path, query] = http.target.split(/\?(.*)/s)
  const header = (wanted: string) => http.requestHeaders.find(([key]) => key === wanted)?.[1]
  return {
    'http.request.method': http.method,
    'http.route': name.slice(name.indexOf(' ') + 1),
    'http.response.status_code': status,
    'url.path': path,
    'url.query': query,
    'client.address': http.ip,
    'network.protocol.version': http.version,
    'server.address': header('host')?.replace(/:\d+$/, ''),
    'user_agent.original': header('user-agent'),
    'http.request.body.size': http.requestBytes,
    'http.response.body.size': http.responseBytes,
    'user.id': http.actor,
  }
}

function exceptionOf({ error, startedAt, ms }: Operation): NonNullable<OtlpSpan['events']>[number] {
  const attributes = toAttributes({
    'exception.type': error!.type,
    'exception.message': error!.message,
    'exception.stacktrace': error!.stack,
  })
  return { timeUnixNano: toNanos(startedAt + ms), name: 'exception', attributes }
}

function childOf({ traceId, spanId, startedAt, ms }: Operation, span: Span, index: number): OtlpSpan {
  const end = span.end < 0 ? ms : span.end
  return {
    traceId,
    spanId: spanIdOf(spanId, index),
    parentSpanId: span.parent < 0 ? spanId : spanIdOf(spanId, span.parent),
    name: nameOf(span),
    kind: clients.has(span.kind) ? kinds.client : kinds.internal,
    startTimeUnixNano: toNanos(startedAt + span.start),
    endTimeUnixNano: toNanos(startedAt + Math.max(span.start, end)),
    attributes: toAttributes({ 'throughline.kind': span.kind, ...attributesOf(span), 'error.type': span.failed }),
    status: span.failed === undefined ? { code: codes.unset } : { code: codes.error, message: span.failed },
  }
}

/** A statement's own text is an attribute: names are few, so that they can be grouped by. */
function nameOf({ kind, name }: Span): string {
  if (kind === 'fetch') return name.split(' ')[0]!
  return kind === 'sql' ? (/^\s*(\w+)/.exec(name)?.[1]?.toLowerCase() ?? 'sql') : name
}

function attributesOf({ kind, name, attributes = {} }: Span): Record<string, unknown> {
  if (kind === 'sql') {
    const { rows, ...rest } = attributes
    return { 'db.system.name': 'postgresql', 'db.query.text': name, 'db.response.returned_rows': rows, ...rest }
  }
  if (kind !== 'fetch') return { ...attributes }
  const { status, path, ...rest } = attributes
  const [method, host = ''] = name.split(' ')
  const [, address, port] = /^(.*?)(?::(\d+))?$/.exec(host)!
  return {
    'http.request.method': method,
    'server.address': address,
    'server.port': port === undefined ? undefined : Number(port),
    'url.path': path,
    'http.response.status_code': status,
    ...rest,
  }
}
