import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../../test/http/site.ts'
import { cors } from '../../contract/cors.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { limits } from '../../services/limits/index.ts'
import { systemClock } from '../../std/clock.ts'
import type { Log } from '../../std/log.ts'
import { metrics } from '../../system/metrics/index.ts'
import { implement } from '../implement.ts'
import { reply } from '../stage.ts'

const app = 'https://app.x.com'
const calls: string[] = []
const lines: Record<string, unknown>[] = []
const log: Log = {
  debug() {},
  info() {},
  warn: (message, fields) => lines.push({ message, ...fields }),
  error() {},
  fatal() {},
  child: () => log,
}

const contract = {
  list: endpoint('GET /things', { summary: 'List', auth: 'none', returns: z.object({ n: z.int() }) }),
  place: endpoint('POST /things', { summary: 'Place', auth: 'none', body: z.object({ n: z.int() }), bodyLimit: 32 }),
  change: endpoint('PUT /things', { summary: 'Change', auth: 'user', body: z.object({ n: z.int() }) }),
  remove: endpoint('DELETE /things', { summary: 'Remove, from our own pages alone', auth: 'user', cors: 'none' }),
  secret: endpoint('GET /secret', { summary: 'Secret', auth: 'user', returns: z.object({}) }),
  crash: endpoint('GET /crash', { summary: 'Crash', auth: 'none', returns: z.object({}) }),
  open: endpoint('GET /open', { summary: 'Open to everybody', auth: 'none', cors: cors({ origins: '*' }), returns: z.object({}) }),
  strict: endpoint('PUT /strict', {
    summary: 'Another policy',
    auth: 'none',
    cors: cors({ origins: ['https://admin.x.com'], maxAge: 5, deniedStatus: 403, privateNetwork: true }),
  }),
}
const routes = implement(contract, {
  list: () => reply({ n: 1 }, { headers: { vary: 'accept-language' } }),
  place: () => void calls.push('place'),
  change: () => void calls.push('change'),
  remove: () => void calls.push('remove'),
  secret: () => ({}),
  crash: () => {
    throw new Error('broken')
  },
  open: () => ({}),
  strict: () => undefined,
})
const policy = cors({
  origins: [app, /^https:\/\/[a-z]+\.preview\.x\.com$/],
  credentials: true,
  headers: ['x-tenant'],
  expose: ['x-total'],
})

