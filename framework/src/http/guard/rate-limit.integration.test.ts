import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../../test/http/site.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { database } from '../../services/db/index.ts'
import { limits } from '../../services/limits/index.ts'
import { systemClock } from '../../std/clock.ts'
import { silentLog } from '../../std/log.ts'
import { metrics } from '../../system/metrics/index.ts'
import { testClock } from '../../tools/testing/test-clock.ts'
import { implement } from '../implement.ts'

const Credentials = z.object({ email: z.string(), password: z.string() })
const contract = {
  login: endpoint('POST /auth/login', {
    summary: 'Log in',
    auth: 'none',
    rateLimit: { name: 'login', limit: 5, window: 60_000 },
    body: Credentials,
  }),
  perPerson: endpoint('POST /auth/person', {
    summary: 'By address and person',
    auth: 'none',
    body: Credentials,
    rateLimit: { name: 'person', limit: 1, window: 60_000, by: ({ ip, body }) => `${ip} ${body.email}` },
  }),
  mine: endpoint('GET /mine', {
    summary: 'Mine',
    auth: 'user',
    rateLimit: ['3/minute', { name: 'all', limit: 5, window: 3_600_000, by: 'route' }],
  }),
  tenant: endpoint('GET /tenant', { summary: 'Ours', auth: 'user', rateLimit: { limit: 1, window: 60_000, by: 'tenant' } }),
  key: endpoint('GET /key', { summary: 'By key', auth: 'user', rateLimit: { limit: 1, window: 60_000, by: 'key' } }),
  export: endpoint('GET /export', {
    summary: 'Dear',
    auth: 'none',
    query: z.object({ rows: z.int() }),
    rateLimit: { name: 'rows', limit: 100, window: 60_000, cost: ({ query }) => (query as { rows: number }).rows },
  }),
  slow: endpoint('GET /slow', { summary: 'One at a time', auth: 'none', rateLimit: { name: 'slow', limit: 1, algorithm: 'concurrency' } }),
  free: endpoint('GET /free', { summary: 'Free', auth: 'none', rateLimit: 'none' }),
  other: endpoint('GET /other', { summary: 'The application’s limit', auth: 'none' }),
  another: endpoint('GET /another', { summary: 'The same one', auth: 'none' }),
}

