export { abortReason, type AbortCause } from './abort.ts'
export type { Actor } from './actor.ts'
export { ambient, current, type Ambient } from './ambient.ts'
export { Background, shield } from './background.ts'
export type { Baggage, BaggageMember } from './baggage.ts'
export { canonicalJson, scriptJson } from './canonical-json.ts'
export { systemClock, type Clock } from './clock.ts'
export { errorTable, type BootErrorCode, type ProblemCode } from './error-table.ts'
export { AppError, BootError, type AppErrorInit } from './errors.ts'
export { parseHttpDate, toHttpDate } from './http-date.ts'
export { uuidv7, type Ids } from './ids.ts'
export { loader } from './loader.ts'
export { silentLog, type Log, type LogFields } from './log.ts'
export { maskUrls } from './mask-urls.ts'
export type {
  Counter,
  Gauge,
  Histogram,
  HistogramOptions,
  HistogramReading,
  Labelled,
  LabelledGaugeOptions,
  LabelledOptions,
  Meter,
  MetricOptions,
  ReadableOptions,
  Summary,
  SummaryOptions,
} from './meter.ts'
export type { Buckets, Exemplar, MetricFamily, MetricKind, MetricPoint } from './metric-family.ts'
export { stopPhases, type Resource, type StopPhase } from './resource.ts'
export { isMarkedRetryable, markRetryable } from './retryable.ts'
export { Secret } from './secret.ts'
export { seekable, type Seekable } from './seekable.ts'
export { span, Spans, type OpenSpan } from './spans.ts'
export { spanIdOf } from './operation.ts'
export type { Attributes, HttpRecord, LogLine, Operation, OperationKind, Span, SpanKind, Thrown } from './operation.ts'
export { parseDictionary, parseItem, parseList } from './structured-fields/parse.ts'
export { decimal, displayString, item, timestamp, token } from './structured-fields/values.ts'
export type { BareItem, Dictionary, InnerList, Item, List } from './structured-fields/values.ts'
export { structuredField } from './structured-fields/write.ts'