describe('a site with a CORS policy', () => {
  let site: Awaited<ReturnType<typeof openSite>>
  before(async () => {
    site = await openSite({ routes, log, cors: policy, authenticate: () => undefined })
  })
  after(() => site.close())

  const call = async (path: string, { headers, ...init }: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {}) => {
    const response = await fetch(site.url + path, { ...init, headers: { origin: app, ...headers } })
    await response.arrayBuffer()
    return response
  }
  const preflight = (path: string, method: string, headers: Record<string, string> = {}) =>
    call(path, { method: 'OPTIONS', headers: { 'access-control-request-method': method, ...headers } })
  const allowHeaders = ({ headers }: Response) => [...headers.keys()].filter((name) => name.startsWith('access-control-'))

  it('names a listed origin, and lets scripts read the headers that this framework writes · M02.18 M02.19', async () => {
    const { headers } = await call('/things')
    assert.equal(headers.get('access-control-allow-origin'), app)
    assert.equal(headers.get('access-control-allow-credentials'), 'true')
    const exposed = headers.get('access-control-expose-headers')!.split(', ')
    for (const name of ['x-request-id', 'etag', 'location', 'link', 'ratelimit', 'ratelimit-policy', 'retry-after', 'x-total'])
      assert.ok(exposed.includes(name), name)
    const preview = await call('/things', { headers: { origin: 'https://pr.preview.x.com' } })
    assert.equal(preview.headers.get('access-control-allow-origin'), 'https://pr.preview.x.com')
  })

  it('tells no stranger anything, and the log once which origin to add · M02.18 M02.23', async () => {
    lines.length = 0
    for (const origin of ['https://evil-x.com', 'https://app.x.com.evil', 'null', 'https://evil-x.com']) {
      const response = await call('/things', { headers: { origin } })
      assert.equal(response.status, 200)
      assert.deepEqual(allowHeaders(response), [], origin)
      assert.deepEqual(allowHeaders(await preflight('/things', 'PUT', { origin })), [], origin)
    }
    assert.deepEqual(
      lines.filter(({ message }) => message === 'cross-origin request refused').map(({ why }) => why),
      [
        'add "https://evil-x.com" to cors.origins',
        'add "https://app.x.com.evil" to cors.origins',
        'the origin null is everybody and cannot be admitted',
      ],
    )
  })

  it('varies by origin also where nobody asks across origins, beside what the handler named · M02.18', async () => {
    assert.equal((await fetch(`${site.url}/things`)).headers.get('vary'), 'accept-language, origin')
    assert.equal((await call('/things', { headers: { origin: 'https://evil.example' } })).headers.get('vary'), 'accept-language, origin')
  })

  it('does not take its own pages for strangers', async () => {
    lines.length = 0
    await call('/things', { headers: { origin: site.url } })
    assert.deepEqual(lines, [])
  })

  it('lets scripts read refusals and failures, too · M02.21', async () => {
    const json = { 'content-type': 'application/json' }
    const answers = await Promise.all([
      call('/things', { method: 'POST', body: '{', headers: json }),
      call('/secret'),
      call('/nowhere'),
      call('/things', { method: 'PATCH' }),
      call('/things', { method: 'POST', body: '"'.padEnd(99), headers: json }),
      call('/things', { method: 'POST', body: '{}', headers: json }),
      call(`/things?${'x'.repeat(9000)}`),
      call('/crash'),
    ])
    assert.deepEqual(
      answers.map(({ status, headers }) => [status, headers.get('access-control-allow-origin')]),
      [400, 401, 404, 405, 413, 422, 414, 500].map((status) => [status, app]),
    )
  })

  it('answers a preflight without asking who is calling, and calls nobody · M02.22', async () => {
    calls.length = 0
    const { status, headers } = await preflight('/things', 'PUT', {
      'access-control-request-headers': 'authorization,content-type,x-tenant',
    })
    assert.equal(status, 204)
    assert.equal(headers.get('access-control-allow-origin'), app)
    assert.equal(headers.get('access-control-allow-credentials'), 'true')
    assert.deepEqual(headers.get('access-control-allow-methods')?.split(', ').sort(), ['GET', 'POST', 'PUT'])
    for (const name of ['authorization', 'content-type', 'idempotency-key', 'x-tenant'])
      assert.ok(headers.get('access-control-allow-headers')!.split(', ').includes(name), name)
    assert.equal(headers.get('access-control-max-age'), '86400')
    assert.equal(headers.get('vary'), 'origin, access-control-request-method, access-control-request-headers')
    assert.equal(headers.get('content-length'), null)
    assert.deepEqual(calls, [])
  })

  it('allows nothing when something is missing, and says to the log what, once · M02.23', async () => {
    lines.length = 0
    const refused = [
      await preflight('/things', 'PATCH'),
      await preflight('/things', 'PUT', { 'access-control-request-headers': 'x-foo' }),
      await preflight('/things', 'PUT', { 'access-control-request-headers': 'x-foo' }),
      await preflight('/things', 'DELETE'),
    ]
    for (const response of refused) assert.deepEqual([response.status, allowHeaders(response)], [204, []])
    assert.deepEqual(
      lines.map(({ why }) => why),
      ['PATCH is not routed here: GET, POST, PUT', 'add "x-foo" to cors.headers', `add "${app}" to cors.origins`],
    )
  })

  it('asks the policy of the route that a preflight is about', async () => {
    const admin = { origin: 'https://admin.x.com' }
    const allowed = await preflight('/strict', 'PUT', { ...admin, 'access-control-request-private-network': 'true' })
    assert.equal(allowed.headers.get('access-control-allow-origin'), 'https://admin.x.com')
    assert.equal(allowed.headers.get('access-control-max-age'), '5')
    assert.equal(allowed.headers.get('access-control-allow-private-network'), 'true')
    assert.equal(allowed.headers.get('access-control-allow-credentials'), null)
    assert.equal((await preflight('/strict', 'PUT')).status, 403)
    const here = await preflight('/things', 'PUT', { 'access-control-request-private-network': 'true' })
    assert.equal(here.headers.get('access-control-allow-private-network'), null)
  })

  it('says the same to everybody where everybody may read, asked or not', async () => {
    for (const response of [await call('/open', { headers: { origin: 'https://anybody.example' } }), await fetch(`${site.url}/open`)]) {
      assert.equal(response.headers.get('access-control-allow-origin'), '*')
      assert.equal(response.headers.get('access-control-allow-credentials'), null)
      assert.equal(response.headers.get('vary'), null)
    }
    assert.equal((await preflight('/open', 'GET')).headers.get('access-control-allow-origin'), '*')
  })

  it('executes what browsers send unasked only when it says that it is JSON · M02.17', async () => {
    calls.length = 0
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain; x=application/json',
    ])
      assert.equal((await call('/things', { method: 'POST', body: '{"n":1}', headers: { 'content-type': type } })).status, 415)
    assert.equal((await fetch(`${site.url}/things`, { method: 'POST', body: new Blob(['{"n":1}']) })).status, 415)
    assert.deepEqual(calls, [])
  })

  it('answers OPTIONS that is no preflight with the methods alone', async () => {
    const response = await call('/things', { method: 'OPTIONS' })
    assert.equal(response.headers.get('allow'), 'DELETE, GET, HEAD, OPTIONS, POST, PUT')
    assert.deepEqual(allowHeaders(response), [])
  })
})

