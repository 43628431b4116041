import {
  DefaultQueryExecutor,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type CompiledQuery,
  type ConnectionProvider,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely'
import type { QueryResult as PgResult } from 'pg'
import type { Queryable } from './tx.ts'

/** Where a `Db` and a `Tx` keep their query builder, out of sight of the code that only passes them on. */
export const builder = Symbol('query builder')

export function builderOf(on: Queryable): Kysely<unknown> {
  const kysely = (on as { [builder]?: Kysely<unknown> })[builder]
  if (kysely === undefined) throw new TypeError('tables() needs a Db or a Tx, and was given something else.')
  return kysely
}

/** A Kysely whose statements run on what `provider` gives. It costs a few objects, so that every transaction can have its own. */
export function kyselyOn(provider: ConnectionProvider): Kysely<unknown> {
  return new Kysely<unknown>({ config: { dialect }, dialect, driver, executor: new DefaultQueryExecutor(compiler, adapter, provider) })
}

/** Lets Kysely's statements run through `query`. */
export function statementsOn(query: (sql: string, parameters: readonly unknown[]) => Promise<PgResult>): ConnectionProvider {
  const connection: DatabaseConnection = {
    async executeQuery<Row>(compiled: CompiledQuery): Promise<QueryResult<Row>> {
      const { command, rowCount, rows } = await query(compiled.sql, compiled.parameters)
      return { rows: rows as Row[], ...(changing.has(command) && { numAffectedRows: BigInt(rowCount ?? 0) }) }
    },
    streamQuery() {
      throw new Error('Streaming is not supported: read pages with keyset() instead.')
    },
  }
  return { provideConnection: (consumer) => consumer(connection) }
}

const changing = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])

/** Kysely would open transactions of its own here, without retries, cancellation or after-commit work. */
function refuse(): never {
  throw new Error('Transactions are opened with db.transaction(work), and savepoints with tx.transaction(work), not by the query builder.')
}

const driver: Driver = {
  init: async () => {},
  destroy: async () => {},
  releaseConnection: async () => {},
  acquireConnection: refuse,
  beginTransaction: refuse,
  commitTransaction: refuse,
  rollbackTransaction: refuse,
}
const compiler = new PostgresQueryCompiler()
const adapter = new PostgresAdapter()
const dialect: Dialect = {
  createDriver: () => driver,
  createQueryCompiler: () => compiler,
  createAdapter: () => adapter,
  createIntrospector: (db) => new PostgresIntrospector(db),
}
