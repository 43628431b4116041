import type { Passwords, Sessions } from 'throughline/auth'
import { Unauthenticated } from 'throughline/contract'
import type { Actor, Ids } from 'throughline/std'
import { InvalidCredentials, type Credentials, type Registration, type Tokens } from '../../contract/auth.ts'
import type { User } from '../../contract/users.ts'
import type { AccountStore, Database, StoredUser, UserStore } from './ports.ts'

interface Needs {
  db: Database
  users: UserStore
  accounts: AccountStore
  passwords: Pick<Passwords, 'hash' | 'verify'>
  sessions: Sessions
  ids: Ids
}

export type UserService = ReturnType<typeof userService>

export const userService = ({ db, users, accounts, passwords, sessions, ids }: Needs) => ({
  async register({ email, password, name }: Registration): Promise<User> {
    // Outside of the transaction: a hash takes longer than everything in it.
    const passwordHash = await passwords.hash(password)
    const user: StoredUser = { id: ids.next(), email, name, roles: ['customer'], passwordHash }
    await db.transaction(async (tx) => {
      await users.insert(tx, user)
      await accounts.insert(tx, { id: ids.next(), ownerId: user.id, currency: 'USD', balance: 0 })
    })
    return toUser(user)
  },

  async logIn({ email, password }: Credentials): Promise<Tokens> {
    const user = await users.findByEmail(db, email)
    // Asked for unknown users too, so that the time of the answer does not tell who is registered.
    const right = await passwords.verify(password, user?.passwordHash)
    if (user === undefined || !right) throw InvalidCredentials()
    return sessions.begin(db, { id: user.id, roles: user.roles })
  },

  refresh: (refreshToken: string): Promise<Tokens> => sessions.rotate(refreshToken),

  async logOut(actor: Actor): Promise<void> {
    if (actor.sessionId !== undefined) await sessions.end(actor.sessionId)
  },

  async me(actor: Actor): Promise<User> {
    const user = await users.find(db, actor.id)
    if (user === undefined) throw Unauthenticated()
    return toUser(user)
  },
})

function toUser({ id, email, name, roles }: StoredUser): User {
  return { id, email, name, roles: [...roles] }
}