describe('preflights', () => {
  it('are counted by address, and refused like any caller above the limit · M02.22', async () => {
    const store = limits('memory:', { clock: systemClock, log, meter: metrics({ log }) })
    await store.open()
    const site = await openSite({ routes, log, cors: policy, limits: store, rateLimit: '2/minute', authenticate: () => undefined })
    try {
      const headers = { origin: app, 'access-control-request-method': 'PUT' }
      const answers: number[] = []
      for (let i = 0; i < 3; i++) answers.push((await fetch(`${site.url}/things`, { method: 'OPTIONS', headers })).status)
      const refused = await fetch(`${site.url}/things`, { headers: { origin: app } })
      assert.deepEqual([...answers, refused.status], [204, 204, 429, 429])
      assert.equal(refused.headers.get('access-control-allow-origin'), app)
    } finally {
      await site.close()
      await store.close()
    }
  })
})

describe('a site without a CORS policy', () => {
  it('refuses every origin, and adds nothing to its own answers', async () => {
    lines.length = 0
    const site = await openSite({ routes: routes.filter(({ name }) => name === 'list'), log })
    try {
      const { headers } = await fetch(`${site.url}/things`, { headers: { origin: app } })
      assert.deepEqual([headers.get('access-control-allow-origin'), headers.get('vary')], [null, 'accept-language'])
      const preflight = { origin: app, 'access-control-request-method': 'GET', 'access-control-request-headers': 'x-a' }
      const refused = await fetch(`${site.url}/things`, { method: 'OPTIONS', headers: preflight })
      assert.deepEqual([refused.status, refused.headers.get('access-control-allow-origin')], [204, null])
      assert.deepEqual(
        lines.map(({ why }) => why),
        [`add "${app}" to cors.origins`],
      )
      assert.ok(!site.site.pipelines[0]!.steps.some(({ stage }) => stage === 'cors' || stage === 'preflight'))
    } finally {
      await site.close()
    }
  })
})
