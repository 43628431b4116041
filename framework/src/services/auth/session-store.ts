import { tables } from '../db/tables.ts'
import type { Queryable, Tx } from '../db/tx.ts'

interface AuthSchema {
  auth_sessions: { id: string; user_id: string; roles: readonly string[]; started_at: Date; expires_at: Date; ended_at: Date | null }
  auth_refresh_tokens: { hash: Buffer; session_id: string; issued_at: Date; used_at: Date | null }
}

export interface Session {
  readonly id: string
  readonly userId: string
  readonly roles: readonly string[]
}

const on = tables<AuthSchema>()

/** One statement, so that it is whole outside of a transaction too. The user's expired sessions go with it: nothing else sweeps them. */
export async function insertSession(db: Queryable, row: { session: Session; hash: Buffer; now: Date; expires: Date }): Promise<void> {
  const { session, hash, now, expires } = row
  await on(db)
    .with('swept', (q) => q.deleteFrom('auth_sessions').where('user_id', '=', session.userId).where('expires_at', '<=', now))
    .with('started', (q) =>
      q.insertInto('auth_sessions').values({
        id: session.id,
        user_id: session.userId,
        roles: session.roles,
        started_at: now,
        expires_at: expires,
        ended_at: null,
      }),
    )
    .insertInto('auth_refresh_tokens')
    .values({ hash, session_id: session.id, issued_at: now, used_at: null })
    .execute()
}

/** Marks the token as used and gives its session: to the first caller only, and only while the session lasts. */
export async function useToken(tx: Tx, hash: Buffer, now: Date): Promise<Session | undefined> {
  const row = await on(tx)
    .updateTable('auth_refresh_tokens as token')
    .from('auth_sessions as session')
    .set({ used_at: now })
    .whereRef('session.id', '=', 'token.session_id')
    // A second caller waits here for the first one's commit and then finds the token used.
    .where('token.hash', '=', hash)
    .where('token.used_at', 'is', null)
    .where('session.ended_at', 'is', null)
    .where('session.expires_at', '>', now)
    .returning(['session.id', 'session.user_id', 'session.roles'])
    .executeTakeFirst()
  return row && { id: row.id, userId: row.user_id, roles: row.roles }
}

export async function insertToken(tx: Tx, row: { hash: Buffer; sessionId: string; now: Date }): Promise<void> {
  await on(tx)
    .insertInto('auth_refresh_tokens')
    .values({ hash: row.hash, session_id: row.sessionId, issued_at: row.now, used_at: null })
    .execute()
}

/** Ends the session of a token that has been used, if this is one, and gives it. */
export async function endSessionOfUsedToken(db: Queryable, hash: Buffer, now: Date): Promise<Session | undefined> {
  const row = await on(db)
    .updateTable('auth_sessions as session')
    .from('auth_refresh_tokens as token')
    .set((session) => ({ ended_at: session.fn.coalesce('session.ended_at', session.val(now)) }))
    .whereRef('session.id', '=', 'token.session_id')
    .where('token.hash', '=', hash)
    .where('token.used_at', 'is not', null)
    .returning(['session.id', 'session.user_id', 'session.roles'])
    .executeTakeFirst()
  return row && { id: row.id, userId: row.user_id, roles: row.roles }
}

export async function endSession(db: Queryable, id: string, now: Date): Promise<void> {
  await on(db).updateTable('auth_sessions').set({ ended_at: now }).where('id', '=', id).where('ended_at', 'is', null).execute()
}
