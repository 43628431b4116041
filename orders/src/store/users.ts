import type { StoredUser, UserStore } from '../domain/ports.ts'
import { on } from './tables.ts'

const columns = ['id', 'email', 'name', 'roles', 'password_hash as passwordHash', 'version'] as const

export const userStore: UserStore = {
  async insert(tx, { passwordHash, roles, ...user }: StoredUser) {
    await on(tx)
      .insertInto('users')
      .values({ ...user, roles: [...roles], password_hash: passwordHash })
      .execute()
  },
  find: (db, id) => on(db).selectFrom('users').select(columns).where('id', '=', id).executeTakeFirst(),
  lock: (tx, id) => on(tx).selectFrom('users').select(columns).where('id', '=', id).forUpdate().executeTakeFirst(),
  async update(tx, { id, passwordHash, roles, ...user }) {
    await on(tx)
      .updateTable('users')
      .set({ ...user, roles: [...roles], password_hash: passwordHash })
      .where('id', '=', id)
      .execute()
  },
  async remove(tx, id) {
    await on(tx).deleteFrom('users').where('id', '=', id).execute()
  },
  findByEmail: (db, email) => on(db).selectFrom('users').select(columns).where('email', '=', email).executeTakeFirst(),
}
