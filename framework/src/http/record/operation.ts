import { AppError } from '../../std/errors.ts'
import type { Attributes, LogLine, Operation, Span, Thrown } from '../../std/operation.ts'
import type { Keep } from '../../std/recording.ts'
import { redact, redactValue } from '../../std/redact.ts'
import type { Redaction } from '../../std/redaction.ts'
import type { Spans } from '../../std/spans.ts'
import { withoutLiterals } from '../../std/sql-text.ts'
import type { Exchange } from '../exchange.ts'
import { toHttpRecord } from './http-record.ts'

/** A request that is over, as it is kept. Made of those few only that are. */
export function toOperation(c: Exchange, kept: NonNullable<Keep>): Operation {
  const { spans, trace, spanId } = c
  const { clock, recording } = c.site
  const by = recording?.redaction
  const failed = hasFailed(c)
  return {
    id: c.id,
    kind: 'request',
    name: c.route,
    traceId: trace.traceId,
    spanId,
    ...(trace.parentId !== spanId && { parentId: trace.parentId }),
    startedAt: clock.now().getTime() - (clock.monotonic() - c.started),
    ms: c.elapsed,
    status: c.status,
    outcome: failed ? 'failed' : c.status >= 400 ? 'refused' : 'ok',
    kept,
    spans: withStages(c),
    dropped: spans?.dropped ?? 0,
    logs: linesOf(spans, by),
    ...(c.failure !== undefined && { error: toThrown(c.failure, { withStack: failed, by }) }),
    http: toHttpRecord(c),
  }
}

/** Whether it is ours to mend: a caller's mistake is not, nor that it went away. */
export function hasFailed({ status, failure }: Pick<Exchange, 'status' | 'failure'>): boolean {
  return status >= 500 || (failure !== undefined && !(failure instanceof AppError))
}

export function linesOf(spans: Spans | undefined, by: Redaction | undefined): LogLine[] {
  return (spans?.lines ?? []).map((line) => (line.fields === undefined ? line : { ...line, fields: redact(line.fields, by) }))
}

export function toThrown(error: unknown, { withStack, by }: { withStack: boolean; by: Redaction | undefined }): Thrown {
  const cleaned = redactValue(error, by) as { type?: string; message?: string; stack?: string }
  if (!(error instanceof Error)) return { type: typeof error, message: String(redactValue(error, by)).slice(0, 500) }
  return {
    type: error.constructor.name,
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    message: cleaned.message ?? '',
    ...(withStack && cleaned.stack !== undefined && { stack: cleaned.stack }),
  }
}

export function spansOf(spans: Spans | undefined, by: Redaction | undefined): Span[] {
  return (spans?.list ?? []).map((span) => toSpan(span, by))
}

function toSpan({ name, kind, parent, start, end, failed, attributes }: Span, by: Redaction | undefined): Span {
  return {
    name: kind === 'sql' ? withoutLiterals(name) : name,
    kind,
    parent,
    start,
    end,
    ...(failed !== undefined && { failed }),
    ...(attributes !== undefined && { attributes: redact(attributes, by) as Attributes }),
  }
}

/**
 * The pipeline's steps behind the spans of services, so that the places of these, which are told to other services, stay what they were.
 * A span that nobody is above belongs to the step in which it began.
 */
function withStages(c: Exchange): Span[] {
  const spans = spansOf(c.spans, c.site.recording?.redaction)
  const { detail } = c
  if (detail === undefined) return spans
  const { marks, replying } = detail
  const ends = [...marks.slice(1), replying || c.started + c.elapsed].map((at) => at - c.started)
  const stages = marks.map((mark, i): Span => {
    const step = c.pipeline.steps[i]!
    const label = step.label === step.stage ? undefined : { label: step.label }
    return { name: step.stage, kind: 'stage', parent: -1, start: mark - c.started, end: ends[i]!, ...(label && { attributes: label }) }
  })
  if (replying !== 0) stages.push({ name: 'reply', kind: 'stage', parent: -1, start: replying - c.started, end: c.elapsed })
  const placed = spans.map((span) => {
    if (span.parent >= 0) return span
    const stage = stages.findLastIndex(({ start }) => start <= span.start)
    return stage < 0 ? span : { ...span, parent: spans.length + stage }
  })
  return [...placed, ...stages]
}
