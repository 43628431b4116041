import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after as afterAll, before, describe, it } from 'node:test'
import * as z from 'zod'
import { endpoint } from '../../src/contract/endpoint.ts'
import { after } from '../../src/http/handle/after.ts'
import { implement } from '../../src/http/implement.ts'
import { openDb, sql, tables, type Db, type Tx } from '../../src/services/db/index.ts'
import { outbound } from '../../src/services/fetch/index.ts'
import { shield } from '../../src/std/background.ts'
import { systemClock } from '../../src/std/clock.ts'
import { silentLog, type Log } from '../../src/std/log.ts'
import { openSite } from '../http/site.ts'

const on = tables<{ visits: { id: number } }>()
const Count = z.object({ count: z.int() })
const contract = {
  sleep: endpoint('GET /sleep', { summary: 'Sleeps in SQL', auth: 'none', deadline: 2000, status: 204 }),
  lock: endpoint('POST /lock', { summary: 'Waits for a lock', auth: 'none', deadline: 200, status: 204 }),
  call: endpoint('GET /call', { summary: 'Calls out', auth: 'none', deadline: 500, status: 204 }),
  write: endpoint('GET /write', { summary: 'Writes', auth: 'none', status: 204 }),
  writeInTransaction: endpoint('GET /write-in-transaction', { summary: 'Writes', auth: 'none', status: 204 }),
  writeAfter: endpoint('GET /write-after', { summary: 'Writes after the answer', auth: 'none', status: 204 }),
  writeShielded: endpoint('GET /write-shielded', { summary: 'Writes behind a shield', auth: 'none', status: 204 }),
  post: endpoint('POST /visits', { summary: 'Writes', auth: 'none', status: 200, returns: Count }),
}

for (const url of (process.env['TEST_DATABASE_URLS'] ?? 'pglite:memory').split(','))
  describe(`the reach of a request on ${new URL(url).protocol}`, () => {
    let db: Db
    let site: Awaited<ReturnType<typeof openSite>>
    const errors: unknown[] = []
    const log: Log = { ...silentLog, error: (_, fields) => void errors.push(fields?.['error']), child: () => log }
    const silent = createServer(() => {})
    const outside = outbound({ clock: systemClock, log: silentLog, allow: ['127.0.0.1'] })
    const visit = () => on(db).insertInto('visits').values({ id: 1 }).execute()
    const visits = async () => (await on(db).selectFrom('visits').select('id').execute()).length
    const ask = (path: string, method = 'GET') => fetch(site.url + path, { method })

    before(async () => {
      // PGlite ends what it cannot cancel with its thread: on a busy machine another one starts in more than the usual 5 s.
      db = await openDb(url, { log: silentLog, clock: systemClock, pool: { acquireTimeout: 60_000 } })
      await sql`create table visits (id int)`.execute(on(db))
      await outside.open()
      silent.listen(0, '127.0.0.1')
      await once(silent, 'listening')
      const { port } = silent.address() as AddressInfo
      const routes = implement(contract, {
        sleep: async () => void (await sql`select pg_sleep(30)`.execute(on(db))),
        lock: () =>
          db.transaction(async (tx: Tx) => {
            await sql`lock table visits`.execute(on(tx))
          }),
        call: async () => void (await outside.fetch(`http://127.0.0.1:${port}/`)),
        write: async () => void (await visit()),
        writeInTransaction: () => db.transaction(async (tx) => void (await on(tx).insertInto('visits').values({ id: 1 }).execute())),
        writeAfter: (c) => after(c, visit),
        writeShielded: async () => void (await shield(visit)),
        post: async () => (await visit(), { count: await visits() }),
      })
      site = await openSite({ routes, log, strict: true, clock: systemClock })
    })
    afterAll(async () => {
      await site.close()
      silent.closeAllConnections()
      silent.close()
      await outside.close()
      await sql`drop table if exists visits`.execute(on(db))
      await db.close()
    })

    // One connection cannot wait for itself.
    if (!url.startsWith('pglite'))
      it('ends a wait for a lock · M08.9', async () => {
        const held = Promise.withResolvers<void>()
        const locked = Promise.withResolvers<void>()
        const holder = db.transaction(async (tx) => {
          await sql`lock table visits`.execute(on(tx))
          locked.resolve()
          await held.promise
        })
        await locked.promise
        assert.equal((await ask('/lock', 'POST')).status, 504)
        held.resolve()
        await holder
        assert.equal((await ask('/lock', 'POST')).status, 204)
      })

    it('ends a call to another service, and its connection · M08.9', async () => {
      const arrived = once(silent, 'request') as Promise<[IncomingMessage]>
      const answered = ask('/call')
      const [{ socket }] = await arrived
      const closed = once(socket, 'close')
      assert.equal((await answered).status, 504)
      await closed
    })

    it('refuses what a GET writes, with a sentence for whoever wrote it · M02.9', async () => {
      for (const path of ['/write', '/write-in-transaction']) {
        errors.length = 0
        assert.equal((await ask(path)).status, 500)
        assert.match(String(errors[0]), /^Error: GET must be safe, but GET \/write(-in-transaction)? writes: insert into "visits"/)
      }
      assert.equal(await visits(), 0)
    })

    it('lets a GET write behind its answer or a shield, and a POST anywhere · M02.9', async () => {
      assert.equal((await ask('/write-after')).status, 204)
      await site.site.background.close()
      assert.equal(await visits(), 1)
      assert.equal((await ask('/write-shielded')).status, 204)
      assert.deepEqual(await (await ask('/visits', 'POST')).json(), { count: 3 })
    })

    // The last one: what PGlite cannot cancel it ends with its engine, and this one keeps everything in memory.
    it('a deadline of 2 s ends a statement of 30 s on the server: none is left · M08.9', async () => {
      const began = performance.now()
      assert.equal((await ask('/sleep')).status, 504)
      const took = performance.now() - began
      assert.ok(took >= 1990 && took < 3500, `${took} ms`)
      // The cancel request travels beside the connection: it may arrive a moment after the answer.
      const running = async () => {
        const active = await sql<{ n: number }>`
          select count(*)::int as n from pg_stat_activity where state = 'active' and query like '%pg_sleep(30)%' and pid <> pg_backend_pid()`.execute(
          on(db),
        )
        return active.rows[0]!.n
      }
      while ((await running()) > 0) assert.ok(performance.now() - began < 60_000, 'the statement still runs')
    })
  })
