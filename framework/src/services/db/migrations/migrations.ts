import type { QueryResult } from 'pg'
import type { Clock } from '../../../std/clock.ts'
import { BootError } from '../../../std/errors.ts'
import type { Log } from '../../../std/log.ts'
import { sqlState } from '../errors.ts'
import { isDatabaseError } from '../pg.ts'
import type { Pool } from '../pool.ts'
import type { Session } from '../session.ts'
import { readSets, type Migration, type MigrationSet } from './set.ts'

export type MigrationState = 'applied' | 'pending' | 'edited' | 'missing'

export interface MigrationStatus {
  readonly set: string
  readonly name: string
  readonly state: MigrationState
  readonly appliedAt: Date | undefined
}

export interface PendingMigration {
  readonly set: string
  readonly name: string
  /** Exactly what would be sent. */
  readonly sql: string
  readonly transactional: boolean
}

export interface AppliedMigration {
  readonly set: string
  readonly name: string
  readonly ms: number
}

interface Needs {
  readonly log: Log
  readonly clock: Clock
  pool(): Pool
}

interface Row {
  readonly set: string
  readonly name: string
  readonly checksum: string
  readonly applied_at: Date
}

// Any number that no other program uses as an advisory lock: the bytes of "TLmigrat".
const lockKey = '6074870330393882996'
const lockPollMs = 100

const createTable = `create table if not exists throughline_migrations (
  set text not null, name text not null, checksum text not null, applied_at timestamptz not null default now(), ms integer not null, primary key (set, name))`

/** What has been done to the schema, what is still to do, and doing it. Never back: a change is undone by a new migration. */
export class Migrations {
  readonly #sets: readonly MigrationSet[]
  readonly #needs: Needs

  constructor(sets: readonly MigrationSet[], needs: Needs) {
    this.#sets = sets
    this.#needs = needs
  }

