import { toAnyValue, toAttributes, toNanos } from './values.ts'

const severities: Readonly<Record<string, number>> = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 }
const hex32 = /^[0-9a-f]{32}$/
const hex16 = /^[0-9a-f]{16}$/

/** A line as the log wrote it: what it masked stays masked. Undefined for what is no line of JSON. */
export function toLogRecord(line: string, now: number): unknown {
  let parsed: Record<string, unknown>
  try {
    parsed = JSON.parse(line) as Record<string, unknown>
  } catch {
    return undefined
  }
  const {
    level,
    time,
    msg,
    service: _service,
    version: _version,
    traceId,
    trace_id: given = traceId,
    spanId,
    span_id: span = spanId,
    ...fields
  } = parsed
  const at = typeof time === 'string' ? Date.parse(time) : NaN
  const severity = String(level)
  return {
    timeUnixNano: toNanos(Number.isNaN(at) ? now : at),
    observedTimeUnixNano: toNanos(now),
    severityNumber: severities[severity] ?? 0,
    severityText: severity.toUpperCase(),
    body: toAnyValue(msg ?? ''),
    attributes: toAttributes(fields),
    ...(typeof given === 'string' && hex32.test(given) && { traceId: given }),
    ...(typeof span === 'string' && hex16.test(span) && { spanId: span }),
  }
}
