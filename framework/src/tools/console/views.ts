import type { Sentence } from '../../contract/trace/explain.ts'
import type { ClientTimings } from '../../contract/trace/client-timings.ts'
import type { Operation, OperationKind } from '../../std/operation.ts'
import type { ErrorGroup } from '../../system/errors/error-group.ts'

// What the console's pages are made of. Plain types: the pages, which run in a browser, and the handlers, which do not, share them.

/** What the head of every page says, and which pages there are: those of services that the application has. */
export interface OverviewView {
  readonly name: string
  readonly version: string
  readonly mode: 'development' | 'production' | 'test'
  readonly node: string
  readonly pid: number
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly state: string
  readonly pages: readonly 'database'[]
}

/** A row of the list of requests. */
export interface OperationRow {
  readonly id: string
  readonly traceId: string
  readonly kind: OperationKind
  readonly name: string
  readonly method?: string | undefined
  readonly target?: string | undefined
  readonly status: number
  readonly outcome: Operation['outcome']
  readonly kept: Operation['kept']
  readonly startedAt: number
  readonly ms: number
  /** Statements it sent, and milliseconds that they took together. */
  readonly queries: number
  readonly queryMs: number
  readonly actor?: string | undefined
  /** The code or class of what was thrown. */
  readonly error?: string | undefined
}

export interface OperationsView {
  readonly rows: readonly OperationRow[]
  /** How many more were held and fit. */
  readonly more: number
  /** How many operations are held in all. */
  readonly held: number
}

/** Everything of one trace that this process holds, in the order in which it began. */
export interface TraceView {
  readonly traceId: string
  readonly operations: readonly Operation[]
  /** What about its statements is worth a second look. */
  readonly smells: readonly Smell[]
  /** Why it went as it went, in sentences. */
  readonly sentences: readonly Sentence[]
  /** What clients saw of its requests, as far as they told. */
  readonly clients: readonly ClientView[]
}

export interface ClientView {
  /** The operation that answered. */
  readonly spanId: string
  readonly timings: ClientTimings
}

export interface Smell {
  readonly kind: 'n-plus-one' | 'select-star' | 'slow' | 'many-rows' | 'no-limit' | 'sequential-scan' | 'long-wait'
  readonly text: string
  /** What to do about it. */
  readonly fix: string
  readonly sql?: string | undefined
  readonly count?: number | undefined
}

export type ErrorGroupView = ErrorGroup

/** What went wrong, last seen first. */
export interface ErrorsView {
  readonly groups: readonly ErrorGroupView[]
}
