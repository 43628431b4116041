import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { passwords, type Sessions } from 'throughline/auth'
import { uuidv7 } from 'throughline/std'
import { memoryStores } from '../store/memory/memory-stores.ts'
import { userService } from './users.ts'

const carol = { email: 'carol@x.com', password: 'a long enough phrase', name: 'Carol' }

/** Logins as a list of who has one. */
function loginBook() {
  const open = new Map<string, string>()
  const sessions: Sessions = {
    async begin(_, { id }) {
      open.set(`session of ${id}`, id)
      return { accessToken: `access of ${id}`, refreshToken: `refresh of ${id}`, tokenType: 'Bearer', expiresIn: 900 }
    },
    rotate: async (refreshToken) => ({ accessToken: 'next', refreshToken: `after ${refreshToken}`, tokenType: 'Bearer', expiresIn: 900 }),
    async end(sessionId) {
      open.delete(sessionId)
    },
  }
  return { open, sessions }
}

function setUp() {
  const stores = memoryStores()
  const { open, sessions } = loginBook()
  const cheap = passwords({ cost: { memory: 8, passes: 1, parallelism: 1 } })
  return { ...stores, open, service: userService({ ...stores, passwords: cheap, sessions, ids: uuidv7() }) }
}

describe('users', () => {
  it('register as customers with an empty account, their password never stored', async () => {
    const { service, db, users, accounts } = setUp()
    const user = await service.register(carol)
    assert.deepEqual(user, { id: user.id, email: carol.email, name: carol.name, roles: ['customer'] })
    assert.match((await users.find(db, user.id))!.passwordHash, /^\$argon2id\$/)
    assert.deepEqual(
      (await accounts.list(db, user.id, { limit: 9, offset: 0 })).map(({ balance, currency }) => [balance, currency]),
      [[0, 'USD']],
    )
  })

  it('cannot take an address that is taken, not even at the same moment', async () => {
    const { service } = setUp()
    const outcomes = await Promise.allSettled([service.register(carol), service.register(carol)])
    assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
    await assert.rejects(service.register(carol), { code: 'email-taken', status: 409 })
  })

  it('log in with their password, and hear the same about a wrong one as about an unknown address', async () => {
    const { service } = setUp()
    const { id } = await service.register(carol)
    assert.equal((await service.logIn(carol)).accessToken, `access of ${id}`)
    const refusal = { code: 'invalid-credentials', status: 401, message: 'E-mail address or password is wrong.' }
    await assert.rejects(service.logIn({ ...carol, password: 'another phrase' }), refusal)
    await assert.rejects(service.logIn({ ...carol, email: 'nobody@x.com' }), refusal)
  })

  it('end the login they came in on', async () => {
    const { service, open } = setUp()
    const { id } = await service.register(carol)
    await service.logIn(carol)
    await service.logOut({ id, roles: ['customer'], sessionId: `session of ${id}` })
    assert.equal(open.size, 0)
  })

  it('that are gone are not signed in, whatever their token says', async () => {
    const { service } = setUp()
    await assert.rejects(service.me({ id: uuidv7().next(), roles: ['customer'] }), { code: 'unauthenticated' })
  })
})
