import { database, keyset } from 'throughline/db'
import { silentLog, systemClock as clock } from 'throughline/std'
import { accountStore } from './accounts.ts'
import { constraints } from './constraints.ts'
import { orderStore } from './orders.ts'
import { productStore } from './products.ts'
import { stockStore } from './stock.ts'
import { storeSuite } from './suite.ts'
import { userStore } from './users.ts'

const migrations = [{ name: 'orders', from: new URL('./migrations/', import.meta.url) }]
const pages = keyset({ secret: 'only for the tests of the stores, 32 bytes', clock })

const urls = ['pglite:memory', ...(process.env['TEST_DATABASE_URLS']?.split(',') ?? [])]

for (const url of urls) {
  storeSuite(url.replace(/:.*/, ''), async () => {
    const db = database(url, { log: silentLog, clock, migrations, constraints })
    await db.open()
    const stores = { users: userStore, products: productStore(pages), stock: stockStore, orders: orderStore(pages), accounts: accountStore }
    return { db, ...stores, close: () => db.close() }
  })
}
