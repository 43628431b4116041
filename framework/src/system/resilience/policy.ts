import type { Fallback } from './fallback.ts'

/** What protects one dependency. What is left out is off, except for what is said otherwise. Times in milliseconds, shares between 0 and 1. */
export interface Policy<Spare = never> {
  /** For one attempt; its `signal` fires then. Default 10,000: there is no call without a limit. */
  timeout?: number
  /** How failed attempts are repeated. Default: they are not. */
  retry?: RetryPolicy
  /** When the dependency is given up for a while. `'off'`: never. Default: see `BreakerPolicy`. */
  breaker?: BreakerPolicy | 'off'
  /** How many attempts may be under way at once, so that what hangs here cannot take the whole process along. Default: any number. */
  bulkhead?: BulkheadPolicy
  /** What to answer instead. Default: nothing, the failure is thrown. */
  fallback?: Fallback<Spare>
  /** What a failure says about the dependency. Default: `judge()`. */
  judge?: Judge
}

export interface RetryPolicy {
  /** Attempts after the first one. Default 2. */
  times?: number
  /** Whether the longest pause doubles with every attempt, or stays. Default `'exponential'`. */
  backoff?: 'exponential' | 'constant'
  /** The longest pause before the second attempt. Every pause is between nothing and its longest (full jitter). Default 100. */
  base?: number
  /** No pause is longer, and a `Retry-After` beyond it is not waited for. Default 5,000. */
  cap?: number
  /** How much of the load of the last 10 s repeats may be. The first three are free, or what is seldom called would never be repeated. Default 0.1. */
  budget?: number
}

/** Opens when enough of the last calls failed, or when enough were slow. */
export interface BreakerPolicy {
  /** How far back is looked. Default 10,000. */
  window?: number
  /** Fewer calls than these in the window say nothing. Default 10. */
  minimum?: number
  /** The share of failures that opens it. Default 0.5. */
  failures?: number
  /** A call is slow `after` this long; `share` of slow calls opens it. Default: slowness does not. */
  slow?: { after: number; share: number }
  /** How long it stays open. Doubles with every failed probe, up to a minute. Default 5,000. */
  openFor?: number
  /** How many calls try out whether it is well again, and must all succeed. Default 1. */
  probes?: number
}

export interface BulkheadPolicy {
  concurrent: number
  /** How many may wait for a place. Default 0. */
  queue?: number
  /** How long they may. Default: as long as an attempt. */
  wait?: number
}

/**
 * `failed`: the dependency is unwell; the breaker counts it, and who may repeats it. `refused`: it is well and said no, so that repeating is idle.
 * `unknown`: it was not its doing.
 */
export type Verdict = 'failed' | 'refused' | 'unknown'
export type Judge = (error: unknown) => Verdict

export const defaultTimeout = 10_000

/** Throws a `TypeError` that names the first value which cannot be meant. */
export function checkPolicy(name: string, { timeout, retry = {}, breaker = {}, bulkhead }: Policy<unknown>): void {
  const bad = (what: string, found: unknown, allowed: string): never => {
    throw new TypeError(`The policy of ${name} has ${what} ${String(found)}. Allowed: ${allowed}.`)
  }
  const positive = { timeout, base: retry.base, cap: retry.cap, wait: bulkhead?.wait, concurrent: bulkhead?.concurrent }
  const own = breaker === 'off' ? {} : breaker
  const durations = {
    ...positive,
    window: own.window,
    openFor: own.openFor,
    minimum: own.minimum,
    probes: own.probes,
    after: own.slow?.after,
  }
  for (const [what, value] of Object.entries(durations))
    if (value !== undefined && !(value > 0 && value < Infinity)) bad(what, value, 'a number above 0')
  for (const [what, value] of Object.entries({ times: retry.times, queue: bulkhead?.queue }))
    if (value !== undefined && (!Number.isInteger(value) || value < 0)) bad(what, value, 'a whole number from 0')
  for (const [what, value] of Object.entries({ budget: retry.budget, failures: own.failures, slow: own.slow?.share }))
    if (value !== undefined && !(value > 0 && value <= 1)) bad(what, value, 'a share above 0, up to 1')
}
