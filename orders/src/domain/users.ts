import type { Passwords, Sessions } from 'throughline/auth'
import { NotFound, Unauthenticated } from 'throughline/contract'
import type { Actor, Ids } from 'throughline/std'
import { InvalidCredentials, type Credentials, type Registration, type Tokens } from '../../contract/auth.ts'
import type { User, UserDetails } from '../../contract/users.ts'
import { seesUser } from './policies.ts'
import type { AccountStore, Database, StoredUser, UserStore } from './ports.ts'
import type { Change, Unchanged, Versioned } from './versioned.ts'

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
  /** Those of the addresses that nobody has. Of two who ask at once both may be told so: the store has the last word. */
  async free(emails: readonly string[]): Promise<string[]> {
    const owners = await Promise.all(emails.map((email) => users.findByEmail(db, email)))
    return emails.filter((_, at) => owners[at] === undefined)
  },

  async register({ email, password, name }: Registration): Promise<User> {
    // Outside of the transaction: a hash takes longer than everything in it.
    const passwordHash = await passwords.hash(password)
    const user: StoredUser = { id: ids.next(), email, name, roles: ['customer'], passwordHash, version: 1 }
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

  read: async (actor: Actor, id: string): Promise<Versioned<User>> => toVersioned(seen(actor, id, await users.find(db, id))),

  change: (actor: Actor, id: string, { to, unchanged }: Change<UserDetails>): Promise<Versioned<User>> =>
    db.transaction(async (tx) => {
      const user = seen(actor, id, await users.lock(tx, id))
      unchanged(user)
      const { email, name } = await to({ email: user.email, name: user.name })
      const changed = { ...user, email, name, version: user.version + 1 }
      await users.update(tx, changed)
      return toVersioned(changed)
    }),

  remove: (actor: Actor, id: string, unchanged: Unchanged): Promise<void> =>
    db.transaction(async (tx) => {
      unchanged(seen(actor, id, await users.lock(tx, id)))
      await accounts.removeEmpty(tx, id)
      await users.remove(tx, id)
    }),
})

function seen(actor: Actor, id: string, user: StoredUser | undefined): StoredUser {
  if (user === undefined || !seesUser(actor, id)) throw NotFound()
  return user
}

function toVersioned(user: StoredUser): Versioned<User> {
  return { value: toUser(user), version: user.version }
}

function toUser({ id, email, name, roles }: StoredUser): User {
  return { id, email, name, roles: [...roles] }
}
