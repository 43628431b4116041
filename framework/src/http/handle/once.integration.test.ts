import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../../test/http/site.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { patch } from '../../contract/patch.ts'
import { problem } from '../../contract/problem.ts'
import { database, sql, tables, type Db } from '../../services/db/index.ts'
import { idempotency, idempotencyMigrations } from '../../services/idempotency/index.ts'
import { systemClock } from '../../std/clock.ts'
import { silentLog } from '../../std/log.ts'
import { implement } from '../implement.ts'
import { reply } from '../stage.ts'

const Payment = z.object({ cents: z.int(), note: z.string().optional() })
const TooMuch = problem('too-much', 409, z.object({ limit: z.int() }))
const contract = {
  pay: endpoint('POST /payments', {
    summary: 'Pay',
    auth: 'user',
    idempotent: true,
    body: Payment,
    returns: z.object({ id: z.string(), cents: z.int() }),
    location: '/payments/{id}',
    errors: [TooMuch],
  }),
  refund: endpoint('POST /refunds', { summary: 'Refund', auth: 'user', idempotent: 'required', body: Payment }),
}

const on = tables<{ payments: { id: string; cents: number } }>()
const setUp = { name: 'pay', steps: [{ name: '0001-pay', sql: 'create table payments (id text primary key, cents int not null)' }] }

