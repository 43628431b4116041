import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../../test/http/site.ts'
import { check } from '../../contract/check.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { patch } from '../../contract/patch.ts'
import { problem } from '../../contract/problem.ts'
import { database, sql, tables, type Db } from '../../services/db/index.ts'
import { idempotency, idempotencyMigrations } from '../../services/idempotency/index.ts'
import { systemClock } from '../../std/clock.ts'
import { silentLog } from '../../std/log.ts'
import { implement } from '../implement.ts'

const UnknownSku = problem('unknown-sku', 422, z.object({ sku: z.string() }), { detail: ({ sku }) => `There is no ${sku}.` })
const NotOnSale = problem('not-on-sale', 409)
const Interval = z
  .object({ from: z.int(), to: z.int() })
  .refine(({ from, to }) => from < to, { path: ['to'], error: 'Must be after from.' })
const Order = z.object({
  lines: z.array(z.object({ sku: z.string().trim(), gift: z.string().optional() })).max(100),
  delivery: Interval.optional(),
})

const skuIsKnown = check(UnknownSku, (sku: string) => ({ sku }))
const giftIsOnSale = check(NotOnSale)
const contract = {
  skuIsKnown,
  giftIsOnSale,
  place: endpoint('POST /orders', {
    summary: 'Place',
    auth: 'none',
    body: Order,
    checks: { 'lines.*.sku': skuIsKnown, 'lines.*.gift': giftIsOnSale },
    returns: z.object({ lines: z.int() }),
    errors: [UnknownSku, NotOnSale],
  }),
  placeOnce: endpoint('POST /orders-once', {
    summary: 'Place, once',
    auth: 'user',
    idempotent: true,
    body: Order,
    checks: { 'lines.*.sku': skuIsKnown },
    status: 202,
    errors: [UnknownSku],
  }),
}
const on = tables<{ products: { sku: string } }>()
const setUp = { name: 'shop', steps: [{ name: '0001-products', sql: 'create table products (sku text primary key)' }] }

