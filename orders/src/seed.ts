import type { Passwords } from 'throughline/auth'
import type { Ids } from 'throughline/std'
import type { Role } from '../contract/users.ts'
import { demoCatalogue } from './demo-catalogue.ts'
import { toMinor } from './domain/money.ts'
import type { AccountStore, Database, ProductStore, UserStore } from './domain/ports.ts'

export const demoPassword = 'first-principles-22'

export const demoUsers: readonly { email: string; name: string; role: Role }[] = [
  { email: 'alice@x.com', name: 'Alice', role: 'customer' },
  { email: 'bob@x.com', name: 'Bob', role: 'customer' },
  { email: 'support@x.com', name: 'Sam at Support', role: 'support' },
  { email: 'admin@x.com', name: 'Ada the Administrator', role: 'admin' },
]

interface Needs {
  db: Database
  users: UserStore
  accounts: AccountStore
  products: ProductStore
  passwords: Pick<Passwords, 'hash'>
  ids: Ids
}

/** Fills an empty database with people, accounts and a catalogue; does nothing to one that has been filled. */
export async function seed({ db, users, accounts, products, passwords, ids }: Needs): Promise<void> {
  if ((await users.findByEmail(db, demoUsers[0]!.email)) !== undefined) return
  // One hash for all: the password is printed at every start anyway, and a first start should not wait for four.
  const passwordHash = await passwords.hash(demoPassword)
  await db.transaction(async (tx) => {
    for (const { email, name, role } of demoUsers) {
      const id = ids.next()
      await users.insert(tx, { id, email, name, roles: [role], passwordHash, version: 1 })
      if (role === 'customer') await accounts.insert(tx, { id: ids.next(), ownerId: id, currency: 'USD', balance: toMinor(1000) })
    }
    await products.insert(tx, demoCatalogue(ids))
  })
}
