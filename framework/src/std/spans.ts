import { ambient, type Ambient } from './ambient.ts'
import type { Clock } from './clock.ts'
import type { Attributes, LogLine, Span, SpanKind } from './operation.ts'

const mostSpans = 500
const mostLines = 100

/** A span that is under way. */
export class OpenSpan implements Span {
  readonly name: string
  readonly kind: SpanKind
  readonly parent: number
  readonly start: number
  /** Its place in the list, for those below it. */
  readonly index: number
  end = -1
  failed: string | undefined = undefined
  attributes: Attributes | undefined = undefined

  constructor({ name, kind, parent, start, index }: Pick<OpenSpan, 'name' | 'kind' | 'parent' | 'start' | 'index'>) {
    this.name = name
    this.kind = kind
    this.parent = parent
    this.start = start
    this.index = index
  }
}

/** What happened in the course of one operation, in the order in which it began. Bounded: what is beyond is counted. */
export class Spans {
  readonly list: OpenSpan[] = []
  readonly lines: LogLine[] = []
  dropped = 0
  readonly #clock: Clock
  readonly #origin: number

  /** `origin`: when the operation began, by the monotonic clock. */
  constructor(clock: Clock, origin: number) {
    this.#clock = clock
    this.#origin = origin
  }

  begin(kind: SpanKind, name: string, parent = -1): OpenSpan | undefined {
    if (this.list.length >= mostSpans) {
      this.dropped++
      return undefined
    }
    const span = new OpenSpan({ name, kind, parent, start: this.#clock.monotonic() - this.#origin, index: this.list.length })
    this.list.push(span)
    return span
  }

  end(span: OpenSpan | undefined, attributes?: Attributes): void {
    if (span === undefined || span.end >= 0) return
    span.end = this.#clock.monotonic() - this.#origin
    if (attributes !== undefined) span.attributes = attributes
  }

  fail(span: OpenSpan | undefined, error: unknown, attributes?: Attributes): void {
    if (span === undefined || span.end >= 0) return
    this.end(span, attributes)
    span.failed = nameOf(error)
  }

  line(level: string, event: string, fields: LogLine['fields']): void {
    if (this.lines.length >= mostLines) this.dropped++
    else this.lines.push({ level, event, at: this.#clock.monotonic() - this.#origin, fields })
  }
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  return 'code' in error && typeof error.code === 'string' ? error.code : error.constructor.name
}

/**
 * Runs `work` as a span of its own in the request that is being served: a row of its waterfall, with all that `work` waits for below it.
 * Outside of a request, or where nothing is recorded, it only runs it.
 *
 * ```ts
 * import { span } from 'throughline/std'
 *
 * export const priceOf = (lines: readonly { cents: number }[]) =>
 *   span('price the order', () => lines.reduce((sum, { cents }) => sum + cents, 0))
 * ```
 */
export function span<Result>(name: string, work: () => Result, kind: SpanKind = 'custom'): Result {
  const request = ambient.get()
  const { spans } = request ?? {}
  const own = spans?.begin(kind, name, request?.span)
  if (request === undefined || spans === undefined || own === undefined) return work()
  let result: Result
  try {
    result = ambient.run(new Within(request, own.index), work)
  } catch (error) {
    spans.fail(own, error)
    throw error
  }
  if (!(result instanceof Promise)) {
    spans.end(own)
    return result
  }
  const settled = result.then(
    (value: unknown) => (spans.end(own), value),
    (error: unknown) => {
      spans.fail(own, error)
      throw error
    },
  )
  return settled as Result
}

/** The same request, seen from inside of one of its spans. */
class Within implements Ambient {
  readonly #of: Ambient
  readonly span: number

  constructor(of: Ambient, span: number) {
    this.#of = of instanceof Within ? of.#of : of
    this.span = span
  }

  get id() {
    return this.#of.id
  }
  get route() {
    return this.#of.route
  }
  get signal() {
    return this.#of.signal
  }
  get log() {
    return this.#of.log
  }
  get actor() {
    return this.#of.actor
  }
  get due() {
    return this.#of.due
  }
  get trace() {
    return this.#of.trace
  }
  get baggage() {
    return this.#of.baggage
  }
  get startedAt() {
    return this.#of.startedAt
  }
  get safe() {
    return this.#of.safe
  }
  get background() {
    return this.#of.background
  }
  get spans() {
    return this.#of.spans
  }
  get spanId() {
    return this.#of.spanId
  }
}