describe('checks', () => {
  const db: Db = database('pglite:memory', { log: silentLog, clock: systemClock, migrations: [idempotencyMigrations, setUp] })
  let site: Awaited<ReturnType<typeof openSite>>
  const queries: (readonly string[])[] = []
  let handled = 0
  let stopped: AbortSignal | undefined

  before(async () => {
    await db.open()
    await on(db)
      .insertInto('products')
      .values(Array.from({ length: 100 }, (_, at) => ({ sku: `S-${at}` })))
      .execute()
    const routes = implement(contract, {
      skuIsKnown: async (skus, { signal }) => {
        queries.push(skus)
        stopped = signal
        if (skus.includes('SLOW')) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
        return (
          await on(db)
            .selectFrom('products')
            .select('sku')
            .where('sku', 'in', [...skus])
            .execute()
        ).map(({ sku }) => sku)
      },
      giftIsOnSale: (gifts) => gifts.filter((gift) => gift !== 'sold-out'),
      place: ({ body }) => (handled++, { lines: body.lines.length }),
      placeOnce: () => void handled++,
    })
    site = await openSite({
      routes,
      bodyLimit: 100_000,
      deadline: 300,
      idempotency: idempotency({ db }),
      authenticate: () => ({ id: 'ann', roles: [] }),
    })
  })
  after(async () => {
    await site.close()
    await db.close()
  })
  beforeEach(() => {
    queries.length = 0
    handled = 0
  })

  const post = async (body: unknown, path = '/orders', headers: Record<string, string> = {}) => {
    const response = await fetch(site.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
  }
  const line = (sku: unknown, more: object = {}) => ({ sku, ...more })

  it('ask about a hundred values at once: one query · M06.3', async () => {
    const { status, body } = await post({ lines: Array.from({ length: 100 }, (_, at) => line(`S-${at}`)) })
    assert.deepEqual([status, body, queries.length, queries[0]!.length], [201, { lines: 100 }, 1, 100])
  })

  it('ask about each value once, and point at every place that holds a wrong one · M06.3', async () => {
    const { status, body } = await post({ lines: [line('S-1'), line('X'), line(' X '), line('Y'), line('S-1')] })
    assert.deepEqual(queries, [['S-1', 'X', 'Y']])
    assert.deepEqual([status, body.code, body.sku, body.detail], [422, 'unknown-sku', 'X', 'There is no X.'])
    assert.deepEqual(body.errors, [
      { field: 'lines.1.sku', pointer: '/lines/1/sku', code: 'unknown-sku', message: 'There is no X.' },
      { field: 'lines.2.sku', pointer: '/lines/2/sku', code: 'unknown-sku', message: 'There is no X.' },
      { field: 'lines.3.sku', pointer: '/lines/3/sku', code: 'unknown-sku', message: 'There is no Y.' },
    ])
    assert.equal(handled, 0)
  })

  it('that refuse for several reasons are one 422 with all of them; for one, its own status · M06.3', async () => {
    const both = await post({ lines: [line('X', { gift: 'sold-out' }), line('S-1', { gift: 'card' })] })
    assert.deepEqual([both.status, both.body.code], [422, 'validation-failed'])
    assert.deepEqual(
      both.body.errors.map(({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`),
      ['/lines/0/sku unknown-sku', '/lines/0/gift not-on-sale'],
    )
    const one = await post({ lines: [line('S-1', { gift: 'sold-out' })] })
    assert.deepEqual([one.status, one.body.code, one.body.errors[0].field], [409, 'not-on-sale', 'lines.0.gift'])
  })

  for (const [what, body, status, pointer] of [
    ['size', `{"lines":[${'{"sku":"X"},'.repeat(10_000)}{"sku":"X"}]}`, 413, undefined],
    ['form', '{"lines":[{"sku":"X"}', 400, undefined],
    ['type', { lines: [line('X'), line(7)] }, 422, '/lines/1/sku'],
    ['members', { lines: [line('X')], note: 'x' }, 422, '/note'],
    ['rule across fields', { lines: [line('X')], delivery: { from: 2, to: 1 } }, 422, '/delivery/to'],
  ] as const)
    it(`send no query for a request of the wrong ${what} · M06.4`, async () => {
      const answer = await post(body)
      assert.deepEqual([answer.status, answer.body.errors?.[0]?.pointer, queries.length, handled], [status, pointer, 0, 0])
      assert.notEqual(answer.body.code, 'unknown-sku')
    })

  it('ask nothing where nothing is to be asked about', async () => {
    assert.equal((await post({ lines: [] })).status, 201)
    assert.deepEqual(queries, [])
  })

  it('are told by signal when the caller gets no answer any more', async () => {
    const { status } = await post({ lines: [line('SLOW')] })
    assert.deepEqual([status, stopped?.aborted, handled], [504, true, 0])
  })

  it('answer the first answer again to whoever repeats a request with its key, though the world has changed · M13.14', async () => {
    const key = { 'idempotency-key': 'k-1' }
    await sql`insert into products (sku) values ('GONE')`.execute(on(db))
    assert.equal((await post({ lines: [line('GONE')] }, '/orders-once', key)).status, 202)
    await sql`delete from products where sku = 'GONE'`.execute(on(db))
    const again = await post({ lines: [line('GONE')] }, '/orders-once', key)
    assert.deepEqual([again.status, again.headers.get('idempotency-replayed'), handled], [202, 'true', 1])
    assert.equal(queries.length, 1)
    const other = await post({ lines: [line('GONE')] }, '/orders-once')
    assert.deepEqual([other.status, other.body.code, queries.length], [422, 'unknown-sku', 2])
  })

  it('stand in the pipeline behind validation and the limits, and before your code · M06.4', () => {
    const { steps } = site.site.pipelines.find(({ label }) => label === 'POST /orders')!
    assert.deepEqual(
      steps.slice(-3).map(({ label }) => label),
      ['validate body', 'check unknown-sku in lines.*.sku, not-on-sale in lines.*.gift', 'place'],
    )
  })
})

describe('a check that cannot work stops the boot', () => {
  const boot = (more: object, body: z.ZodType | ReturnType<typeof patch> = Order) => {
    const place = endpoint('POST /orders', { summary: 'Place', auth: 'none', body, checks: { 'lines.*.sku': skuIsKnown }, ...more })
    return openSite({ routes: implement({ skuIsKnown, place }, { skuIsKnown: (skus: readonly string[]) => skus, place: () => {} }) })
  }

  it('because its place is not in the body', () =>
    assert.rejects(boot({ checks: { 'lines.*.skuu': skuIsKnown } }), {
      code: 'contract-invalid',
      message: /its body has no lines\.\*\.skuu/,
    }))

  it('because nobody decides it', () =>
    assert.rejects(boot({ checks: { 'lines.*.gift': giftIsOnSale } }), { code: 'contract-invalid', message: /not in its contract module/ }))

  it('because a patch is no whole value', () =>
    assert.rejects(boot({}, patch(Order)), { code: 'contract-invalid', message: /no body that is one whole value/ }))
})
