import { ambient } from '../../std/ambient.ts'
import { shield } from '../../std/background.ts'
import type { Clock } from '../../std/clock.ts'
import type { Log } from '../../std/log.ts'
import type { Counter, Meter } from '../../std/meter.ts'
import type { Resource } from '../../std/resource.ts'
import { parseServiceUrl } from '../../std/service-url.ts'
import type { Queryable } from '../db/tx.ts'
import type { Lease, LimitsDriver, StoredLimit, Verdict } from './driver.ts'
import { openLimitsDriver } from './open.ts'

export interface LimitsOptions {
  clock: Clock
  log: Log
  meter: Meter
  /** For `db:`. Its migrations include `limitsMigrations`. */
  db?: Queryable
  /** Milliseconds that the store may take to answer before it counts as down. Default 500. */
  storeDeadline?: number
  /** Sends `X-RateLimit-Limit`, `-Remaining` and `-Reset` as well, for clients from before the standard. Default false. */
  legacyHeaders?: boolean
}

export interface NamedLimit extends StoredLimit {
  /** `open` counts in this process alone while the store is down, `closed` refuses. */
  readonly onStoreDown: 'open' | 'closed'
}

/** Undefined: the store is down and the limit is `closed`. */
type Answer<V> = V | undefined | Promise<V | undefined>

/**
 * Where requests are counted against their limits, by its URL: `memory:` for this process alone, `db:` for all that share the database.
 *
 * ```ts
 * import { limits } from 'throughline/limits'
 * import type { Db } from 'throughline/db'
 * import type { Clock, Log, Meter } from 'throughline/std'
 *
 * export const shared = (needs: { db: Db; clock: Clock; log: Log; meter: Meter }) => limits('db:', needs)
 * ```
 */
export function limits(url: string, options: LimitsOptions): Limits {
  return new Limits(url, options)
}

/** For a moment after a failure the store is not asked again: requests must not queue up behind it one by one. */
const rest = 1000

export class Limits implements Resource {
  readonly name = 'limits'
  readonly legacyHeaders: boolean
  readonly #url: string
  readonly #options: LimitsOptions
  readonly #fallbacks: Counter
  #driver: LimitsDriver | undefined
  #local: LimitsDriver | undefined
  #downUntil = -1

  constructor(url: string, options: LimitsOptions) {
    this.#url = url
    this.#options = { ...options, log: options.log.child({ module: 'limits' }) }
    this.legacyHeaders = options.legacyHeaders ?? false
    this.#fallbacks = options.meter.counter('rate_limit_fallbacks_total', {
      help: 'Requests that were not counted in the shared store, because it was down.',
    })
  }

  /** Rejects with `driver-unknown`, `driver-parameter-unknown` or `config-invalid`. */
  async open(): Promise<void> {
    const { clock, db } = this.#options
    const url = parseServiceUrl(this.#url, 'memory:')
    this.#driver = await openLimitsDriver(url, { clock, db })
    if (url.protocol !== 'memory:') this.#local = await openLimitsDriver(new URL('memory:'), { clock, db })
  }

  async close(): Promise<void> {
    await this.#driver?.close()
    await this.#local?.close()
  }

  /** Takes `cost` of what `key` has left. In memory it answers at once, without a promise. */
  take(key: string, limit: NamedLimit, cost: number): Answer<Verdict> {
    // Every request comes through here: in memory it makes no closure either.
    if (this.#local === undefined) return this.#opened.take(key, limit, cost)
    return this.#ask(limit, (driver) => driver.take(key, limit, cost))
  }

  /** A place among the concurrent ones, for `ttl` milliseconds at most. */
  hold(key: string, limit: NamedLimit, ttl: number): Answer<Held> {
    return this.#ask(limit, (driver) => {
      const lease = driver.hold(key, limit.limit, ttl)
      const held = (taken: Lease): Held => ({ ...taken, release: () => this.#release(driver, key, taken) })
      return lease instanceof Promise ? lease.then(held) : held(lease)
    })
  }

  #release(driver: LimitsDriver, key: string, { allowed, id }: Lease): void {
    if (!allowed) return
    // Shielded: a caller who left would otherwise keep the place. What fails all the same runs out by itself.
    shield(() => driver.release(key, id)).catch(() => {})
  }

  #ask<V>(limit: NamedLimit, question: (driver: LimitsDriver) => V | Promise<V>): Answer<V> {
    if (this.#local === undefined) return question(this.#opened)
    if (this.#options.clock.monotonic() < this.#downUntil) return this.#without(limit, question)
    return this.#inTime(question(this.#opened) as Promise<V>).then(
      (answer) => {
        if (this.#downUntil >= 0) this.#options.log.info('limits.store-back')
        this.#downUntil = -1
        return answer
      },
      (error: unknown) => {
        // The caller is gone or its time is over: that says nothing about the store.
        if (ambient.get()?.signal.aborted === true) throw error
        if (this.#downUntil < 0) this.#options.log.error('limits.store-down', { error })
        this.#downUntil = this.#options.clock.monotonic() + rest
        return this.#without(limit, question)
      },
    )
  }

  get #opened(): LimitsDriver {
    if (this.#driver === undefined)
      throw new Error('The limits are not open: call open(), or list them in the resources of the application.')
    return this.#driver
  }

  #without<V>(limit: NamedLimit, question: (driver: LimitsDriver) => V | Promise<V>): Answer<V> {
    this.#fallbacks.add()
    // A copy: it may be read behind a promise, when the next call for the key has changed the original.
    return limit.onStoreDown === 'closed' ? undefined : { ...(question(this.#local!) as V) }
  }

  #inTime<V>(answer: Promise<V>): Promise<V> {
    const { clock, storeDeadline = 500 } = this.#options
    return new Promise((resolve, reject) => {
      const disarm = clock.after(storeDeadline, () => reject(new Error(`The store of rate limits took more than ${storeDeadline} ms.`)))
      answer.then(resolve, reject).finally(disarm)
    })
  }
}

export interface Held extends Verdict {
  release(): void
}
