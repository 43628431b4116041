import type { Clock } from '../../std/clock.ts'
import type { Queryable } from '../db/tx.ts'

/** A limit as stores see it. */
export interface StoredLimit {
  readonly algorithm: 'sliding-window' | 'fixed-window' | 'token-bucket' | 'concurrency'
  readonly limit: number
  /** Milliseconds. */
  readonly window: number
  /** What a token bucket holds. */
  readonly burst: number
}

export interface Verdict {
  readonly allowed: boolean
  /** Whole units that are left now. */
  readonly remaining: number
  /** Milliseconds until what was refused would be allowed; when it was allowed, until there is one unit more than now. */
  readonly wait: number
}

/** A place among the concurrent ones. */
export interface Lease extends Verdict {
  /** What `release` wants back. Only when it was allowed. */
  readonly id: string
}

/** Where requests are counted. Every method is atomic for all processes that share the store. */
export interface LimitsDriver {
  /**
   * Takes `cost` if it is left, and nothing if not; the window of a key begins with its first request. By the store's own clock.
   * `cost` is above zero, `limit` is no concurrency. The verdict may be the same object at the next call for this key: read it at once.
   */
  take(key: string, limit: StoredLimit, cost: number): Verdict | Promise<Verdict>
  /** One of `limit` places, for `ttl` milliseconds at most: a process that dies gives none back. */
  hold(key: string, limit: number, ttl: number): Lease | Promise<Lease>
  /** Gives a place back. One that has run out is no error. */
  release(key: string, id: string): void | Promise<void>
  /** Called once, after every other call has ended. */
  close(): Promise<void>
}

export interface LimitsDriverNeeds {
  readonly clock: Clock
  /** For `db:`. */
  readonly db: Queryable | undefined
}

/** Throws a `BootError` when `url` has an unknown parameter or something it needs is missing. No I/O yet. */
export type OpenLimitsDriver = (url: URL, needs: LimitsDriverNeeds) => LimitsDriver
