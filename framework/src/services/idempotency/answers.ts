import { sql } from 'kysely'
import { tables } from '../db/tables.ts'
import type { Queryable, Tx } from '../db/tx.ts'
import type { KeyedRequest } from './idempotency.ts'

/** An answer as it was sent, but for what every answer gets anew: the request's id, the date. */
export interface StoredAnswer {
  readonly status: number
  /** Name, value, name, value … */
  readonly headers: readonly string[]
  readonly body: Uint8Array | null
}

interface Schema {
  idempotency_answers: StoredAnswer & { scope: string; key: string; fingerprint: string; expires_at: Date }
}

const on = tables<Schema>()

/** Whether the key is this transaction's until its end: a process that dies gives it back. */
export async function lockKey(tx: Tx, name: string): Promise<boolean> {
  const { rows } = await sql<{ free: boolean }>`select pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) as free`.execute(on(tx))
  return rows[0]!.free
}

export async function findAnswer(db: Queryable, { scope, key }: KeyedRequest) {
  return on(db)
    .selectFrom('idempotency_answers')
    .select(['fingerprint', 'status', 'headers', 'body', sql<boolean>`expires_at <= now()`.as('expired')])
    .where('scope', '=', scope)
    .where('key', '=', key)
    .executeTakeFirst()
}

export async function deleteAnswer(tx: Tx, { scope, key }: KeyedRequest): Promise<void> {
  await on(tx).deleteFrom('idempotency_answers').where('scope', '=', scope).where('key', '=', key).execute()
}

/** Travels with the commit. Ten that have run out go with every one that comes, so that nothing else has to sweep. */
export function insertAnswer(
  tx: Tx,
  { scope, key, fingerprint }: KeyedRequest,
  { status, headers, body }: StoredAnswer,
  ttl: number,
): void {
  const statement = sql`
    with swept as (
      delete from idempotency_answers where ctid = any (
        array(select ctid from idempotency_answers where expires_at <= now() limit 10 for update skip locked)
      )
    )
    insert into idempotency_answers (scope, key, fingerprint, status, headers, body, expires_at)
    values (${scope}, ${key}, ${fingerprint}, ${status}, ${headers}, ${body}, now() + ${ttl / 1000} * interval '1 second')`
  tx.withCommit(statement.compile(on(tx)))
}
