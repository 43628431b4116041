import assert from 'node:assert/strict'
import { after as afterAll, before, describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../../test/http/site.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { explain } from '../../contract/trace/explain.ts'
import { waterfall } from '../../contract/trace/waterfall.ts'
import { after } from '../../http/handle/after.ts'
import { implement } from '../../http/implement.ts'
import { openDb, sql, tables, type Db } from '../../services/db/index.ts'
import { systemClock } from '../../std/clock.ts'
import { silentLog } from '../../std/log.ts'
import { newTrace, toTraceparent } from '../../std/trace-context.ts'
import { recorder, type Recorder } from '../../system/trace/index.ts'
import { Resolver } from './dns/resolver.ts'
import { Tracer } from './tracer.ts'

const contract = {
  add: endpoint('POST /visits/{place:\\w+}', {
    summary: 'Adds a visit',
    auth: 'none',
    body: z.object({ guests: z.int().positive() }),
    returns: z.object({ visits: z.int() }),
    status: 201,
  }),
}
const on = tables<{ visits: { guests: number } }>()

/** A real pipeline, a real database and the real recorder: nothing of what is drawn here was made up. */
describe('what a real application recorded', () => {
  let db: Db
  let site: Awaited<ReturnType<typeof openSite>>
  let kept: Recorder
  let tracer: Tracer
  let told: () => void = () => {}

  before(async () => {
    db = await openDb('pglite:memory', { log: silentLog, clock: systemClock })
    await sql`create table visits (guests int)`.execute(on(db))
    kept = recorder({ share: 1 })
    kept.listen(() => told())
    const routes = implement(contract, {
      add: async (c) => {
        await on(db).insertInto('visits').values({ guests: c.body.guests }).execute()
        after(c, async () => void (await on(db).selectFrom('visits').select('guests').execute()))
        return { visits: (await on(db).selectFrom('visits').select('guests').execute()).length }
      },
    })
    site = await openSite({ routes, recording: kept })
    const resolver = new Resolver({ clock: systemClock, system: { servers: [], search: [], dots: 1, hosts: new Map() }, chain: false })
    tracer = new Tracer({ clock: systemClock, resolver, timeout: 10_000, insecure: false, ca: [], reconnect: false })
  })
  afterAll(async () => {
    tracer.close()
    await site.close()
    await db.close()
  })

  async function send(body: string, records: number) {
    const trace = newTrace()
    const headers = [
      ['Content-Type', 'application/json'],
      ['Content-Length', String(body.length)],
      ['Traceparent', toTraceparent(trace)],
    ] as const
    const url = new URL(`${site.url}/visits/berlin`)
    const { timings, answer } = await tracer.attempt({ url, method: 'POST', headers, body: Buffer.from(body) }, trace.parentId)
    while (kept.find(trace.traceId).length < records) await new Promise<void>((resolve) => (told = resolve))
    return { timings, answer, operations: kept.find(trace.traceId) }
  }

  it('is drawn within what the client saw of it: every step, every statement, the work behind the answer · M01.16, M01.20', async () => {
    const { timings, answer, operations } = await send('{"guests":2}', 2)
    assert.equal(answer?.status, 201)
    const { rows } = waterfall({ client: timings, operations })
    const server = rows.filter(({ side }) => side === 'server')
    const nameAt = (depth: number) => server.filter((row) => row.depth === depth).map(({ name }) => name)
    assert.deepEqual(nameAt(1), ['POST /visits/{place:\\w+}'])
    for (const stage of ['validate', 'handle', 'reply']) assert.ok(nameAt(2).includes(stage), stage)
    const statements = server.filter(({ kind, depth }) => kind === 'sql' && depth === 3)
    assert.equal(statements.length, 3)
    assert.ok(server.some(({ kind }) => kind === 'background'))
    assert.ok(rows.every(({ state }) => state === 'ok'))
    const [root] = server
    const request = timings.phases.find(({ name }) => name === 'request')!
    assert.ok(root!.start >= request.start && root!.start + root!.ms <= timings.total + 1, JSON.stringify({ root, timings }))
    for (const { start, ms, depth } of server.filter((row) => row.depth === 2 && row.kind === 'stage'))
      assert.ok(start >= root!.start - 0.01 && start + ms <= root!.start + root!.ms + 0.01, `${depth} ${start}+${ms}`)
  })

  it('explains itself: the route, the refusal, the share of the statements, what it caused · M01.16', async () => {
    const well = explain((await send('{"guests":3}', 2)).operations)
    const text = (about: string, from = well) => from.find((sentence) => sentence.about === about)?.text
    assert.equal(text('match'), 'It matched POST /visits/{place:\\w+}, with place = berlin (\\w+).')
    assert.match(text('status')!, /201: your code answered/)
    assert.match(text('cache')!, /because it was a POST/)
    assert.match(text('compression')!, /bytes are less than 1024/)
    assert.match(text('time')!, /\d+ % SQL \(2 statements\)/)
    assert.match(text('caused')!, /^It caused background POST \/visits.* \([\d.]+ ms\)\.$/)
    const refused = explain((await send('{"guests":0}', 1)).operations)
    assert.match(text('status', refused)!, /^The status is 422: validation-failed, .*The step "validate" refused\. Correct every entry/)
  })
})
