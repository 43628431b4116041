import type { Kysely } from 'kysely'
import { builderOf } from './builder.ts'
import type { Queryable, Tables } from './tx.ts'

/**
 * Gives the typed query builder of a schema, for statements on a `Db` or in a `Tx`.
 *
 * `int8` and `numeric` columns come back as strings on every engine, because JavaScript's numbers cannot hold them all;
 * `timestamptz` as `Date`; `date` and `timestamp` as the text that PostgreSQL sends, because they belong to no time zone.
 *
 * ```ts
 * import { tables, type Queryable } from 'throughline/db'
 *
 * interface Schema { products: { id: string; name: string; cents: number } }
 * const on = tables<Schema>()
 * export const productNames = (db: Queryable) => on(db).selectFrom('products').select('name').orderBy('name').execute()
 * ```
 */
export function tables<Schema>(): Tables<Schema> {
  return (on: Queryable) => builderOf(on) as Kysely<Schema>
}
