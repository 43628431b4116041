import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after as afterAll, before, beforeEach, describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../../test/http/site.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { openDb, sql, tables, type Db } from '../../services/db/index.ts'
import { outbound } from '../../services/fetch/index.ts'
import { systemClock } from '../../std/clock.ts'
import { silentLog } from '../../std/log.ts'
import { spanIdOf, type Operation } from '../../std/operation.ts'
import { span } from '../../std/spans.ts'
import { recorder, type Recorder } from '../../system/trace/index.ts'
import { after } from '../handle/after.ts'
import { implement } from '../implement.ts'

const Login = z.object({ email: z.string(), password: z.string() })
const contract = {
  login: endpoint('POST /login', { summary: 'Logs in', auth: 'none', body: Login, returns: z.object({ accessToken: z.string() }) }),
  read: endpoint('GET /visits/{id}', { summary: 'Reads', auth: 'none', status: 204 }),
  write: endpoint('POST /visits', { summary: 'Writes', auth: 'none', status: 204 }),
  call: endpoint('GET /call', { summary: 'Calls out', auth: 'none', status: 204 }),
  fail: endpoint('GET /fail', { summary: 'Fails', auth: 'none', status: 204 }),
  later: endpoint('POST /later', { summary: 'Works on behind its answer', auth: 'none', status: 204 }),
}
const on = tables<{ visits: { id: number } }>()

