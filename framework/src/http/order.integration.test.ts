import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../test/http/site.ts'
import { cors } from '../contract/cors.ts'
import { endpoint } from '../contract/endpoint.ts'
import { Forbidden } from '../contract/problems.ts'
import { stream } from '../contract/stream.ts'
import { limits } from '../services/limits/limits.ts'
import { systemClock } from '../std/clock.ts'
import { silentLog, type Log, type LogFields } from '../std/log.ts'
import { metrics } from '../system/metrics/index.ts'
import { group, implement } from './implement.ts'
import { pipeline } from './pipeline.ts'
import type { OuterAround } from './stage.ts'
import { versions } from './versions.ts'

const contract = {
  everything: endpoint('POST /everything/{id}', {
    summary: 'Asks for every stage there is',
    auth: 'user',
    headers: z.object({ 'x-note': z.string().max(3).optional() }),
    body: z.object({ n: z.int() }),
    ifMatch: 'required',
    deprecated: { since: '2026-01-01' },
    rateLimit: [
      { limit: 3, window: 60_000, by: 'ip' },
      { name: 'own', limit: 2, window: 60_000, by: 'actor' },
    ],
    returns: z.object({ n: z.int() }),
  }),
  lines: endpoint('GET /lines', {
    summary: 'Lines or a table',
    auth: 'user',
    returns: stream(z.object({ n: z.int() })),
    produces: ['application/x-ndjson', 'text/csv'],
  }),
  list: endpoint('GET /list', {
    summary: 'A cacheable list',
    auth: 'none',
    etag: true,
    cache: { scope: 'public', maxAge: 60 },
    returns: z.array(z.string()),
  }),
}

const counting = () => limits('memory:', { clock: systemClock, log: silentLog, meter: metrics({ log: silentLog }) })

