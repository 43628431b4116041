import { AsyncLocalStorage } from 'node:async_hooks'
import type { Kysely } from 'kysely'
import type { QueryResult } from 'pg'
import { ambient } from '../../std/ambient.ts'
import type { Clock } from '../../std/clock.ts'
import type { Log } from '../../std/log.ts'
import type { Meter } from '../../std/meter.ts'
import type { Resource } from '../../std/resource.ts'
import { maskUrl, parseServiceUrl } from '../../std/service-url.ts'
import type { Resilience, Watched } from '../../system/resilience/index.ts'
import { builder, kyselyOn, statementsOn } from './builder.ts'
import { mapConstraint, type ConstraintMap } from './constraints.ts'
import type { DbDriver } from './driver.ts'
import { readEngine, type Engine } from './engine.ts'
import { Migrations } from './migrations/migrations.ts'
import type { MigrationSet } from './migrations/set.ts'
import { attachDriver, openDriver } from './open.ts'
import { defaultLimits, type PoolLimits, type PoolStats } from './pool-limits.ts'
import type { PoolLoad } from './pool-load.ts'
import { Pool } from './pool.ts'
import { assertSafe } from './safe.ts'
import { explain, type Plan } from './explain.ts'
import { measurePool } from './pool-metrics.ts'
import { openSession } from './session.ts'
import { Statements, type StatementStats } from './statements.ts'
import { runTransaction, type Inside } from './transaction.ts'
import type { StatementComment } from './statement-comment.ts'
import type { Queryable, TransactionOptions, Tx } from './tx.ts'

export interface DatabaseOptions {
  log: Log
  clock: Clock
  migrations?: readonly MigrationSet[]
  pool?: Partial<PoolLimits>
  constraints?: ConstraintMap
  /** Milliseconds that any statement may take before it is cancelled on the server. Default 30,000. Migrations may take longer. */
  statementDeadline?: number
  /**
   * What statements say of the request they belong to, where the database shows them: its route, or with `'request'` also its id and trace. That
   * costs the plans that are otherwise kept: each is then parsed and planned anew. Default `'none'`.
   */
  comment?: StatementComment
  /** Where its statements and its pool are measured. Default: nowhere. */
  meter?: Meter
  /** Where it tells whether it is within reach, and how often a transaction had to be run again. Default: nobody. */
  resilience?: Pick<Resilience, 'watch'>
}

export interface OpenOptions {
  /** Applies what is pending before the first request. Default true. */
  migrate?: boolean
  /** Works through the process that has the data folder open, when one has: for tools beside a running application. Default false: then the folder is refused. */
  attach?: boolean
}

/**
 * A PostgreSQL database by its URL: `pglite:FOLDER` embedded, `postgres://…`, or `embedded-postgres:FOLDER`. It does nothing until `open()`.
 *
 * Everything it rejects with is PostgreSQL's own error (a bug: a 500), what `constraints` makes of one, the reason of a fired signal,
 * or one of `database-unavailable`, `pool-exhausted`, `deadline-exceeded` and `commit-outcome-unknown`.
 *
 * ```ts
 * import { database } from 'throughline/db'
 * import { silentLog, systemClock } from 'throughline/std'
 *
 * const db = database('pglite:./.data/db', { log: silentLog, clock: systemClock, migrations: [{ name: 'shop', from: new URL('./migrations/', import.meta.url) }] })
 * ```
 */
export function database(url: string, options: DatabaseOptions): Db {
  return new Db(url, options)
}

/** `database()` and its `open()`. */
export async function openDb(url: string, options: DatabaseOptions): Promise<Db> {
  const db = database(url, options)
  await db.open()
  return db
}

interface Opened {
  readonly driver: DbDriver
  readonly pool: Pool
  readonly engine: Engine
}

/** A database and its pool of connections. As a `Queryable`, every statement on it is a transaction of its own. */
export class Db implements Resource, Queryable {
  readonly '~queryable' = true
  readonly name = 'db'
  readonly migrations: Migrations
  readonly [builder]: Kysely<unknown>
  readonly #url: string
  readonly #options: DatabaseOptions
  readonly #inside = new AsyncLocalStorage<Inside>()
  readonly #statements: Statements
  #opened: Opened | undefined
  #watched: Watched | undefined

