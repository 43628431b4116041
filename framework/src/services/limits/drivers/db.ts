import { sql, type Kysely } from 'kysely'
import type { Clock } from '../../../std/clock.ts'
import { BootError } from '../../../std/errors.ts'
import { readParameters } from '../../../std/service-url.ts'
import { tables } from '../../db/tables.ts'
import type { Lease, LimitsDriver, OpenLimitsDriver, StoredLimit, Verdict } from '../driver.ts'

const sweepEvery = 600_000

/** Counts in the application's PostgreSQL: `db:`. One statement a request, by the server's clock. */
export const open: OpenLimitsDriver = (url, { clock, db }) => {
  readParameters(url, [])
  if (db === undefined) throw new BootError('config-invalid', 'Rate limits in db: need the database: limits(url, { db, … }).')
  return new DbLimits(tables<Schema>()(db), clock)
}

interface Schema {
  rate_limits: { expires: number }
  rate_limit_leases: { expires: number }
}

class DbLimits implements LimitsDriver {
  readonly #db: Kysely<Schema>
  readonly #clock: Clock
  #disarm: () => void
  #sweeping: Promise<unknown> = Promise.resolve()

  constructor(db: Kysely<Schema>, clock: Clock) {
    this.#db = db
    this.#clock = clock
    this.#disarm = clock.after(sweepEvery, () => this.#sweep())
  }

  async take(key: string, { algorithm, limit, window, burst }: StoredLimit, cost: number): Promise<Verdict> {
    const [capacity, span] = algorithm === 'token-bucket' ? [burst, window / limit] : [limit, window]
    const { rows } = await sql<Verdict>`select * from rate_limit_take(${key}, ${algorithm}, ${capacity}, ${span}, ${cost})`.execute(
      this.#db,
    )
    return rows[0]!
  }

  async hold(key: string, limit: number, ttl: number): Promise<Lease> {
    const { rows } = await sql<{ allowed: boolean; remaining: number; lease: string | null }>`
      select * from rate_limit_hold(${key}, ${limit}, ${ttl})`.execute(this.#db)
    const { allowed, remaining, lease } = rows[0]!
    return { allowed, remaining, wait: allowed ? 0 : 1000, id: lease ?? '' }
  }

  async release(_key: string, id: string): Promise<void> {
    await sql`select rate_limit_release(${id})`.execute(this.#db)
  }

  async close(): Promise<void> {
    this.#disarm()
    await this.#sweeping
  }

  /** What has run out says nothing any more: several processes may sweep at once. */
  #sweep(): void {
    const over = sql<number>`extract(epoch from clock_timestamp()) * 1000`
    this.#sweeping = Promise.all([
      this.#db.deleteFrom('rate_limits').where('expires', '<', over).execute(),
      this.#db.deleteFrom('rate_limit_leases').where('expires', '<', over).execute(),
    ])
      // It will be tried again, and whoever needs the database now hears of it first.
      .catch(() => {})
    this.#disarm = this.#clock.after(sweepEvery, () => this.#sweep())
  }
}