describe('the order of the stages · M07.2', () => {
  const lines: { fields: LogFields | undefined }[] = []
  const measured: number[] = []
  const asked: string[] = []
  const outer: OuterAround = async (c, next) => {
    asked.push('outer')
    if (c.headers['x-outer'] === 'throw') throw new Error('outer')
    return next()
  }
  const store = counting()
  let site: Awaited<ReturnType<typeof openSite>>
  before(async () => {
    await store.open()
    const take = (_event: string, fields?: LogFields) => void lines.push({ fields })
    const log: Log = { ...silentLog, info: take, warn: take, error: take, child: () => log }
    const rule = ({ roles }: { roles: readonly string[] }) => {
      asked.push('authorize')
      if (!roles.includes('admin')) throw Forbidden()
    }
    const made = implement(contract, {
      everything: ({ body }) => (asked.push('handle'), body),
      lines: () => [{ n: 1 }],
      list: () => Array.from({ length: 500 }, () => 'entry'),
    })
    const routes = versions({ 1: [...group('', { authorize: rule }, made.slice(0, 1)), ...made.slice(1)] })
    site = await openSite({
      routes,
      outer: [outer],
      log,
      versioning: { by: 'header', default: 1 },
      cors: cors({ origins: ['https://shop.example'] }),
      limits: store,
      observe: () => (status) => void measured.push(status),
      authenticate: ({ headers }) => {
        asked.push('authenticate')
        const [id, role] = headers['authorization']?.split(' ') ?? []
        return id === undefined ? undefined : { id, roles: role === undefined ? [] : [role] }
      },
    })
  })
  after(async () => {
    await site.close()
    await store.close()
  })
  beforeEach(() => {
    for (const list of [lines, measured, asked]) list.length = 0
  })

  const post = (headers: Record<string, string>, body = '{"n":1}') =>
    fetch(`${site.url}/everything/1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://shop.example', ...headers },
      body,
    })

  it('request-id → access-log: what is refused first of all is logged by the name its caller was told', async () => {
    const { headers } = await fetch(`${site.url}/nowhere`)
    assert.equal(lines[0]?.fields?.['requestId'], headers.get('x-request-id'))
  })

  it('access-log → measure → the rest: a refusal by an outer layer is logged and measured once', async () => {
    assert.equal((await post({ 'x-outer': 'throw' })).status, 500)
    assert.deepEqual([lines.length, measured], [1, [500]])
  })

  it('cors → security-headers → outer: an answer nobody wrote carries both, and the page may read it', async () => {
    const { headers } = await post({ 'x-outer': 'throw' })
    assert.equal(headers.get('access-control-allow-origin'), 'https://shop.example')
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
  })

  it('version → deprecation → authenticate: a 401 says which version refused, and that it is on its way out', async () => {
    const refused = await post({})
    assert.equal(refused.status, 401)
    assert.equal(refused.headers.get('api-version'), '1')
    assert.ok(refused.headers.get('deprecation'))
    assert.deepEqual(asked, ['outer', 'authenticate'])
  })

  it('negotiate → authenticate: what could not be answered anyway asks nobody who it is', async () => {
    assert.equal((await fetch(`${site.url}/lines`, { headers: { accept: 'image/png' } })).status, 406)
    assert.deepEqual(asked, ['outer'])
  })

  it('rate-limit by ip → authenticate: the flood of guesses never reaches the authenticator, and CORS is on the 429', async () => {
    let status = 0
    let last: Response
    do {
      asked.length = 0
      last = await post({ authorization: 'guess' })
      status = last.status
    } while (status !== 429)
    assert.ok(!asked.includes('authenticate'))
    assert.equal(last.headers.get('access-control-allow-origin'), 'https://shop.example')
  })

  it('compress → etag, conditional → cache-control: a 304 says how long it holds, and the tag is of what was sent', async () => {
    const full = await fetch(`${site.url}/list`, { headers: { 'accept-encoding': 'gzip' } })
    assert.equal(full.headers.get('content-encoding'), 'gzip')
    const etag = full.headers.get('etag')!
    const plain = await fetch(`${site.url}/list`, { headers: { 'accept-encoding': 'identity' } })
    assert.notEqual(plain.headers.get('etag'), etag)
    const same = await fetch(`${site.url}/list`, { headers: { 'accept-encoding': 'gzip', 'if-none-match': etag } })
    assert.equal(same.status, 304)
    assert.match(same.headers.get('cache-control')!, /max-age=60/)
  })

  it('stands as written, and every stage has its reason beside it', () => {
    const order = pipeline.map(({ name }) => name)
    const asWritten = [
      'record',
      'request-id',
      'access-log',
      'measure',
      'server-timing',
      'load-shed',
      'deadline',
      'cors',
      'security-headers',
      'alt-svc',
      'outer',
      'version',
      'deprecation',
      'negotiate',
    ]
    assert.deepEqual(order.slice(0, asWritten.length), asWritten)
    assert.equal(new Set(order).size, order.length)
    assert.deepEqual(order.slice(-7), ['validate', 'rate-limit custom', 'check', 'precognition', 'reply-check', 'reads', 'handle'])
  })
})

describe('the order behind the limits · M07.2', () => {
  const asked: string[] = []
  const store = counting()
  let site: Awaited<ReturnType<typeof openSite>>
  const guarded = endpoint('POST /guarded', {
    summary: 'Guarded',
    auth: 'user',
    headers: z.object({ 'x-note': z.string().max(3).optional() }),
    body: z.object({ n: z.int() }),
    ifMatch: 'required',
    returns: z.object({ n: z.int() }),
  })
  const counted = endpoint('POST /counted', {
    summary: 'Counted by actor',
    auth: 'user',
    rateLimit: { limit: 1, window: 60_000, by: 'actor' },
    body: z.object({ n: z.int() }),
    returns: z.object({ n: z.int() }),
  })
  before(async () => {
    await store.open()
    const rule = ({ roles }: { roles: readonly string[] }) => {
      asked.push('authorize')
      if (!roles.includes('admin')) throw Forbidden()
    }
    const handled = ({ body }: { body: { n: number } }) => (asked.push('handle'), body)
    site = await openSite({
      routes: group('', { authorize: rule }, implement({ guarded, counted }, { guarded: handled, counted: handled })),
      limits: store,
      authenticate: ({ headers }) => {
        const [id, role] = headers['authorization']?.split(' ') ?? []
        return id === undefined ? undefined : { id, roles: role === undefined ? [] : [role] }
      },
    })
  })
  after(async () => {
    await site.close()
    await store.close()
  })
  beforeEach(() => void (asked.length = 0))
  const post = (path: string, headers: Record<string, string>, body = '{"n":1}') =>
    fetch(site.url + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })

  it('authenticate → rate-limit by actor → authorize: who asks too often is not even looked at', async () => {
    assert.equal((await post('/counted', { authorization: 'u1' })).status, 403)
    asked.length = 0
    assert.equal((await post('/counted', { authorization: 'u1' })).status, 429)
    assert.deepEqual(asked, [])
    assert.equal((await post('/counted', { authorization: 'u2 admin' })).status, 201)
  })

  it('authorize → conditional: whoever may not is not told what is missing', async () => {
    assert.equal((await post('/guarded', { authorization: 'u' })).status, 403)
    assert.equal((await post('/guarded', { authorization: 'u admin' })).status, 428)
  })

  it('conditional → body: a write that names no state is refused with its body unread · E13', async () => {
    const length = 10_000_000
    const head = `POST /guarded HTTP/1.1\r\nHost: a\r\nAuthorization: u admin\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n{`
    assert.match(await site.raw(head, /\r\n\r\n/), /^HTTP\/1\.1 428 /)
    const strange = head.replace('u admin', 'u')
    assert.match(await site.raw(strange, /\r\n\r\n/), /^HTTP\/1\.1 403 /)
  })

  it('body → validate → handle: what does not parse is a 400, what does not fit a 422, and neither reaches your code', async () => {
    const headers = { authorization: 'u admin', 'if-match': '*' }
    assert.equal((await post('/guarded', headers, '{')).status, 400)
    assert.equal((await post('/guarded', { ...headers, 'x-note': 'too long' }, '{"n":"x"}')).status, 422)
    assert.ok(!asked.includes('handle'))
    assert.equal((await post('/guarded', headers)).status, 201)
    assert.ok(asked.includes('handle'))
  })
})
