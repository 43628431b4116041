import type { Log, LogFields, LogSubject } from './log.ts'
import type { Spans } from './spans.ts'

/** A log of which every line is also part of an operation's record, whatever level is written. */
export function recordedLog(log: Log, spans: Spans): Log {
  return new RecordedLog(log instanceof RecordedLog ? log.inner : log, spans, undefined)
}

class RecordedLog implements Log {
  readonly inner: Log
  readonly #spans: Spans
  /** What its children's lines have besides their own. */
  readonly #bound: LogFields | undefined

  constructor(inner: Log, spans: Spans, bound: LogFields | undefined) {
    this.inner = inner
    this.#spans = spans
    this.#bound = bound
  }

  debug(event: string, fields?: LogFields): void {
    this.#keep('debug', event, fields)
    this.inner.debug(event, fields)
  }
  info(event: string, fields?: LogFields): void {
    this.#keep('info', event, fields)
    this.inner.info(event, fields)
  }
  warn(event: string, fields?: LogFields): void {
    this.#keep('warn', event, fields)
    this.inner.warn(event, fields)
  }
  error(event: string, fields?: LogFields): void {
    this.#keep('error', event, fields)
    this.inner.error(event, fields)
  }
  fatal(event: string, fields?: LogFields): void {
    this.#keep('fatal', event, fields)
    this.inner.fatal(event, fields)
  }
  child(fields: LogFields, of?: LogSubject): Log {
    return new RecordedLog(this.inner.child(fields, of), this.#spans, { ...this.#bound, ...fields })
  }

  #keep(level: string, event: string, fields: LogFields | undefined): void {
    this.#spans.line(level, event, this.#bound === undefined ? fields : { ...this.#bound, ...fields })
  }
}
