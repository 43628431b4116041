import assert from 'node:assert/strict'
import { after, beforeEach, describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../../test/http/site.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { snakeCase } from '../../contract/naming/naming.ts'
import { stream } from '../../contract/stream.ts'
import type { Clock } from '../../std/clock.ts'
import { testClock } from '../../tools/testing/test-clock.ts'
import type { HttpSite } from '../serve.ts'
import { silentLog, type Log, type LogFields } from '../../std/log.ts'
import { implement } from '../implement.ts'
import { msgpack } from '../codecs/msgpack/index.ts'
import { rawReply, reply } from '../stage.ts'

const Account = z.object({ owner: z.email(), balance: z.number().min(0), tags: z.array(z.string().max(5)).max(2) })
const contract = {
  read: endpoint('GET /accounts/{name}', { summary: 'Read', auth: 'none', returns: Account, etag: true }),
  late: endpoint('POST /late', { summary: 'Promises to be done', auth: 'none', returns: Account }),
  table: endpoint('GET /table', {
    summary: 'As a table',
    auth: 'none',
    returns: z.array(Account.omit({ tags: true })),
    produces: ['text/csv', 'application/json'],
  }),
  packed: endpoint('GET /packed/{name}', {
    summary: 'Packed, under other names',
    auth: 'none',
    returns: z.object({ homeTown: z.string().max(6), since: z.iso.datetime() }),
    produces: ['application/json', 'application/msgpack'],
    naming: snakeCase,
  }),
  raw: endpoint('GET /raw', { summary: 'Written by hand', auth: 'none', returns: Account }),
  lines: endpoint('GET /lines', {
    summary: 'A stream',
    auth: 'none',
    returns: stream(z.object({ n: z.int().max(9) })),
    produces: ['application/x-ndjson'],
  }),
}
const right = { owner: 'ann@x.com', balance: 1, tags: [] }
const wrong = { owner: 'secret@@x', balance: -1, tags: ['ok', 'much too long'] }
const routes = implement(contract, {
  read: ({ params }) => (params.name === 'wrong' ? wrong : right),
  table: () => [wrong],
  late: () => reply(right, { status: 202 }),
  // What the schema does not name does not leave, and a Date leaves as the text that is promised.
  packed: ({ params }) => ({ homeTown: params.name, since: new Date(0) as never, secret: 'x' }),
  raw: () => rawReply(JSON.stringify(wrong), { type: 'application/json' }),
  lines: () => [{ n: 10 }],
})

describe('answers that break their contract · M06.21', () => {
  const lines: { event: string; fields: LogFields | undefined }[] = []
  const breaches: string[] = []
  const take = (event: string, fields?: LogFields) => void lines.push({ event, fields })
  const log: Log = { ...silentLog, warn: take, error: take, child: () => log }
  const sites: Awaited<ReturnType<typeof openSite>>[] = []
  const open = async (options: { strict: boolean; replyCheckRate?: number; clock?: Clock }) => {
    const site = await openSite({
      routes,
      log,
      codecs: [msgpack()],
      onBreach: (route, code) => breaches.push(`${route} ${code}`),
      ...options,
    })
    sites.push(site)
    return site
  }
  after(() => Promise.all(sites.map((site) => site.close())))
  beforeEach(() => {
    lines.length = 0
    breaches.length = 0
  })
  /** What is counted is counted when the answer is out. */
  const settled = ({ background }: HttpSite) => background.close()

  it('are a 500 in development and tests; the log says where and what, and nobody is told a value', async () => {
    const { url } = await open({ strict: true, replyCheckRate: 1 })
    assert.deepEqual(await (await fetch(`${url}/accounts/right`)).json(), right)
    const response = await fetch(`${url}/accounts/wrong`)
    const { code, detail } = (await response.json()) as { code: string; detail: string }
    assert.deepEqual([response.status, code, response.headers.get('etag')], [500, 'internal-error', null])
    const { message } = lines.find(({ event }) => event === 'request')!.fields!['error'] as Error
    assert.match(
      message,
      /^GET \/accounts\/\{name\} answered what its contract does not allow: \/owner invalid-format, \/balance too-small, \/tags\/1 too-long\./,
    )
    assert.ok(!`${detail} ${message}`.includes('secret'))
  })

  it('are sent in production, and counted with the first of every few', async () => {
    const { url, site } = await open({ strict: false, replyCheckRate: 1 / 3 })
    for (let at = 0; at < 7; at++) assert.deepEqual(await (await fetch(`${url}/accounts/wrong`)).json(), wrong)
    await settled(site)
    assert.deepEqual(
      breaches,
      Array.from({ length: 3 }, () => 'GET /accounts/{name} reply-invalid'),
    )
    assert.deepEqual(lines[0]!.fields!['breaches'], ['/owner invalid-format', '/balance too-small', '/tags/1 too-long'])
  })

  it('are a 500 in development, counted in production, when their status is the breach · M02.31', async () => {
    const [development, production] = [await open({ strict: true }), await open({ strict: false })]
    assert.equal((await fetch(`${development.url}/late`, { method: 'POST' })).status, 500)
    assert.deepEqual(breaches, [])
    assert.equal((await fetch(`${production.url}/late`, { method: 'POST' })).status, 202)
    assert.deepEqual(breaches, ['POST /late status-202'])
  })

  it('are found in every format, under whatever names it was written', async () => {
    const { url } = await open({ strict: true, replyCheckRate: 1 })
    const statusOf = async (path: string, accept: string) => (await fetch(`${url}${path}`, { headers: { accept } })).status
    for (const type of ['text/csv', 'application/json']) assert.equal(await statusOf('/table', type), 500, type)
    for (const type of ['application/json', 'application/msgpack'])
      assert.deepEqual([await statusOf('/packed/London', type), await statusOf('/packed/Londinium', type)], [200, 500], type)
    assert.equal(await statusOf('/raw', '*/*'), 500)
    const { message } = lines.findLast(({ event }) => event === 'request')!.fields!['error'] as Error
    assert.match(message, /\/owner invalid-format, /)
  })

  it('are counted in every format, at most ten a second of one route', async () => {
    const clock = testClock()
    const { url, site } = await open({ strict: false, replyCheckRate: 1, clock })
    for (let at = 0; at < 12; at++) assert.equal((await fetch(`${url}/table`)).headers.get('content-type')?.slice(0, 8), 'text/csv')
    clock.advance(1_000)
    await (await fetch(`${url}/table`)).text()
    await settled(site)
    assert.deepEqual(
      breaches,
      Array.from({ length: 11 }, () => 'GET /table reply-invalid'),
    )
    assert.deepEqual(lines[0]!.fields!['breaches'], ['/0/owner invalid-format', '/0/balance too-small'])
  })

  it('are not looked for in refusals, in streams, and where nobody asked', async () => {
    const { url } = await open({ strict: true, replyCheckRate: 1 })
    assert.equal((await fetch(`${url}/lines`)).status, 200)
    assert.equal((await fetch(`${url}/accounts/right/none`)).status, 404)
    for (const options of [{ strict: true }, { strict: false, replyCheckRate: 0 }]) {
      const { site } = await open(options)
      assert.ok(site.pipelines.every(({ steps }) => steps.every(({ stage }) => stage !== 'reply-check')))
    }
  })
})
