import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openSite } from '../../../test/http/site.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { Forbidden } from '../../contract/problems.ts'
import { toOpenApi } from '../../contract/openapi.ts'
import { limits } from '../../services/limits/index.ts'
import { silentLog } from '../../std/log.ts'
import { metrics } from '../../system/metrics/index.ts'
import { testClock } from '../../tools/testing/test-clock.ts'
import { group, implement, type GroupOptions } from '../implement.ts'
import type { Route } from '../stage.ts'
import { versions } from '../versions.ts'

const contract = {
  logIn: endpoint('POST /login', { summary: 'Log in', auth: 'none' }),
  register: endpoint('POST /register', { summary: 'Register', auth: 'none', rateLimit: { name: 'own', limit: 2, window: 60_000 } }),
  help: endpoint('GET /help', { summary: 'Help', auth: 'none', rateLimit: 'none' }),
}
const guarded = { stats: endpoint('GET /stats', { summary: 'Statistics', auth: 'user' }) }
const open = { other: endpoint('GET /other', { summary: 'Elsewhere', auth: 'none' }) }
const nothing = () => undefined
const authApi = () => implement(contract, { logIn: nothing, register: nothing, help: nothing })

const administrators = ({ roles }: { roles: readonly string[] }) => {
  if (!roles.includes('admin')) throw Forbidden()
}
// The curriculum's groups: everything about logging in is limited together, administration is behind authentication and a role.
const api = group('/api/v1', { rateLimit: { name: 'api', limit: 50, window: 60_000, by: 'ip' } }, [
  ...group('/auth', { rateLimit: '5/minute' }, authApi()),
  ...group('/admin', { authorize: administrators }, implement(guarded, { stats: nothing })),
])

describe('the rate limit of a group', () => {
  const store = limits('memory:', { clock: testClock(), log: silentLog, meter: metrics({ log: silentLog }) })
  let site: Awaited<ReturnType<typeof openSite>>
  before(async () => {
    await store.open()
    site = await openSite({
      routes: [...api, ...implement(open, { other: nothing })],
      limits: store,
      rateLimit: { name: 'app', limit: 1, window: 60_000 },
      trustedProxies: ['127.0.0.1'],
      authenticate: ({ headers }) => (headers['authorization'] ? { id: 'u', roles: [headers['authorization']] } : undefined),
    })
  })
  after(async () => {
    await site.close()
    await store.close()
  })
  const ask = (method: string, path: string, from: string, headers: Record<string, string> = {}) =>
    fetch(site.url + path, { method, headers: { 'x-forwarded-for': from, ...headers } })
  const statuses = async (times: number, ...request: [string, string, string]) => {
    const all: number[] = []
    for (let i = 0; i < times; i++) all.push((await ask(...request)).status)
    return all
  }

  it('is one count for all of its routes: five a minute, however they are spread · M03.10 M07.10', async () => {
    assert.deepEqual(await statuses(4, 'POST', '/api/v1/auth/login', '1.1.1.1'), [204, 204, 204, 204])
    assert.deepEqual(await statuses(2, 'POST', '/api/v1/auth/register', '1.1.1.1'), [204, 429])
    const refused = await ask('POST', '/api/v1/auth/login', '1.1.1.1')
    assert.equal(refused.status, 429)
    assert.equal(((await refused.json()) as { policy: string }).policy, 'ip-per-minute')
    assert.equal((await ask('POST', '/api/v1/auth/login', '2.2.2.2')).status, 204)
  })

  it('stands beside the route’s own and those of outer groups, and in place of the application’s · M03.10', async () => {
    const first = await ask('POST', '/api/v1/auth/register', '3.3.3.3')
    assert.equal(first.headers.get('ratelimit-policy'), '"api";q=50;w=60, "ip-per-minute";q=5;w=60, "own";q=2;w=60')
    assert.equal(first.headers.get('ratelimit'), '"api";r=49;t=60, "ip-per-minute";r=4;t=60, "own";r=1;t=60')
    assert.deepEqual(await statuses(2, 'POST', '/api/v1/auth/register', '3.3.3.3'), [204, 429])
    assert.deepEqual(await statuses(2, 'GET', '/other', '3.3.3.3'), [204, 429])
  })

  it('is not for routes that want none · M03.10', async () => {
    const { status, headers } = await ask('GET', '/api/v1/auth/help', '1.1.1.1')
    assert.deepEqual([status, headers.get('ratelimit-policy')], [204, null])
  })

  it('adds up with authentication and roles, and the chain is printed · M03.10', async () => {
    const stats = (authorization: string) => ask('GET', '/api/v1/admin/stats', '4.4.4.4', authorization ? { authorization } : {})
    assert.deepEqual([(await stats('')).status, (await stats('user')).status, (await stats('admin')).status], [401, 403, 204])
    const { steps } = site.site.pipelines.find(({ route }) => route.name === 'stats')!
    const labels = steps.map(({ label }) => label).filter((label) => /^(?:rate|auth)/.test(label))
    assert.deepEqual(labels, ['rate-limit 50 in 60 s per ip', 'authenticate user', 'authorize administrators'])
  })

  it('is in the document · M03.10', () => {
    const { paths } = toOpenApi({ title: 'x', version: '1', routes: api }) as {
      paths: Record<string, Record<string, { responses: object }>>
    }
    assert.ok('429' in paths['/api/v1/auth/login']!['post']!.responses)
  })

  it('is shared by the versions that inherit it, and each version that declares it has its own', async () => {
    const limited = (route: { hello: ReturnType<typeof hello> }) =>
      group('/auth', { rateLimit: '1/minute' }, implement(route, { hello: nothing }))
    const hello = (path: 'one' | 'two') => endpoint(`GET /${path}`, { summary: path, auth: 'none' })
    const routes = versions({ 1: limited({ hello: hello('one') }), 2: limited({ hello: hello('two') }) })
    const places = routes.map(({ prefix, endpoint: { path }, limits: own }) => [prefix + path, own?.[0]?.place])
    assert.deepEqual(places, [
      ['/{version}/auth/one', '/v1/auth'],
      ['/{version}/auth/one', '/v1/auth'],
      ['/{version}/auth/two', '/v2/auth'],
    ])
    const versioned = await openSite({ routes, limits: store })
    const get = async (path: string) => (await fetch(versioned.url + path)).status
    assert.deepEqual([await get('/v1/auth/one'), await get('/v2/auth/one'), await get('/v2/auth/two')], [204, 429, 204])
    await versioned.close()
  })

  it('is refused at boot where two groups at one place would count under one name', async () => {
    const twice = (one: GroupOptions, other: GroupOptions): Route[] => [
      ...group('/x', one, implement(open, { other: nothing })),
      ...group('/x', other, implement({ logIn: contract.logIn }, { logIn: nothing })),
    ]
    const boot = (routes: Route[]) => openSite({ routes, limits: store }).then((opened) => opened.close())
    await assert.rejects(
      boot(twice({ rateLimit: '5/minute' }, { rateLimit: '9/minute' })),
      /Two groups at '\/x' have a rate limit "ip-per-minute"/,
    )
    const shared: GroupOptions = { rateLimit: '5/minute' }
    await boot(twice(shared, shared))
    await boot(twice(shared, { rateLimit: { name: 'second', limit: 9, window: 60_000 } }))
  })

  it('is refused at boot where its name is taken on the way in', async () => {
    const routes = group('', { rateLimit: '5/minute' }, group('/auth', { rateLimit: '9/minute' }, implement(open, { other: nothing })))
    await assert.rejects(openSite({ routes, limits: store }), /"ip-per-minute" cannot work, its name is taken/)
  })
})
