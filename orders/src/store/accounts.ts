import { sql } from 'throughline/db'
import type { AccountStore, StoredAccount } from '../domain/ports.ts'
import { on } from './tables.ts'

const columns = ['id', 'owner_id as ownerId', 'currency', 'balance'] as const

export const accountStore: AccountStore = {
  async insert(tx, { ownerId, ...account }) {
    await on(tx)
      .insertInto('accounts')
      .values({ ...account, owner_id: ownerId })
      .execute()
  },

  async list(db, ownerId, { limit, offset }) {
    const rows = await on(db)
      .selectFrom('accounts')
      .select(columns)
      .where('owner_id', '=', ownerId)
      .orderBy('id')
      .limit(limit)
      .offset(offset)
      .execute()
    return rows.map(toAccount)
  },

  async count(db, ownerId) {
    const { count } = await on(db)
      .selectFrom('accounts')
      .select((query) => query.fn.countAll<string>().as('count'))
      .where('owner_id', '=', ownerId)
      .executeTakeFirstOrThrow()
    return Number(count)
  },

  async removeEmpty(tx, ownerId) {
    await on(tx).deleteFrom('accounts').where('owner_id', '=', ownerId).where('balance', '=', '0').execute()
  },

  /** In the order of ids: two transfers that cross each other cannot deadlock. */
  async lock(tx, ids) {
    const rows = await on(tx).selectFrom('accounts').select(columns).where('id', 'in', ids).orderBy('id').forNoKeyUpdate().execute()
    return rows.map(toAccount)
  },

  async transfer(tx, { id, fromId, toId, currency, amount, createdAt }) {
    await sql`
      with moved as (
        update accounts set balance = balance + case id when ${fromId} then -${amount}::bigint else ${amount}::bigint end
        where id in (${fromId}, ${toId})
      )
      insert into transfers (id, from_id, to_id, currency, amount, created_at)
      values (${id}, ${fromId}, ${toId}, ${currency}, ${amount}, ${createdAt})`.execute(on(tx))
  },
}

function toAccount({ balance, ...row }: Omit<StoredAccount, 'balance'> & { balance: string }): StoredAccount {
  return { ...row, balance: Number(balance) }
}
