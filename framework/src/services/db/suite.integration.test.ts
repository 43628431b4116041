import { dbDriverSuite } from './suite.ts'

dbDriverSuite({ name: 'pglite:memory', url: async () => 'pglite:memory' })

// Each an empty database that nothing else uses: TEST_DATABASE_URLS=postgres://…/one,embedded-postgres:/tmp/two
for (const url of (process.env['TEST_DATABASE_URLS'] ?? '').split(',').filter(Boolean)) {
  const { protocol, pathname } = new URL(url)
  dbDriverSuite({ name: protocol + pathname, url: async () => url })
}
