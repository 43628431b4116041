import type { Operation } from './operation.ts'
import type { Redaction } from './redaction.ts'

/** How an operation went, for the choice whether to keep it. */
export interface Ended {
  readonly ms: number
  readonly failed: boolean
  /** Its caller wants to see it. */
  readonly asked: boolean
  /** What `detail()` had said when it began. */
  readonly detailed: boolean
}

/** Why an operation is worth keeping; undefined when it is not. */
export type Keep = Operation['kept'] | undefined

/** What decides which operations are kept, and keeps them. `system/trace` implements it. */
export interface Recording {
  /** Whether an operation that begins at `now`, by the monotonic clock, is to be recorded in every detail: each step's time, headers, bodies. */
  detail(now: number): boolean
  /** The choice for operations of one name, made when one is over. Ask for it once, where the name is known. */
  keeper(name: string): (ended: Ended) => Keep
  /** `began`: when it did, by the monotonic clock. Default: as if it had ended just now. */
  add(operation: Operation, began?: number): void
  /** Whether bodies may be kept as well. */
  readonly bodies: boolean
  /** What is hidden in what is kept. Default: secrets, by name and by how they look. */
  readonly redaction?: Redaction | undefined
  /** Whether a caller may see its own operation because of what it sent: a trace that it records, or a grant. */
  isAsked(headers: readonly string[]): boolean
}
