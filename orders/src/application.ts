import { join } from 'node:path'
import { application } from 'throughline'
import { accessTokens, authMigrations, bearer, passwords, sessions, signingKeys } from 'throughline/auth'
import { msgpack } from 'throughline/codecs/msgpack'
import { cors } from 'throughline/contract'
import { database, keyset } from 'throughline/db'
import { group, versions } from 'throughline/http'
import { idempotency, idempotencyMigrations } from 'throughline/idempotency'
import { limits as openLimits, limitsMigrations } from 'throughline/limits'
import { objective } from 'throughline/metrics'
import { accountsApi } from './api/accounts.ts'
import { authApi } from './api/auth.ts'
import { ordersApi } from './api/orders.ts'
import { catalogueApi, catalogueV2Api, productsApi } from './api/products.ts'
import { usersApi } from './api/users.ts'
import { cursorSecret } from './cursor-secret.ts'
import { accountService } from './domain/accounts.ts'
import { orderService } from './domain/orders.ts'
import { productService } from './domain/products.ts'
import { userService } from './domain/users.ts'
import { orderPlaced } from './events.ts'
import { demoPassword, demoUsers, seed } from './seed.ts'
import { ordersSettings } from './settings.ts'
import { accountStore as accounts } from './store/accounts.ts'
import { constraints } from './store/constraints.ts'
import { orderStore } from './store/orders.ts'
import { productStore } from './store/products.ts'
import { stockStore as stock } from './store/stock.ts'
import { userStore as users } from './store/users.ts'

const objectives = [
  objective('available', { target: 0.999 }),
  objective('orders-placed-quickly', { route: 'POST /api/v1/orders', target: 0.99, within: 250, owner: 'checkout-team' }),
]

export const ordersApplication = application({
  name: 'orders',
  version: '1.0.0',
  description: 'A small marketplace: catalogue, orders, accounts.',
  events: [orderPlaced],
  settings: ordersSettings,
  wire({ settings, log, clock, ids, metrics, resilience }) {
    const { mode, dataDir, authIssuer, requestsPerMinute } = settings
    const migrations = [
      authMigrations,
      idempotencyMigrations,
      limitsMigrations,
      { name: 'orders', from: new URL('./store/migrations/', import.meta.url) },
    ]
    const db = database(settings.databaseUrl ?? `pglite:${join(dataDir, 'db')}`, {
      log,
      clock,
      migrations,
      constraints,
      resilience,
      meter: metrics,
    })
    const limits = openLimits(settings.limitsUrl, { db, log, clock, meter: metrics })
    const pages = keyset({ secret: cursorSecret(settings.authSigningKey), clock })
    const orders = orderStore(pages)
    const products = productStore(pages)
    const keys = signingKeys({ secret: settings.authSigningKey, dataDir, mode })
    const tokens = accessTokens({ issuer: authIssuer, audience: authIssuer, keys, clock, ids })
    const logins = sessions({
      db,
      tokens,
      clock,
      ids,
      log: log.child({ module: 'auth' }),
      roles: async (tx, id) => (await users.find(tx, id))?.roles,
    })
    const secure = passwords()
    const people = userService({ db, users, accounts, passwords: secure, sessions: logins, ids })
    const catalogue = productService({ db, products, ids })
    const isDemo = () => settings.seedDemo ?? (mode !== 'production' && db.engine.name !== 'postgres')

    return {
      resources: [keys, db, limits],
      authenticate: bearer({ tokens }),
      // For apps on slow lines: the catalogue is what they load most.
      codecs: [msgpack()],
      cors: cors({ origins: settings.corsOrigins }),
      limits,
      ...(requestsPerMinute !== undefined && { rateLimit: { name: 'all', limit: requestsPerMinute, window: 60_000 } }),
      idempotency: idempotency({ db }),
      jwks: () => tokens.jwks(),
      securityContact: settings.securityContact,
      objectives,
      onCall: { owner: 'shop-team', runbook: 'https://runbooks.example.com/orders' },
      routes: group('/api', [
        ...versions({ 1: catalogueApi(catalogue), 2: catalogueV2Api(catalogue) }),
        ...group('/v1', [
          ...authApi(people),
          ...usersApi(people),
          ...productsApi(catalogue),
          ...ordersApi(orderService({ db, orders, stock, ids, clock })),
          ...accountsApi(accountService({ db, accounts, ids, clock })),
        ]),
      ]),
      prepare: async () => {
        if (isDemo()) await seed({ db, users, accounts, products, passwords: secure, ids })
      },
      banner: (url) => (isDemo() ? demoBanner(url) : []),
    }
  },
})

function demoBanner(url: string): string[] {
  return [
    `Documentation  ${url}/docs`,
    `Console        ${url}/console`,
    `Demo people    ${demoUsers.map(({ email }) => email).join(', ')}; password ${demoPassword}`,
    `Try            curl '${url}/api/v1/products?q=phone&category=electronics&sort=-price&limit=3'`,
  ]
}
