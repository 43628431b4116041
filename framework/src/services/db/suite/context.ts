import { after, before, type TestContext } from 'node:test'
import { systemClock } from '../../../std/clock.ts'
import type { Log, LogFields } from '../../../std/log.ts'
import { builderOf } from '../builder.ts'
import { openDb, type DatabaseOptions, type Db } from '../db.ts'
import { sql } from 'kysely'
import type { Queryable } from '../tx.ts'

export interface DbSuite {
  readonly name: string
  /** The URL of a database that nothing else uses. Called before every group of tests, after the one before has closed it. */
  url(): Promise<string>
}

export interface Line extends LogFields {
  readonly event: string
}

/** A log that a test can read. */
export function collectingLog(): { log: Log; lines: Line[] } {
  const lines: Line[] = []
  const write = (event: string, fields: LogFields = {}): void => void lines.push({ ...fields, event })
  const log: Log = { debug: write, info: write, warn: write, error: write, fatal: write, child: () => log }
  return { log, lines }
}

export interface Group {
  readonly db: Db
  readonly lines: readonly Line[]
}

/** Opens the database for the tests of one group, with a log of its own. */
export function openGroup(suite: DbSuite, options: Partial<DatabaseOptions> = {}): Group {
  const { log, lines } = collectingLog()
  let db: Db | undefined
  before(async () => {
    db = await openDb(await suite.url(), { log, clock: systemClock, ...options })
  })
  after(() => db?.close())
  return {
    lines,
    get db() {
      if (db === undefined) throw new Error('The group has not been opened.')
      return db
    },
  }
}

/** Runs one statement, or several without parameters, and resolves to its rows. */
export async function run(on: Queryable, text: string, parameters: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
  const parts = text.split(/\$\d+/)
  const strings = Object.assign(parts, { raw: parts })
  const { rows } = await sql<Record<string, unknown>>(strings, ...parameters).execute(builderOf(on))
  return rows
}

/** Skips with a reason when the engine has one connection only. Returns whether it did. */
export function needsTwo(t: TestContext, db: Db): boolean {
  if (db.stats().max > 1) return false
  t.skip('the engine has one connection')
  return true
}
