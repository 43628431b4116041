import { spansOf, linesOf } from '../../http/record/operation.ts'
import { toHttpRecord } from '../../http/record/http-record.ts'
import type { Exchange } from '../../http/exchange.ts'
import type { HttpRecord, LogLine } from '../../std/operation.ts'
import { redactValue } from '../../std/redact.ts'
import type { Redaction } from '../../std/redaction.ts'
import { framesOf, type Frame } from '../../std/stack.ts'
import { codeFrame, type CodeLine } from './code-frame.ts'
import { hintFor } from './hints.ts'

/** One error of a chain of causes. */
export interface Link {
  readonly type: string
  readonly code: string | undefined
  readonly message: string
  readonly frames: readonly Frame[]
  /** As V8 wrote it. */
  readonly stack: string
}

export interface Query {
  readonly sql: string
  /** Undefined while it runs. */
  readonly ms: number | undefined
  readonly rows: number | undefined
  readonly failed: string | undefined
}

/** Everything that the page says of a failure. Secrets are masked in it, as they are in the log. */
export interface Failure {
  readonly id: string
  readonly route: string
  readonly status: number
  /** The error first, then what caused it. */
  readonly chain: readonly Link[]
  /** The application's own first frame. */
  readonly at: Frame | undefined
  readonly code: readonly CodeLine[] | undefined
  readonly hint: string | undefined
  readonly http: HttpRecord
  readonly queries: readonly Query[]
  readonly logs: readonly LogLine[]
  /** What every other caller gets. */
  readonly document: string
}

const mostCauses = 8

export function toFailure(c: Exchange, error: unknown, answer: { readonly status: number; readonly document: string }): Failure {
  const errors = chainOf(error)
  const by = c.site.recording?.redaction
  const chain = errors.map((one) => toLink(one, by))
  // The innermost cause is where it began, but only our own code can be mended.
  const at = chain
    .toReversed()
    .flatMap(({ frames }) => frames)
    .find(({ of }) => of === 'application')
  return {
    id: c.id,
    route: c.route,
    ...answer,
    chain,
    at,
    code: at && codeFrame(at),
    hint: hintFor(errors),
    http: toHttpRecord(c),
    queries: queriesOf(c),
    logs: linesOf(c.spans, by),
  }
}

function chainOf(error: unknown): unknown[] {
  const chain: unknown[] = []
  for (let next = error; next !== undefined && chain.length < mostCauses && !chain.includes(next);) {
    chain.push(next)
    next = next instanceof Error ? (next.cause ?? (next instanceof AggregateError ? next.errors[0] : undefined)) : undefined
  }
  return chain
}

function toLink(error: unknown, by: Redaction | undefined): Link {
  const cleaned = redactValue(error, by)
  if (!(error instanceof Error))
    return { type: typeof error, code: undefined, message: JSON.stringify(cleaned) ?? 'undefined', frames: [], stack: '' }
  const { message = '', stack = '' } = cleaned as { message?: string; stack?: string }
  return {
    type: error.name === 'Error' ? error.constructor.name : error.name,
    code: 'code' in error && typeof error.code === 'string' ? error.code : undefined,
    message,
    frames: framesOf(stack, message),
    stack,
  }
}

function queriesOf(c: Exchange): Query[] {
  return spansOf(c.spans, c.site.recording?.redaction)
    .filter(({ kind }) => kind === 'sql')
    .map(({ name, start, end, failed, attributes }) => {
      const rows = attributes?.['rows']
      return { sql: name, ms: end < 0 ? undefined : end - start, rows: typeof rows === 'number' ? rows : undefined, failed }
    })
}
