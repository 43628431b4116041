import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, beforeEach, describe, it } from 'node:test'
import { systemClock, type Clock } from '../../std/clock.ts'
import { AppError } from '../../std/errors.ts'
import { uuidv7 } from '../../std/ids.ts'
import { silentLog, type Log } from '../../std/log.ts'
import { openDb, tables, type Db } from '../db/index.ts'
import { accessTokens } from './access-tokens.ts'
import { authMigrations } from './migrations.ts'
import { sessions, type SessionOptions, type Sessions } from './sessions.ts'
import { signingKeys } from './signing-keys.ts'

const day = 24 * 3_600_000
let time = Date.now()
const clock: Clock = { ...systemClock, now: () => new Date(time) }
const ids = uuidv7()
const keys = signingKeys({ mode: 'test' })
const tokens = accessTokens({ issuer: 'https://shop.example', audience: 'shop', keys, clock })
const on = tables<{ auth_sessions: { id: string; user_id: string }; auth_refresh_tokens: { hash: Buffer; session_id: string } }>()

for (const url of (process.env['TEST_DATABASE_URLS'] ?? 'pglite:memory').split(','))
  describe(`sessions on ${new URL(url).protocol}`, () => {
    let db: Db
    let lines: unknown[]
    let logins: Sessions
    let alice: { id: string; roles: string[] }
    const make = (options: Partial<SessionOptions> = {}) => sessions({ db, tokens, clock, ids, log: collecting(lines), ...options })

    before(async () => {
      await keys.open()
      db = await openDb(url, { log: silentLog, clock: systemClock, migrations: [authMigrations] })
    })
    after(() => db.close())
    beforeEach(() => {
      lines = []
      logins = make()
      alice = { id: ids.next(), roles: ['customer', 'support'] }
    })

    it('begin with a pair whose access token names user, roles and session', async () => {
      const pair = await logins.begin(db, alice)
      const { sessionId, ...actor } = await tokens.verify(pair.accessToken)
      assert.deepEqual(actor, alice)
      assert.match(sessionId!, /^[0-9a-f-]{36}$/)
      assert.match(pair.refreshToken, /^[A-Za-z0-9_-]{43}$/)
      assert.deepEqual([pair.tokenType, pair.expiresIn], ['Bearer', 900])
    })

    it('give a new pair for each refresh token, within one session · M05.16', async () => {
      const first = await logins.begin(db, alice)
      const second = await logins.rotate(first.refreshToken)
      const third = await logins.rotate(second.refreshToken)
      assert.equal(new Set([first, second, third].map((pair) => pair.refreshToken)).size, 3)
      const [begun, now] = await Promise.all([tokens.verify(first.accessToken), tokens.verify(third.accessToken)])
      assert.deepEqual(now, begun)
    })

    it('end as a whole when a used token comes back, and say so in the log · M05.16', async () => {
      const other = await logins.begin(db, alice)
      const first = await logins.begin(db, alice)
      const second = await logins.rotate(first.refreshToken)
      await assert.rejects(logins.rotate(first.refreshToken), { status: 401, code: 'token-reused' })
      await assert.rejects(logins.rotate(second.refreshToken), { status: 401, code: 'unauthenticated' })
      await assert.rejects(logins.rotate(first.refreshToken), { status: 401, code: 'token-reused' })
      const { sessionId } = await tokens.verify(first.accessToken)
      assert.deepEqual(lines[0], ['warn', 'refresh token reused', { sessionId, userId: alice.id }])
      assert.ok(await logins.rotate(other.refreshToken), 'another login of the same user goes on')
    })

    it('let exactly one of many callers at once have the new pair · M05.16 M05.40f', async () => {
      const { refreshToken } = await logins.begin(db, alice)
      const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => logins.rotate(refreshToken)))
      const won = outcomes.filter((outcome) => outcome.status === 'fulfilled')
      const lost = outcomes.filter((outcome) => outcome.status === 'rejected')
      assert.equal(won.length, 1)
      assert.deepEqual(new Set(lost.map((outcome) => (outcome.reason as AppError).code)), new Set(['token-reused']))
      // Nobody can tell the thief from the client, so the winner's pair is over too.
      await assert.rejects(logins.rotate(won[0]!.value.refreshToken), { code: 'unauthenticated' })
    })

    it('refuse what is not a refresh token of theirs', async () => {
      const { accessToken, refreshToken } = await logins.begin(db, alice)
      for (const token of [
        '',
        'x',
        accessToken,
        `${refreshToken} `,
        refreshToken.toLowerCase(),
        "' or true --",
        'A'.repeat(43),
        '\0',
        'x'.repeat(100_000),
      ])
        await assert.rejects(logins.rotate(token), { status: 401, code: 'unauthenticated' })
      assert.ok(await logins.rotate(refreshToken))
    })

    it('last 30 days from the login, however often refreshed, and are swept by the next login · M05.22', async () => {
      const started = time
      const first = await logins.begin(db, alice)
      time += 29 * day
      const second = await logins.rotate(first.refreshToken)
      time += day
      await assert.rejects(logins.rotate(second.refreshToken), { code: 'unauthenticated' })
      await logins.begin(db, alice)
      const left = await on(db).selectFrom('auth_sessions').select('id').where('user_id', '=', alice.id).execute()
      assert.equal(left.length, 1)
      time = started
    })

    it('stop at logout, once or twice, and leave the user’s others alone · M05.17', async () => {
      const first = await logins.begin(db, alice)
      const second = await logins.begin(db, alice)
      const { sessionId } = await tokens.verify(first.accessToken)
      await logins.end(sessionId!)
      await logins.end(sessionId!)
      await logins.end(ids.next())
      await assert.rejects(logins.rotate(first.refreshToken), { code: 'unauthenticated' })
      assert.ok(await logins.rotate(second.refreshToken))
    })

    it('leave nothing behind when the transaction that began them is undone', async () => {
      let refreshToken = ''
      const undone = db.transaction(async (tx) => {
        refreshToken = (await logins.begin(tx, alice)).refreshToken
        throw new Error('sign-up failed')
      })
      await assert.rejects(undone, /sign-up failed/)
      await assert.rejects(logins.rotate(refreshToken), { code: 'unauthenticated' })
    })

    it('ask for the roles anew at every refresh, and refuse a user who is gone · M05.44a', async () => {
      let roles: string[] | undefined = ['customer']
      const checked = make({ roles: async (_tx, userId) => (userId === alice.id ? roles : undefined) })
      const first = await checked.begin(db, alice)
      const second = await checked.rotate(first.refreshToken)
      assert.deepEqual((await tokens.verify(second.accessToken)).roles, ['customer'])
      roles = undefined
      await assert.rejects(checked.rotate(second.refreshToken), { code: 'unauthenticated' })
    })

    it('keep the hash of a token only, and show no token in logs or errors', async () => {
      const { refreshToken } = await logins.begin(db, alice)
      await logins.rotate(refreshToken)
      const error = await logins.rotate(refreshToken).catch((thrown: unknown) => thrown)
      assert.ok(error instanceof AppError)
      const hash = createHash('sha256').update(refreshToken).digest()
      assert.equal((await on(db).selectFrom('auth_refresh_tokens').selectAll().where('hash', '=', hash).execute()).length, 1)
      const rows = await on(db).selectFrom('auth_refresh_tokens').selectAll().execute()
      const stored = rows.map((row) => row.hash.toString('latin1')).join('') + JSON.stringify(rows)
      for (const shown of [stored, JSON.stringify(lines), error.stack!, JSON.stringify(error)]) assert.ok(!shown.includes(refreshToken))
    })
  })

function collecting(lines: unknown[]): Log {
  return { ...silentLog, warn: (event, fields) => void lines.push(['warn', event, fields]) }
}
