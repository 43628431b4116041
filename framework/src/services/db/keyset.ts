import { createHmac, timingSafeEqual } from 'node:crypto'
import { sql, type SelectQueryBuilder, type SqlBool } from 'kysely'
import type { Clock } from '../../std/clock.ts'
import { Secret } from '../../std/secret.ts'
import { invalidCursor } from './errors.ts'

export interface KeysetRequest {
  /** Columns in order, each with its direction. Together they must be unique and never null: end with the id. */
  readonly order: readonly (readonly [column: string, direction: 'asc' | 'desc'])[]
  /** Rows a page, above zero. */
  readonly limit: number
  /** The `next` of the page before; undefined for the first one. */
  readonly after?: string | undefined
  /** Everything else that decides which rows there are: whose they are and how they are filtered. A cursor is good for the same scope only. */
  readonly scope: unknown
}

export interface KeysetPage<Row> {
  readonly items: Row[]
  /** Undefined on the last page. */
  readonly next: string | undefined
}

export interface Keyset {
  /** Rejects with `invalid-cursor` (400) when `after` was not made here, for this order and scope, within the lifetime. */
  page<DB, Table extends keyof DB, Row>(query: SelectQueryBuilder<DB, Table, Row>, request: KeysetRequest): Promise<KeysetPage<Row>>
}

export interface KeysetOptions {
  /** At least 32 bytes. Whoever has it can make cursors. */
  secret: Secret | string
  clock: Clock
  /** How long a cursor is good for, in milliseconds. Default a day. */
  lifetime?: number
}

/**
 * Pages that cost the same however deep they are, and neither skip nor repeat a row when others come and go.
 *
 * A cursor is opaque, signed (HMAC-SHA-256) and bound to the order and the scope it was made for.
 *
 * ```ts
 * import { keyset, tables, type Queryable } from 'throughline/db'
 * import { systemClock, type Secret } from 'throughline/std'
 *
 * const on = tables<{ orders: { id: string; buyer: string; placed_at: Date } }>()
 * export const orderPages = (secret: Secret) => {
 *   const pages = keyset({ secret, clock: systemClock })
 *   return (db: Queryable, buyer: string, after?: string) =>
 *     pages.page(on(db).selectFrom('orders').selectAll().where('buyer', '=', buyer), {
 *       order: [['placed_at', 'desc'], ['id', 'desc']],
 *       limit: 20,
 *       after,
 *       scope: { buyer },
 *     })
 * }
 * ```
 */
export function keyset({ secret, clock, lifetime = 86_400_000 }: KeysetOptions): Keyset {
  const key = secret instanceof Secret ? secret.reveal() : secret

  return {
    async page<DB, Table extends keyof DB, Row>(
      query: SelectQueryBuilder<DB, Table, Row>,
      request: KeysetRequest,
    ): Promise<KeysetPage<Row>> {
      const { order, limit, after } = request
      const binding = bind(key, request)
      const start = after === undefined ? undefined : read(after)
      // The sort values travel as PostgreSQL's own text: a Date would lose the microseconds and with them rows.
      let built = query.select(sql<string[]>`array[${sql.join(order.map(([column]) => sql`${sql.ref(column)}::text`))}]`.as(positions))
      if (start !== undefined) built = built.where(isAfter(order, start))
      for (const [column, direction] of order) built = built.orderBy(sql.ref(column), direction)
      const rows = (await built.limit(limit + 1).execute()) as (Row & { [positions]?: string[] })[]
      const last = rows.length > limit ? rows[limit - 1]?.[positions] : undefined
      for (const row of rows) delete row[positions]
      return { items: rows.slice(0, limit), next: last && write(last) }

      function write(values: readonly string[]): string {
        const payload = Buffer.from(JSON.stringify([clock.now().getTime() + lifetime, ...values])).toString('base64url')
        return `${payload}.${sign(key, payload, binding)}`
      }

      function read(cursor: string): string[] {
        const [payload = '', signature = ''] = cursor.split('.')
        const expected = Buffer.from(sign(key, payload, binding))
        const given = Buffer.from(signature)
        if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
          throw invalidCursor('`after` is not a cursor of this list with this order and filter.')
        }
        const [expires, ...values] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as [number, ...string[]]
        if (expires <= clock.now().getTime()) throw invalidCursor('`after` has expired: begin again at the first page.')
        return values
      }
    },
  }
}

const positions = '~position'

function bind(key: string, { order, scope }: KeysetRequest): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([order, scope]))
    .digest('base64url')
}

function sign(key: string, payload: string, binding: string): string {
  return createHmac('sha256', key).update(`${binding}.${payload}`).digest('base64url')
}

/** `(a, b) > (x, y)` where all directions are the same, which an index answers directly; otherwise the same thing spelled out. */
function isAfter(order: KeysetRequest['order'], values: readonly string[]) {
  const columns = order.map(([column]) => sql.ref(column))
  const direction = order[0]?.[1]
  if (order.every((other) => other[1] === direction)) {
    return sql<SqlBool>`(${sql.join(columns)}) ${sql.raw(direction === 'asc' ? '>' : '<')} (${sql.join(values)})`
  }
  const alternatives = order.map(([, way], index) => {
    const equal = columns.slice(0, index).map((column, position) => sql`${column} = ${values[position]}`)
    return sql`(${sql.join([...equal, sql`${columns[index]} ${sql.raw(way === 'asc' ? '>' : '<')} ${values[index]}`], sql` and `)})`
  })
  return sql<SqlBool>`(${sql.join(alternatives, sql` or `)})`
}
