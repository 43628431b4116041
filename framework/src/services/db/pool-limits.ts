/** Times in milliseconds. */
export interface PoolLimits {
  /** Connections at once, never more than the engine has. Default 10. */
  max: number
  /** How long a caller waits for a connection before the answer is 503. Default 5,000. */
  acquireTimeout: number
  /** Default 30,000. */
  idleTimeout: number
  /** After about this long (a tenth is random) a connection is replaced, so that a moved or rebalanced server is met. Default 1,800,000. */
  maxLifetime: number
  /** A transaction that holds a connection this long is logged with the line that opened it. Default 30,000. */
  leakAfter: number
}

export const defaultLimits: PoolLimits = { max: 10, acquireTimeout: 5_000, idleTimeout: 30_000, maxLifetime: 1_800_000, leakAfter: 30_000 }

export interface PoolStats {
  readonly inUse: number
  readonly idle: number
  readonly waiting: number
  readonly max: number
  /** How long callers waited for a connection since the start, in milliseconds. */
  readonly acquired: { readonly count: number; readonly total: number; readonly longest: number }
}
