import { createHash, randomBytes } from 'node:crypto'
import type { Actor } from '../../std/actor.ts'
import type { Clock } from '../../std/clock.ts'
import type { Ids } from '../../std/ids.ts'
import { silentLog, type Log } from '../../std/log.ts'
import type { Db } from '../db/db.ts'
import type { Queryable, Tx } from '../db/tx.ts'
import type { AccessTokens } from './access-tokens.ts'
import { tokenReused, unauthenticated } from './problems.ts'
import { endSession, endSessionOfUsedToken, insertSession, insertToken, useToken, type Session } from './session-store.ts'

/** What a login or a refresh answers. */
export interface TokenPair {
  readonly accessToken: string
  readonly refreshToken: string
  readonly tokenType: 'Bearer'
  /** Seconds that the access token lives. */
  readonly expiresIn: number
}

export interface Sessions {
  /** A new login, in the caller's transaction when given one. */
  begin(on: Queryable, actor: Actor): Promise<TokenPair>
  /** Uses the refresh token up. Rejects with `unauthenticated`, or with `token-reused` after ending the session that it belongs to. */
  rotate(refreshToken: string): Promise<TokenPair>
  /** Its refresh tokens stop at once, its access tokens when they expire. A session that is unknown or over is no error. */
  end(sessionId: string): Promise<void>
}

export interface SessionOptions {
  db: Pick<Db, 'transaction'> & Queryable
  tokens: AccessTokens
  clock: Clock
  ids: Ids
  /** Milliseconds from login to the next login, however often it was refreshed. Default 30 days. */
  ttl?: number
  /** The user's roles as they are now, asked at every refresh; undefined refuses. Default: the roles of the login. */
  roles?: (tx: Tx, userId: string) => Promise<readonly string[] | undefined>
  log?: Log
}

/**
 * Logins that last: opaque refresh tokens of 256 bits, each good for one use, stored as SHA-256 only.
 *
 * A token that comes back is a stolen one, or a client that lost an answer: nobody can tell, so the whole session ends (RFC 9700, 4.14.2).
 * There is no grace period: of two callers at once one gets the new pair, and the other ends it.
 *
 * ```ts
 * import { sessions, type AccessTokens } from 'throughline/auth'
 * import type { Db } from 'throughline/db'
 * import { systemClock, uuidv7 } from 'throughline/std'
 *
 * export async function logIn(db: Db, tokens: AccessTokens) {
 *   const logins = sessions({ db, tokens, clock: systemClock, ids: uuidv7() })
 *   const pair = await logins.begin(db, { id: 'alice', roles: ['customer'] })
 *   return logins.rotate(pair.refreshToken)
 * }
 * ```
 */
export function sessions({ db, tokens, clock, ids, ttl = 30 * 24 * 3_600_000, roles, log = silentLog }: SessionOptions): Sessions {
  const pair = async (session: Session, refreshToken: string): Promise<TokenPair> => ({
    accessToken: await tokens.sign({ id: session.userId, roles: session.roles, sessionId: session.id }),
    refreshToken,
    tokenType: 'Bearer',
    expiresIn: Math.floor(tokens.ttl / 1000),
  })

  const renew = async (tx: Tx, used: Buffer, next: Buffer): Promise<Session | undefined> => {
    const now = clock.now()
    const session = await useToken(tx, used, now)
    if (session === undefined) return undefined
    const current = roles === undefined ? session.roles : await roles(tx, session.userId)
    if (current === undefined) throw unauthenticated('The user of this session may not log in any more.')
    await insertToken(tx, { hash: next, sessionId: session.id, now })
    return { ...session, roles: current }
  }

  /** Outside of the transaction that found the token used: what it throws would undo the ending. */
  const refuse = async (hash: Buffer): Promise<never> => {
    const stolen = await endSessionOfUsedToken(db, hash, clock.now())
    if (stolen === undefined) throw unauthenticated('The refresh token is unknown or its session is over. Log in again.')
    log.warn('refresh token reused', { sessionId: stolen.id, userId: stolen.userId })
    throw tokenReused()
  }

  return {
    async begin(on, actor) {
      const session = { id: ids.next(), userId: actor.id, roles: actor.roles }
      const refreshToken = newToken()
      const now = clock.now()
      await insertSession(on, { session, hash: hashOf(refreshToken), now, expires: new Date(now.getTime() + ttl) })
      return pair(session, refreshToken)
    },
    async rotate(refreshToken) {
      const used = hashOf(refreshToken)
      const next = newToken()
      const session = await db.transaction((tx) => renew(tx, used, hashOf(next)))
      return session === undefined ? refuse(used) : pair(session, next)
    },
    end: (sessionId) => endSession(db, sessionId, clock.now()),
  }
}

function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** A plain hash suffices: 256 random bits cannot be guessed, so there is nothing to slow down. */
function hashOf(refreshToken: string): Buffer {
  return createHash('sha256').update(refreshToken).digest()
}