describe('the record of a request', () => {
  let db: Db
  let site: Awaited<ReturnType<typeof openSite>>
  let kept: Recorder
  const heard: Operation[] = []
  let told: () => void = () => {}
  const received: string[] = []
  const other = createServer((request, response) => {
    received.push(String(request.headers['traceparent']))
    response.end('ok')
  })
  const outside = outbound({ clock: systemClock, log: silentLog, allow: ['127.0.0.1'], propagateTo: ['127.0.0.1'] })

  before(async () => {
    db = await openDb('pglite:memory', { log: silentLog, clock: systemClock })
    await sql`create table visits (id int)`.execute(on(db))
    await outside.open()
    other.listen(0, '127.0.0.1')
    await once(other, 'listening')
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}/stock`
    kept = recorder({ share: 1, bodies: true, isAsked: (headers) => headers.includes('x-asked') })
    kept.listen((operation) => {
      heard.push(operation)
      told()
    })
    const routes = implement(contract, {
      login: ({ log, body }) => {
        log.debug('checking', { email: body.email, password: body.password })
        return { accessToken: 'canary-token-in-answer' }
      },
      read: async () => void (await on(db).selectFrom('visits').select('id').where('id', '=', 7).execute()),
      write: async () =>
        span('add a visit', () => db.transaction(async (tx) => void (await on(tx).insertInto('visits').values({ id: 1 }).execute()))),
      call: async () => void (await outside.fetch(url)),
      fail: async () => void (await sql`select 'canary-literal' from nowhere`.execute(on(db))),
      later: (c) => after(c, async () => void (await on(db).selectFrom('visits').select('id').execute())),
    })
    site = await openSite({ routes, recording: kept, strict: true })
  })
  afterAll(async () => {
    await site.close()
    await outside.close()
    other.close()
    await db.close()
  })
  beforeEach(() => void (heard.length = 0))

  const until = async (count: number) => {
    while (heard.length < count) await new Promise<void>((resolve) => (told = resolve))
    return heard
  }
  const ask = async (method: string, path: string, init: RequestInit = {}) => {
    const response = await fetch(site.url + path, { method, ...init })
    await response.arrayBuffer()
    return response
  }
  const post = (path: string, value: unknown) =>
    ask('POST', path, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) })
  const named = (operation: Operation | undefined, kind: string) => operation?.spans.filter((one) => one.kind === kind) ?? []

  it('has a row for each step of the pipeline, without a gap between them · M01.16', async () => {
    await ask('GET', '/visits/7')
    const [operation] = await until(1)
    const stages = named(operation, 'stage')
    assert.deepEqual(
      stages.map(({ name }) => name).filter((name) => ['request-id', 'handle', 'reply'].includes(name)),
      ['request-id', 'handle', 'reply'],
    )
    for (const [i, stage] of stages.entries()) if (i > 0) assert.equal(stage.start, stages[i - 1]!.end)
    assert.ok(stages[0]!.start >= 0 && Math.abs(stages.at(-1)!.end - operation!.ms) < 0.001)
  })

  it('has the statement below the step that waited for it, with its rows · M17.14', async () => {
    await ask('GET', '/visits/7?token=canary-query&page=2')
    const [operation] = await until(1)
    const [query] = named(operation, 'sql')
    assert.equal(query?.name, 'select "id" from "visits" where "id" = $1')
    assert.deepEqual(query.attributes, { rows: 0 })
    assert.equal(operation?.spans[query.parent]?.name, 'handle')
    assert.ok(query.end > query.start)
    assert.equal(operation?.http?.target, '/visits/7?token=[redacted]&page=2')
  })

  it('has a transaction with its statements below what the application named itself', async () => {
    await ask('POST', '/visits')
    const [operation] = await until(1)
    const [own] = named(operation, 'custom')
    const [transaction] = named(operation, 'transaction')
    assert.equal(own?.name, 'add a visit')
    assert.equal(operation?.spans[transaction!.parent], own)
    const statements = named(operation, 'sql')
    assert.deepEqual(
      statements.map(({ name }) => name.split(' ')[0]),
      ['begin', 'insert', 'commit'],
    )
    for (const statement of statements) assert.equal(operation?.spans[statement.parent], transaction)
  })

  it('is one trace with the service that it called: the call is that one’s parent · M01.20', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await ask('GET', '/call', { headers: { traceparent } })
    const [operation] = await until(1)
    assert.equal(operation?.traceId, '0af7651916cd43dd8448eb211c80319c')
    assert.equal(operation.parentId, 'b7ad6b7169203331')
    const index = operation.spans.findIndex(({ kind }) => kind === 'fetch')
    assert.equal(received.at(-1), `00-${operation.traceId}-${spanIdOf(operation.spanId, index)}-01`)
    assert.deepEqual(operation.spans[index]?.attributes, { status: 200, path: '/stock' })
  })

  it('begins a trace of the request’s own id where there is none · M08.8', async () => {
    const response = await ask('GET', '/call', { headers: { traceparent: 'nonsense' } })
    const [operation] = await until(1)
    assert.equal(operation?.traceId, response.headers.get('x-request-id')?.replaceAll('-', ''))
    assert.equal(operation?.parentId, undefined)
    assert.deepEqual(kept.find(operation!.id), [operation])
  })

  it('has both heads as they went over the wire · M02.2', async () => {
    const received = await site.raw('GET /visits/7?page=2 HTTP/1.1\r\nHoST: shop.example\r\nCookie: a=canary\r\nConnection: close\r\n\r\n')
    const [operation] = await until(1)
    assert.equal(operation?.http?.requestHead, 'GET /visits/7?page=2 HTTP/1.1\nHoST: shop.example\nCookie: [redacted]\nConnection: close')
    assert.equal(operation.http.responseHead, received.slice(0, received.indexOf('\r\n\r\n')).replaceAll('\r\n', '\n'))
  })

  it('tells no secret of headers, bodies, lines and statements · M17.4', async () => {
    await ask('POST', '/login?api_key=canary-parameter', {
      headers: { 'content-type': 'application/json', authorization: 'Bearer canary-header', cookie: 'session=canary-cookie' },
      body: JSON.stringify({ email: 'alice@x.com', password: 'canary-password' }),
    })
    await ask('GET', '/fail')
    const all = JSON.stringify(await until(2))
    assert.ok(all.includes('alice@x.com') && all.includes('checking'))
    assert.doesNotMatch(all, /canary/)
  })

  it('of a failure has what was thrown with its stack, and the caller has none of it · M15.20', async () => {
    const response = await fetch(`${site.url}/fail`)
    const answer = await response.text()
    const [operation] = await until(1)
    assert.equal(operation?.outcome, 'failed')
    assert.equal(operation.error?.code, '42P01')
    assert.match(operation.error.stack ?? '', /record\.integration\.test/)
    assert.equal(named(operation, 'sql')[0]?.failed, '42P01')
    assert.doesNotMatch(answer, /nowhere|42P01/)
  })

  it('of a refusal has the reason and the steps up to it, and no stack', async () => {
    await post('/login', { email: 7 })
    const [operation] = await until(1)
    assert.equal(operation?.outcome, 'refused')
    assert.equal(operation.error?.code, 'validation-failed')
    assert.equal(operation.error.stack, undefined)
    assert.deepEqual(
      named(operation, 'stage')
        .slice(-2)
        .map(({ name }) => name),
      ['validate', 'reply'],
    )
  })

  it('goes on behind the answer as an operation of its own in the same trace · M08.14', async () => {
    await ask('POST', '/later')
    const [request, background] = (await until(2)).toSorted((a, b) => a.kind.localeCompare(b.kind)).toReversed()
    assert.deepEqual([request?.kind, background?.kind], ['request', 'background'])
    assert.equal(background?.traceId, request?.traceId)
    assert.equal(background?.parentId, request?.spanId)
    assert.match(named(background, 'sql')[0]?.name ?? '', /^select/)
    assert.deepEqual(named(request, 'sql'), [])
  })

  it('has the headers of the answer, those too that every answer has', async () => {
    const response = await ask('GET', '/visits/7')
    const [operation] = await until(1)
    const headers = new Map(operation?.http?.responseHeaders)
    for (const name of ['x-request-id', 'content-security-policy', 'x-content-type-options'])
      assert.equal(headers.get(name), response.headers.get(name))
  })

  it('is told to the browser’s own tools, outside production · M01.19', async () => {
    const response = await ask('GET', '/visits/7')
    assert.match(response.headers.get('server-timing') ?? '', /^(?:[\w-]+;dur=[\d.]+, )*total;dur=[\d.]+$/)
  })
})

describe('in production', () => {
  it('times are told only to whom they were granted · M01.19', async () => {
    const kept = recorder({ share: 1, isAsked: (headers) => headers.includes('x-asked') })
    const routes = implement({ read: contract.read }, { read: () => undefined })
    const site = await openSite({ routes, recording: kept, strict: false })
    const timing = async (headers: Record<string, string>) =>
      (await fetch(`${site.url}/visits/7`, { headers })).headers.get('server-timing')
    assert.equal(await timing({}), null)
    assert.match((await timing({ 'x-asked': '1' })) ?? '', /total;dur=/)
    await site.close()
  })

  it('bodies are not kept', async () => {
    const kept = recorder({ share: 1 })
    const routes = implement({ login: contract.login }, { login: () => ({ accessToken: 'x' }) })
    const site = await openSite({ routes, recording: kept })
    const body = JSON.stringify({ email: 'alice@x.com', password: 'x' })
    await (await fetch(`${site.url}/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).text()
    await site.close()
    const [operation] = kept.newest()
    assert.equal(operation?.status, 201)
    assert.doesNotMatch(JSON.stringify(operation), /alice/)
  })
})
