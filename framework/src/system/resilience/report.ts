import type { BreakerState } from './breaker.ts'
import type { Tally } from './window.ts'

/** One dependency as a console shows it. Nothing in it says where the dependency is, or what it said. */
export interface DependencyReport {
  readonly name: string
  readonly state: BreakerState
  /** Set when somebody holds it there by hand. */
  readonly forced: 'open' | 'closed' | undefined
  /** Milliseconds until an attempt would be let through. */
  readonly askAgainIn: number
  /** What its breaker looks at. */
  readonly recent: Tally | undefined
  /** Since the start. */
  readonly calls: number
  readonly retries: number
  readonly rejected: number
  readonly fallbacks: number
  /** Places of its bulkhead. */
  readonly inUse: number | undefined
  readonly waiting: number | undefined
  readonly lastError: { readonly code: string; readonly at: string } | undefined
}
