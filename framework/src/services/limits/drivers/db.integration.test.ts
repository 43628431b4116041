import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../../../std/clock.ts'
import { silentLog } from '../../../std/log.ts'
import { openDb, sql, tables, type Db } from '../../db/index.ts'
import { limitsMigrations } from '../migrations.ts'
import { limitsDriverSuite } from '../suite.ts'
import { open } from './db.ts'

const openEmpty = (url: string) => openDb(url, { log: silentLog, clock: systemClock, migrations: [limitsMigrations] })
const run = (db: Db, statement: ReturnType<typeof sql>) => statement.execute(tables()(db))

function suite(name: string, url: string): void {
  let db: Db
  limitsDriverSuite({
    name,
    async open() {
      db = await openEmpty(url)
      const driver = open(new URL('db:'), { clock: systemClock, db })
      const close = driver.close.bind(driver)
      return Object.assign(driver, { close: () => close().then(() => db.close()) })
    },
    age: async (ms) => void (await run(db, sql`update rate_limits set at = at - ${ms}`)),
  })
}

suite('db: on PGlite', 'pglite:memory')

const urls = (process.env['TEST_DATABASE_URLS'] ?? '').split(',').filter(Boolean)
for (const url of urls) suite(`db: on ${new URL(url).protocol}`, url)

const crowd = fileURLToPath(new URL('./fixtures/crowd.ts', import.meta.url))

/** Without a server, the processes share PGlite through the one that has its folder open. */
describe('a limit that processes share', () => {
  const folder = mkdtempSync(join(tmpdir(), 'limits-'))
  const url = urls[0] ?? `pglite:${folder}`
  let db: Db
  before(async () => {
    db = await openEmpty(url)
  })
  after(async () => {
    await db.close()
    rmSync(folder, { recursive: true, force: true })
  })

  for (const algorithm of urls.length === 0 ? ['fixed-window'] : ['fixed-window', 'sliding-window', 'token-bucket'])
    it(`is exact under 8 processes that ask at once, as ${algorithm} · M07.9`, async () => {
      const processes = Array.from({ length: 8 }, () => {
        const child = spawn(process.execPath, ['-C', '@throughline/source', crowd, url, algorithm], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        let said = ''
        child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
        return once(child, 'close').then(() => Number(said))
      })
      const allowed = (await Promise.all(processes)).reduce((sum, one) => sum + one)
      // The bucket drips a token every 36 s: one may fall while they ask.
      assert.ok(allowed >= 100 && allowed <= 101, `${allowed} of 100 were allowed`)
    })

  it('gives back the places of a process that died, when their time is over · M07.9', async () => {
    const driver = open(new URL('db:'), { clock: systemClock, db })
    assert.equal((await driver.hold('dead', 1, 3_600_000)).allowed, true)
    assert.equal((await driver.hold('dead', 1, 3_600_000)).allowed, false)
    await run(db, sql`update rate_limit_leases set expires = expires - 3600001`)
    assert.equal((await driver.hold('dead', 1, 3_600_000)).allowed, true)
    await driver.close()
  })
})