  constructor(url: string, options: DatabaseOptions) {
    this.#url = url
    const log = options.log.child({ module: 'db' })
    this.#options = { ...options, log }
    this.#statements = new Statements(options.meter)
    if (options.meter !== undefined) measurePool(options.meter, () => this.#opened?.pool.stats())
    this[builder] = kyselyOn(statementsOn((sql, parameters) => this.#query(sql, parameters)))
    this.migrations = new Migrations(options.migrations ?? [], { log, clock: options.clock, pool: () => this.#ready.pool })
  }

  /** Rejects with a `BootError`: `driver-unknown`, `driver-parameter-unknown`, `database-unreachable`, `database-too-old`, or one about a migration. */
  async open({ migrate = true, attach = false }: OpenOptions = {}): Promise<void> {
    const { clock, log, comment, statementDeadline = 30_000 } = this.#options
    ambient.want()
    this.#watched ??= this.#options.resilience?.watch(this.name)
    const url = this.#parsedUrl()
    const driver = (attach ? await attachDriver(url) : undefined) ?? (await openDriver(url, { clock, log }))
    try {
      const limits = { ...defaultLimits, ...this.#options.pool }
      limits.max = Math.min(limits.max, driver.maxConnections)
      const engine = await readEngine(driver, { clock, log, place: maskUrl(url), max: limits.max })
      const pool: Pool = new Pool({
        log,
        clock,
        limits,
        onHealth: (state, error) => this.#watched?.tell(state, error),
        connect: () =>
          openSession({ driver, clock, statementDeadline, comment, statements: this.#statements, onLost: (session) => pool.lost(session) }),
      })
      this.#opened = { driver, pool, engine }
      if (migrate) await this.migrations.apply()
    } catch (error) {
      await this.#shut(driver)
      throw error
    }
  }

  /** Units that are under way finish first, for as long as an acquire may take. */
  async close(): Promise<void> {
    await this.#shut(this.#ready.driver)
  }

  async #shut(driver: DbDriver): Promise<void> {
    await this.#opened?.pool.close()
    this.#opened = undefined
    await driver.close()
  }

  /** Rejects with `database-unavailable` or `pool-exhausted`. */
  async health(signal: AbortSignal): Promise<undefined> {
    const { pool } = this.#ready
    const session = await pool.acquire({ route: 'health', signal })
    try {
      await session.query('select 1')
    } finally {
      pool.release(session)
    }
  }

  /**
   * Runs `work` in a transaction: all of it is saved or, when it throws, nothing.
   *
   * After a serialization failure or a deadlock the whole of `work` runs again, so what it does besides SQL belongs into `tx.afterCommit()`.
   * When the request's signal, `options.signal` or `options.deadline` fires, the running statement is cancelled on the server.
   *
   * ```ts
   * import { tables, type Db } from 'throughline/db'
   *
   * const on = tables<{ accounts: { id: string; cents: number } }>()
   * export const deposit = (db: Db, id: string, cents: number) =>
   *   db.transaction(
   *     (tx) => on(tx).updateTable('accounts').set((account) => ({ cents: account('cents', '+', cents) })).where('id', '=', id).execute(),
   *     { isolation: 'serializable', deadline: 2_000 },
   *   )
   * ```
   */
  async transaction<Result>(work: (tx: Tx) => Promise<Result>, options: TransactionOptions = {}): Promise<Result> {
    const outer = this.#enclosing()
    if (outer !== undefined) return this.#join(outer, work, options)
    const { log, clock, constraints = {} } = this.#options
    const onRetry = (error: unknown): void => this.#watched?.retried(error)
    return runTransaction({ pool: this.#ready.pool, log, clock, constraints, inside: this.#inside, onRetry }, work, options)
  }

  async #query(sql: string, parameters: readonly unknown[]): Promise<QueryResult> {
    const outer = this.#enclosing()
    if (outer !== undefined) return outer.unit.join(() => outer.unit.query(sql, parameters))
    assertSafe(sql)
    const { pool } = this.#ready
    const request = ambient.get()
    const session = await pool.acquire({ route: request?.route, signal: request?.signal, spans: request?.spans, span: request?.span })
    const onAbort = (): void => session.interrupt(request?.signal.reason)
    request?.signal.addEventListener('abort', onAbort, { once: true })
    try {
      return await session.query(sql, parameters)
    } catch (error) {
      throw mapConstraint(error, this.#options.constraints ?? {})
    } finally {
      request?.signal.removeEventListener('abort', onAbort)
      pool.release(session)
    }
  }

  async #join<Result>(
    { unit, options: outer }: Inside,
    work: (tx: Tx) => Promise<Result>,
    { isolation }: TransactionOptions,
  ): Promise<Result> {
    if (isolation !== undefined && isolation !== (outer.isolation ?? 'read committed'))
      throw new Error(
        `A ${isolation} transaction cannot join one that is ${outer.isolation ?? 'read committed'}: leave one of the two out.`,
      )
    return unit.join((tx) => this.#inside.run({ unit, options: {} }, () => work(tx)))
  }

  /** On one connection the root handle would wait for the transaction that waits for it; on many it would not see what the transaction wrote. */
  #enclosing(): Inside | undefined {
    const inside = this.#inside.getStore()
    if (inside?.unit.open !== true) return undefined
    if (inside.options.encloses === true) return inside
    throw new Error(
      'The database itself was used inside a transaction: use the `tx` that the work was given, and tx.transaction() for a nested one.',
    )
  }

  stats(): PoolStats {
    return this.#ready.pool.stats()
  }

  /** How full the pool was at the times of the last five minutes when somebody waited for a connection. */
  load(): PoolLoad {
    return this.#ready.pool.load()
  }

  /** What is known of every statement since the start, what took longest in all first. */
  statements(): StatementStats[] {
    return this.#statements.report()
  }

  /**
   * How the engine would run a statement that was sent before, given as `statements()` shows it; undefined for any other. Nothing is run.
   *
   * It needs no values for `$1`, and PostgreSQL 16 or newer: older ones have their reason in the plan's `problem`.
   */
  async explain(shown: string): Promise<Plan | undefined> {
    const sql = this.#statements.find(shown)
    return sql === undefined ? undefined : explain(this.#ready.pool, sql)
  }

  /** The URL without its password. */
  get place(): string {
    return maskUrl(this.#parsedUrl())
  }

  get engine(): Engine {
    return this.#ready.engine
  }

  #parsedUrl(): URL {
    return parseServiceUrl(this.#url, 'postgres://user:password@host:5432/name')
  }

  get #ready(): Opened {
    if (this.#opened === undefined)
      throw new Error('The database is not open: call open(), or list it in the resources of the application.')
    return this.#opened
  }
}