  /** The same database seen by other sets. */
  of(sets: readonly MigrationSet[]): Migrations {
    return new Migrations(sets, this.#needs)
  }

  /** Every migration that is known here or was applied here, in order. Changes nothing. */
  async status(): Promise<MigrationStatus[]> {
    const migrations = await readSets(this.#sets)
    return this.#withSession(async (session) => compare(migrations, await readApplied(session)))
  }

  /** What `apply()` would run. Changes nothing; rejects as `apply()` would. */
  async plan(): Promise<PendingMigration[]> {
    const migrations = await readSets(this.#sets)
    const pending = await this.#withSession(async (session) => pendingOf(migrations, await readApplied(session)))
    return pending.map(({ set, name, sql, transactional }) => ({ set, name, sql, transactional }))
  }

  /**
   * Runs what is pending, one runner at a time in all processes; a second one waits and finds nothing left to do.
   *
   * Rejects with a `BootError`: `migration-edited`, `migration-missing`, `migration-out-of-order`, `migration-invalid` or `migration-failed`.
   * The lock belongs to the session, so through a pooler in transaction mode migrations need a URL that goes to the server itself.
   */
  async apply(): Promise<AppliedMigration[]> {
    const migrations = await readSets(this.#sets)
    if (migrations.length === 0) return []
    return this.#withSession(async (session) => {
      await this.#lock(session)
      try {
        await run(session, createTable)
        const done: AppliedMigration[] = []
        for (const migration of pendingOf(migrations, await readApplied(session))) done.push(await this.#applyOne(session, migration))
        return done
      } finally {
        if (!session.broken) await run(session, `select pg_advisory_unlock(${lockKey})`)
      }
    })
  }

  async #withSession<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    const pool = this.#needs.pool()
    const session = await pool.acquire({ route: 'migrations' })
    try {
      return await work(session)
    } finally {
      pool.release(session)
    }
  }

  /** Asks again and again instead of waiting in the server: a waiting statement has a snapshot, and `create index concurrently` would wait for it. */
  async #lock(session: Session): Promise<void> {
    for (let tries = 0; ; tries++) {
      const { rows } = await run(session, `select pg_try_advisory_lock(${lockKey}) as mine`)
      if ((rows[0] as { mine: boolean }).mine) return
      if (tries === 0) this.#needs.log.info('db.migrations-waiting')
      await new Promise<void>((resolve) => this.#needs.clock.after(lockPollMs, resolve))
    }
  }

  async #applyOne(session: Session, migration: Migration): Promise<AppliedMigration> {
    const { clock, log } = this.#needs
    const { set, name, checksum, sql, transactional } = migration
    const started = clock.monotonic()
    try {
      if (transactional) await run(session, 'begin')
      await run(session, sql)
      if (session.inTransaction !== transactional)
        throw new Error('It ends or begins a transaction by itself. Remove its begin, commit and rollback.')
      const ms = Math.round(clock.monotonic() - started)
      await run(session, 'insert into throughline_migrations (set, name, checksum, ms) values ($1, $2, $3, $4)', [set, name, checksum, ms])
      if (transactional) await run(session, 'commit')
      log.info('db.migrated', { set, name, ms })
      return { set, name, ms }
    } catch (error) {
      await session.rollback()
      throw failed(migration, error)
    }
  }
}

function run(session: Session, sql: string, parameters?: unknown[]): Promise<QueryResult> {
  return session.query(sql, parameters, Infinity)
}

async function readApplied(session: Session): Promise<Row[]> {
  try {
    const { rows } = await run(session, 'select set, name, checksum, applied_at from throughline_migrations order by set, name')
    return rows as Row[]
  } catch (error) {
    if (sqlState(error) === '42P01') return []
    throw error
  }
}

function compare(migrations: readonly Migration[], applied: readonly Row[]): MigrationStatus[] {
  const known = migrations.map(({ set, name, checksum }): MigrationStatus => {
    const row = applied.find((other) => other.set === set && other.name === name)
    const state = row === undefined ? 'pending' : row.checksum === checksum ? 'applied' : 'edited'
    return { set, name, state, appliedAt: row?.applied_at }
  })
  // Sets that are not listed here belong to another application in the same database.
  const gone = applied.filter(
    (row) => migrations.some(({ set }) => set === row.set) && !migrations.some(({ set, name }) => set === row.set && name === row.name),
  )
  return [...known, ...gone.map(({ set, name, applied_at }): MigrationStatus => ({ set, name, state: 'missing', appliedAt: applied_at }))]
}

function pendingOf(migrations: readonly Migration[], applied: readonly Row[]): Migration[] {
  const pending: Migration[] = []
  for (const { set, name, state } of compare(migrations, applied)) {
    const migration = migrations.find((other) => other.set === set && other.name === name)
    if (state === 'missing')
      throw new BootError(
        'migration-missing',
        `The migration ${set}/${name} has been applied to this database, and this release does not have it.`,
      )
    if (migration === undefined || state === 'applied') continue
    if (state === 'edited')
      throw new BootError('migration-edited', `${migration.source} has been changed since it was applied to this database.`)
    const later = applied.find((row) => row.set === set && row.name > name)
    if (later !== undefined) {
      throw new BootError(
        'migration-out-of-order',
        `${migration.source} is pending, and ${later.name}, which comes after it, has already been applied.`,
      )
    }
    pending.push(migration)
  }
  return pending
}

function failed({ source, sql, transactional }: Migration, error: unknown): BootError {
  const said = error instanceof Error ? error.message : String(error)
  const before = isDatabaseError(error) && error.position !== undefined ? sql.slice(0, Number(error.position) - 1).split('\n') : undefined
  const place = before === undefined ? source : `${source}:${before.length}:${(before.at(-1) ?? '').length + 1}`
  const state = sqlState(error)
  const fix = transactional
    ? undefined
    : 'Correct it. It ran outside of a transaction, so look first at what it left behind, such as an invalid index.'
  return new BootError('migration-failed', `${place}: ${said}${state === undefined ? '' : ` (SQLSTATE ${state})`}`, {
    cause: error,
    ...(fix && { fix }),
  })
}
