import type { Kysely } from 'kysely'

/** Where statements can run: a `Db`, each one on its own, or a `Tx`, all or none. Opaque to the domain, which only passes it on. */
export interface Queryable {
  readonly '~queryable': true
}

/** A transaction that is under way. Whoever holds it may read and write in it, and nothing outside of it sees that before the commit. */
export interface Tx extends Queryable {
  readonly '~tx': true
  /** A savepoint: when `work` throws, only its own changes are undone. */
  transaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>
  /**
   * Runs a statement as the last one, in the same flight as COMMIT: a write that nothing in this transaction reads costs no round trip of its own.
   * What it breaks is thrown by `transaction()`, and nothing is saved. Take it from `compile()` of a Kysely query or an `sql` fragment.
   */
  withCommit(statement: Statement): void
  /** Runs once the outermost transaction has been committed, never before, and not at all after a rollback. What it throws is logged. */
  afterCommit(work: () => void | Promise<void>): void
}

/** SQL text and what its `$1`, `$2` … stand for: a compiled query of Kysely is one. */
export interface Statement {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

export type Isolation = 'read committed' | 'repeatable read' | 'serializable'

export interface TransactionOptions {
  /** Default `'read committed'`. */
  isolation?: Isolation
  readOnly?: boolean
  /**
   * Everything below joins: `db.transaction()` becomes a part of this one that may fail by itself, and statements on the database run in it.
   * What is joined is saved when this one is. Default: both are refused inside of a transaction.
   */
  encloses?: boolean
  /** Milliseconds for the whole unit, its retries included. Default: what is left of the request's own. */
  deadline?: number
  signal?: AbortSignal
  /** How often the whole unit is run again after a serialization failure (40001), a deadlock (40P01), or on a connection that was found dead. Default 5. */
  retries?: number
}

/** Gives the typed query builder for statements on a `Db` or in a `Tx`. See `tables()`. */
export type Tables<Schema> = (on: Queryable) => Kysely<Schema>
