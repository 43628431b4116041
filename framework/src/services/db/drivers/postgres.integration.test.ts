import { dbDriverSuite } from '../suite.ts'

/** Servers that the services run has started: `TEST_DATABASE_URLS=postgres://…/one,postgres://…/two`, each an empty database. */
for (const url of (process.env['TEST_DATABASE_URLS'] ?? '').split(',').filter(Boolean)) {
  dbDriverSuite({ name: new URL(url).protocol + new URL(url).pathname, url: async () => url })
}