function suite(name: string, url: string): void {
  describe(`an idempotent endpoint on ${name}`, () => {
    const open = () => database(url, { log: silentLog, clock: systemClock, migrations: [idempotencyMigrations, setUp] })
    const db: Db = open()
    const alone = url === 'pglite:memory'
    let site: Awaited<ReturnType<typeof openSite>>
    let other: Awaited<ReturnType<typeof openSite>> | undefined
    let second: Db | undefined
    let runs = 0
    /** What the next payment does before its transaction ends. */
    let within: () => Promise<void> = async () => {}

    const openOn = (on_: Db) => {
      const routes = implement(contract, {
        pay: ({ body: { cents } }) =>
          on_.transaction(async (tx) => {
            const id = `p${++runs}`
            await on(tx).insertInto('payments').values({ id, cents }).execute()
            await within()
            if (cents > 1000) throw TooMuch({ limit: 1000 })
            return reply({ id, cents }, { headers: { 'x-run': String(runs) } })
          }),
        refund: () => undefined,
      })
      const authenticate = ({ headers }: { headers: Readonly<Record<string, string>> }) => ({
        id: headers['authorization'] ?? 'ann',
        roles: [],
      })
      return openSite({ routes, authenticate, idempotency: idempotency({ db: on_ }) })
    }
    before(async () => {
      await db.open()
      site = await openOn(db)
      if (alone) return
      second = open()
      await second.open()
      other = await openOn(second)
    })
    after(async () => {
      await site.close()
      await other?.close()
      await second?.close()
      await db.close()
    })

    const post = async (path: string, key: string | undefined, body: unknown, at = site.url, who = 'ann') => {
      const headers = { 'content-type': 'application/json', authorization: who, ...(key !== undefined && { 'idempotency-key': key }) }
      const response = await fetch(at + path, { method: 'POST', headers, body: JSON.stringify(body) })
      return { status: response.status, headers: response.headers, text: await response.text() }
    }
    const pay = (key: string | undefined, cents: number, at?: string, who?: string) => post('/payments', key, { cents }, at, who)
    const code = ({ text }: { text: string }) => (JSON.parse(text) as { code: string }).code
    const paid = async (cents: number) =>
      Number((await sql<{ n: string }>`select count(*) as n from payments where cents = ${cents}`.execute(on(db))).rows[0]!.n)

    it('does the work once, and answers the same bytes with the same status and headers again · M13.14', async () => {
      const [first, again] = [await pay('k-1', 1), await pay('k-1', 1)]
      assert.deepEqual([first.status, again.status], [201, 201])
      assert.equal(again.text, first.text)
      for (const name of ['content-type', 'location', 'x-run']) assert.equal(again.headers.get(name), first.headers.get(name))
      assert.deepEqual([first.headers.get('idempotency-replayed'), again.headers.get('idempotency-replayed')], [null, 'true'])
      assert.notEqual(again.headers.get('x-request-id'), first.headers.get('x-request-id'))
      assert.equal(await paid(1), 1)
    })

    it('takes a quoted key, as the draft writes it, for the same · M13.14', async () => {
      await pay('"k-quoted"', 2)
      assert.equal((await pay('k-quoted', 2)).headers.get('idempotency-replayed'), 'true')
    })

    it('answers 422 when the key comes back with another body, whatever the order of its members · M13.14', async () => {
      await post('/payments', 'k-2', { cents: 3, note: 'n' })
      const other_ = await pay('k-2', 4)
      assert.deepEqual([other_.status, code(other_)], [422, 'idempotency-key-reused'])
      assert.equal((await post('/payments', 'k-2', { note: 'n', cents: 3 })).status, 201)
      assert.equal(await paid(4), 0)
    })

    it('keeps the keys of one actor, and of one route, from those of others · M13.14', async () => {
      await pay('k-3', 5)
      assert.equal((await pay('k-3', 5, site.url, 'bob')).headers.get('idempotency-replayed'), null)
      assert.equal((await post('/refunds', 'k-3', { cents: 5 })).status, 204)
      assert.equal(await paid(5), 2)
    })

    it('does the work every time without a key', async () => {
      await pay(undefined, 6)
      await pay(undefined, 6)
      assert.equal(await paid(6), 2)
    })

    it('answers 409 while the first is under way, here or in another process, and the answer afterwards · M13.14', async () => {
      const entered = Promise.withResolvers<void>()
      const leave = Promise.withResolvers<void>()
      within = () => (entered.resolve(), leave.promise)
      const first = pay('k-4', 7)
      await entered.promise
      within = async () => {}
      for (const at of [site.url, other?.url ?? site.url]) {
        const refused = await pay('k-4', 7, at)
        assert.deepEqual([refused.status, code(refused), refused.headers.get('retry-after')], [409, 'idempotency-in-progress', '1'])
      }
      leave.resolve()
      assert.equal((await first).status, 201)
      assert.equal((await pay('k-4', 7, other?.url)).text, (await first).text)
      assert.equal(await paid(7), 1)
    })

    it('does the work once for many callers at once · M13.14', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => pay('k-5', 8, i % 2 ? other?.url : site.url)))
      assert.equal(await paid(8), 1)
      for (const { status } of answers) assert.ok(status === 201 || status === 409, String(status))
    })

    it('keeps a refusal of the handler, whose effects are undone · M13.14', async () => {
      const [first, again] = [await pay('k-6', 2000), await pay('k-6', 2000)]
      assert.deepEqual([first.status, code(first)], [409, 'too-much'])
      assert.deepEqual([again.status, again.text, again.headers.get('content-type')], [409, first.text, 'application/problem+json'])
      assert.equal(again.headers.get('idempotency-replayed'), 'true')
      assert.equal(await paid(2000), 0)
    })

    it('keeps no failure: the request may be repeated and then does its work · M13.14', async () => {
      within = () => Promise.reject(new Error('the disk is on fire'))
      assert.equal((await pay('k-7', 9)).status, 500)
      within = async () => {}
      const again = await pay('k-7', 9)
      assert.deepEqual([again.status, again.headers.get('idempotency-replayed')], [201, null])
      assert.equal(await paid(9), 1)
    })

    it('refuses a key that is malformed, and a missing one where it is required, before the body is read · M13.14', async () => {
      const malformed = await pay('"open', 10)
      assert.deepEqual([malformed.status, code(malformed)], [400, 'idempotency-key-invalid'])
      assert.equal(code(await pay('x'.repeat(256), 10)), 'idempotency-key-invalid')
      const missing = await post('/refunds', undefined, {})
      assert.deepEqual([missing.status, code(missing)], [400, 'idempotency-key-required'])
    })

    it('forgets an answer after its day, and sweeps what nobody asks for again · M13.14', async () => {
      await pay('k-8', 11)
      await pay('k-9', 12)
      await sql`update idempotency_answers set expires_at = now() where key in ('k-8', 'k-9')`.execute(on(db))
      assert.equal((await pay('k-8', 11)).headers.get('idempotency-replayed'), null)
      assert.equal(await paid(11), 2)
      const { rows } = await sql`select 1 from idempotency_answers where key = 'k-9'`.execute(on(db))
      assert.equal(rows.length, 0)
    })
  })
}

suite('PGlite', 'pglite:memory')
for (const url of (process.env['TEST_DATABASE_URLS'] ?? '').split(',').filter(Boolean)) suite(new URL(url).protocol, url)

describe('an endpoint that cannot be idempotent', () => {
  it('is refused at boot, with the reason', async () => {
    const opening = (one: ReturnType<typeof endpoint>) =>
      openSite({ routes: implement({ one }, { one: () => undefined } as never), authenticate: () => undefined })
    const refused = (message: RegExp) => ({ code: 'contract-invalid', message })
    const changes = endpoint('PATCH /a', { summary: 'A', auth: 'user', idempotent: true, body: patch(Payment) })
    await assert.rejects(opening(changes), refused(/whether two patches/))
    await assert.rejects(opening(endpoint('POST /a', { summary: 'A', auth: 'none', idempotent: true })), refused(/a public route has none/))
    await assert.rejects(
      opening(endpoint('GET /a', { summary: 'A', auth: 'user', idempotent: true })),
      refused(/GET is idempotent by itself/),
    )
    await assert.rejects(
      opening(endpoint('POST /a', { summary: 'A', auth: 'user', idempotent: true })),
      refused(/the application has no `idempotency`/),
    )
  })
})