describe('a rate limit', () => {
  const clock = testClock()
  const store = limits('memory:', { clock, log: silentLog, meter: metrics({ log: silentLog }), legacyHeaders: true })
  let site: Awaited<ReturnType<typeof openSite>>
  const waiting: (() => void)[] = []
  let arrived: () => void = () => {}
  const routes = implement(contract, {
    login: () => undefined,
    perPerson: () => undefined,
    mine: () => undefined,
    tenant: () => undefined,
    key: () => undefined,
    export: () => undefined,
    slow: () => {
      arrived()
      return new Promise<void>((resolve) => waiting.push(resolve))
    },
    free: () => undefined,
    other: () => undefined,
    another: () => undefined,
  })
  before(async () => {
    await store.open()
    site = await openSite({
      routes,
      limits: store,
      // The second one has nobody to count on public routes, and is left out there.
      rateLimit: ['2/minute', { limit: 100, window: 60_000, by: 'actor' }],
      trustedProxies: ['127.0.0.1'],
      authenticate: ({ headers }) => {
        const [id, tenantId] = (headers['authorization'] ?? '').split('@')
        const keyId = headers['x-api-key']
        return id ? { id, roles: [], ...(tenantId && { tenantId }), ...(keyId && { keyId }) } : undefined
      },
    })
  })
  after(() => site.close())

  const send = (path: string, from: string, init: RequestInit = {}) =>
    fetch(site.url + path, { ...init, headers: { ...(init.headers as Record<string, string>), 'x-forwarded-for': from } })
  const json = (value: unknown): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  })
  const logIn = (from: string, path = '/auth/login', email = 'a@x.com') => send(path, from, json({ email, password: 'p' }))
  const as = (who: string): RequestInit => ({ headers: { authorization: who } })

  it('answers the sixth login of a minute with 429, Retry-After and what is left · M07.10 M02.28', async () => {
    const fields = async (response: Promise<Response>) => {
      const { status, headers } = await response
      return [status, headers.get('ratelimit-policy'), headers.get('ratelimit'), headers.get('retry-after')]
    }
    const policy = '"login";q=5;w=60'
    assert.deepEqual(await fields(logIn('1.1.1.1')), [204, policy, '"login";r=4;t=60', null])
    for (let i = 0; i < 4; i++) await logIn('1.1.1.1')
    clock.advance(18_000)
    assert.deepEqual(await fields(logIn('1.1.1.1')), [429, policy, '"login";r=0;t=42', '42'])
    assert.equal((await logIn('2.2.2.2')).status, 204)
    clock.advance(42_000)
    assert.equal((await logIn('1.1.1.1')).status, 204)
  })

  it('is a problem that names the limit, and the older headers tell the same where they are wanted · M07.10', async () => {
    for (let i = 0; i < 5; i++) await logIn('3.3.3.3')
    const response = await logIn('3.3.3.3')
    const { code, policy, retryAfter } = (await response.json()) as Record<string, unknown>
    assert.deepEqual([code, policy, retryAfter], ['rate-limited', 'login', 60])
    assert.equal(response.headers.get('content-type'), 'application/problem+json')
    const legacy = ['limit', 'remaining', 'reset'].map((name) => response.headers.get(`x-ratelimit-${name}`))
    assert.deepEqual(legacy, ['5', '0', '60'])
  })

  it('refuses before the body is read · M07.2', async () => {
    for (let i = 0; i < 5; i++) await logIn('4.4.4.4')
    const head =
      'POST /auth/login HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 4.4.4.4\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n'
    assert.match(await site.raw(head, /\r\n\r\n/), /^HTTP\/1\.1 429 /)
  })

  it('counts what a function of the validated request says · M07.9', async () => {
    assert.equal((await logIn('5.5.5.5', '/auth/person', 'a@x.com')).status, 204)
    assert.equal((await logIn('5.5.5.5', '/auth/person', 'b@x.com')).status, 204)
    assert.equal((await logIn('5.5.5.5', '/auth/person', 'a@x.com')).status, 429)
    assert.equal((await send('/auth/person', '5.5.5.5', json({ email: 'a@x.com' }))).status, 422)
  })

  it('counts by actor and by tenant, several rules a route, and says what each has left · M07.9', async () => {
    const first = await send('/mine', '6.6.6.6', as('ann'))
    assert.equal(first.headers.get('ratelimit-policy'), '"actor-per-minute";q=3;w=60, "all";q=5;w=3600')
    assert.match(first.headers.get('ratelimit') ?? '', /^"all";r=4;t=\d+, "actor-per-minute";r=2;t=\d+$/)
    await send('/mine', '6.6.6.6', as('ann'))
    await send('/mine', '6.6.6.6', as('ann'))
    assert.equal(((await (await send('/mine', '6.6.6.6', as('ann'))).json()) as { policy: string }).policy, 'actor-per-minute')
    assert.equal((await send('/mine', '6.6.6.6', as('bob'))).status, 204)
    assert.equal(((await (await send('/mine', '6.6.6.6', as('eve'))).json()) as { policy: string }).policy, 'all')
    const statuses = [
      await send('/tenant', '6.6.6.6', as('ann@acme')),
      await send('/tenant', '6.6.6.6', as('bob@acme')),
      await send('/tenant', '6.6.6.6', as('ann@other')),
    ]
    assert.deepEqual(
      statuses.map(({ status }) => status),
      [204, 429, 204],
    )
  })

  it('counts each API key of an actor for itself · M07.9', async () => {
    const statuses = []
    for (const key of ['k1', 'k2', 'k1'])
      statuses.push((await send('/key', '6.6.6.6', { headers: { authorization: 'ann', 'x-api-key': key } })).status)
    assert.deepEqual(statuses, [204, 204, 429])
  })

  it('takes what a request costs · M07.9', async () => {
    assert.equal((await send('/export?rows=60', '7.7.7.7')).status, 204)
    assert.equal((await send('/export?rows=60', '7.7.7.7')).status, 429)
    assert.equal((await send('/export?rows=40', '7.7.7.7')).status, 204)
  })

  it('counts one customer’s /64 of IPv6 as one address · M07.9', async () => {
    const statuses = []
    for (const from of ['2001:db8::1', '2001:db8::2', '2001:db8:0:0:5::1', '2001:db8:0:1::1'])
      statuses.push((await send('/other', from)).status)
    assert.deepEqual(statuses, [204, 204, 429, 204])
  })

  it('of the application is one for all routes that say nothing, and none for those that say so · M07.9', async () => {
    const statuses = []
    for (const path of ['/other', '/another', '/other', '/nowhere', '/free', '/free', '/free'])
      statuses.push((await send(path, '8.8.8.8')).status)
    assert.deepEqual(statuses, [204, 204, 429, 429, 204, 204, 204])
  })

  it('of concurrency gives the place back when the answer is out, and when the caller goes away · M07.9', async () => {
    const begin = (controller = new AbortController()) => {
      const there = new Promise<void>((resolve) => (arrived = resolve))
      const answer = send('/slow', '9.9.9.9', { signal: controller.signal })
      return there.then(() => ({ answer, controller }))
    }
    const one = await begin()
    const refused = await send('/slow', '9.9.9.9')
    assert.deepEqual([refused.status, refused.headers.get('ratelimit-policy')], [429, '"slow";q=1;qu="concurrent-requests"'])
    waiting.pop()!()
    assert.equal((await one.answer).status, 204)
    const two = await begin()
    two.controller.abort()
    await assert.rejects(two.answer)
    waiting.pop()!()
    const three = await begin()
    waiting.pop()!()
    assert.equal((await three.answer).status, 204)
  })
})

describe('a rate limit whose store is down', () => {
  it('refuses with 503 where the rule is closed, and goes on where it is open · M07.9', async () => {
    const db = database('pglite:memory', { log: silentLog, clock: systemClock })
    const store = limits('db:', { db, clock: testClock(), log: silentLog, meter: metrics({ log: silentLog }) })
    await store.open()
    const rule = { limit: 1, window: 60_000 }
    const both = {
      closed: endpoint('GET /closed', { summary: 'Closed', auth: 'none', rateLimit: { ...rule, onStoreDown: 'closed' } }),
      open: endpoint('GET /open', { summary: 'Open', auth: 'none', rateLimit: rule }),
    }
    const site = await openSite({ routes: implement(both, { closed: () => undefined, open: () => undefined }), limits: store })
    const statusOf = async (path: string) => (await fetch(site.url + path)).status
    assert.deepEqual([await statusOf('/closed'), await statusOf('/open'), await statusOf('/open')], [503, 204, 429])
    await site.close()
    await store.close()
  })
})

describe('a rate limit that cannot work', () => {
  it('is refused at boot, with the endpoint and its line', async () => {
    const bad = endpoint('GET /bad', { summary: 'Bad', auth: 'none', rateLimit: '0/minute' })
    const opening = openSite({ routes: implement({ bad }, { bad: () => undefined }) })
    await assert.rejects(opening, { code: 'contract-invalid', message: /GET \/bad .*no `limits`/ })
  })
})
