import type { StoredUser, UserStore } from '../domain/ports.ts'
import { on } from './tables.ts'

const columns = ['id', 'email', 'name', 'roles', 'password_hash as passwordHash'] as const

export const userStore: UserStore = {
  async insert(tx, { passwordHash, roles, ...user }: StoredUser) {
    await on(tx)
      .insertInto('users')
      .values({ ...user, roles: [...roles], password_hash: passwordHash })
      .execute()
  },
  find: (db, id) => on(db).selectFrom('users').select(columns).where('id', '=', id).executeTakeFirst(),
  findByEmail: (db, email) => on(db).selectFrom('users').select(columns).where('email', '=', email).executeTakeFirst(),
}
