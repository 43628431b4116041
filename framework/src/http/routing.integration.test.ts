import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../test/http/site.ts'
import { endpoint } from '../contract/endpoint.ts'
import { Forbidden } from '../contract/problems.ts'
import { urlFor } from '../contract/url-for.ts'
import { Secret } from '../std/secret.ts'
import { testClock } from '../tools/testing/test-clock.ts'
import { group, implement } from './implement.ts'
import { signedUrls } from './signed-urls.ts'
import { withHeaders, type Around, type Route } from './stage.ts'

type Site = Awaited<ReturnType<typeof openSite>>

async function open(t: TestContext, options: Parameters<typeof openSite>[0]): Promise<Site> {
  const site = await openSite(options)
  t.after(() => site.close())
  return site
}

/** Routes that answer with the name and the parameters they were found by. */
function echo(...addresses: `${'GET' | 'POST' | 'PUT'} /${string}`[]): Route[] {
  const contract = Object.fromEntries(
    addresses.map((address) => [address, endpoint(address, { summary: address, auth: 'none', status: 200, returns: z.array(z.string()) })]),
  )
  return implement(
    contract,
    Object.fromEntries(
      addresses.map((address) => [address, (c: { params: Record<string, string> }) => [address, ...Object.values(c.params)]]),
    ) as never,
  )
}

const signed =
  (name: string): Around =>
  async (_c, next) => {
    const reply = await next()
    return withHeaders(reply, { 'x-layers': `${name} ${reply.headers?.['x-layers'] ?? ''}`.trim() })
  }
const read = async (site: Site, path: string, init: RequestInit = {}) => {
  const response = await fetch(site.url + path, { redirect: 'manual', ...init })
  const text = await response.text()
  return { status: response.status, location: response.headers.get('location'), headers: response.headers, body: text && JSON.parse(text) }
}

describe('groups', () => {
  const one = signed('one')
  const two = signed('two')
  const admins = ({ roles }: { roles: readonly string[] }) => {
    if (!roles.includes('admin')) throw Forbidden()
  }
  const contract = {
    stats: endpoint('GET /stats', { summary: 'Stats', auth: 'user', deadline: 77, returns: z.string() }),
    users: endpoint('GET /users', { summary: 'Users', auth: 'user', returns: z.string() }),
  }
  const admin = group('/admin', { authorize: admins, around: [two], deadline: 99, tags: ['Admin'] }, [
    ...implement(contract, { stats: () => 'stats', users: () => 'users' }),
  ])
  const routes = group('/api', { around: [one] }, [
    ...group('/v1', [...admin, ...echo('GET /free')]),
    ...group('/bare', { without: [one] }, echo('GET /free2')),
  ])
  const authenticate = ({ headers }: { headers: Readonly<Record<string, string>> }) =>
    headers['authorization'] === undefined ? undefined : { id: 'u', roles: [headers['authorization']] }
  let site: Site
  before(async () => {
    site = await openSite({ routes, authenticate })
  })
  after(() => site.close())

  it('nest: prefixes, layers and rules add up, outermost first · M03.10', async () => {
    const { status, headers } = await read(site, '/api/v1/admin/stats', { headers: { authorization: 'admin' } })
    assert.equal(status, 200)
    assert.equal(headers.get('x-layers'), 'one two')
    assert.equal((await read(site, '/api/v1/admin/stats')).status, 401)
    assert.equal((await read(site, '/api/v1/admin/stats', { headers: { authorization: 'user' } })).status, 403)
  })

  it('give way to what a route says itself · M03.10', () => {
    const labels = (name: string) => site.site.pipelines.find(({ route }) => route.name === name)!.steps.map(({ label }) => label)
    assert.ok(labels('stats').includes('deadline 77 ms'))
    assert.ok(labels('users').includes('deadline 99 ms'))
    assert.ok(labels('users').includes('authorize admins'))
    assert.ok(labels('users').includes('layer → layer → users'))
  })

  it('cost a route of another one nothing: its chain is as it was, whatever stands beside it · M03.11', async (t) => {
    const beside = Array.from({ length: 20 }, (_, i) => group(`/beside${i}`, { around: [one, two], deadline: 50 }, echo('GET /x'))).flat()
    const crowded = await open(t, { routes: [...beside, ...routes], authenticate })
    const chainOf = ({ site: { pipelines } }: Site, name: string) => pipelines.find(({ route }) => route.name === name)!.steps
    for (const name of ['stats', 'users'])
      assert.deepEqual(
        chainOf(crowded, name).map(({ label }) => label),
        chainOf(site, name).map(({ label }) => label),
      )
  })

  it('may be left out of a layer, one by one · M07.18', async () => {
    assert.equal((await read(site, '/api/bare/free2')).headers.get('x-layers'), null)
    assert.equal((await read(site, '/api/v1/free')).headers.get('x-layers'), 'one')
  })

  it('are refused at boot when they authorize nobody in particular', async () => {
    await assert.rejects(
      openSite({ routes: group('', { authorize: admins }, echo('GET /x')) }),
      /auth 'none', but is in a group that authorizes/,
    )
  })
})

describe('paths that are nearly right', () => {
  const routes = echo('GET /orders/{id}', 'GET /Files/Public/*rest', 'GET /a/{id:int}/b', 'GET /', 'GET /{any}')
  it('are not found, unless somebody says otherwise · M03.12', async (t) => {
    const site = await open(t, { routes })
    for (const path of ['/orders/7/', '/Orders/7', '//orders/7', '/orders//7']) assert.equal((await read(site, path)).status, 404, path)
  })

  it('are moved by 308 to the one right spelling, with their query · M03.12', async (t) => {
    const site = await open(t, { routes, paths: { trailingSlash: 'redirect', duplicateSlash: 'redirect', case: 'redirect' } })
    for (const [from, to] of [
      ['/orders/7/?a=1', '/orders/7?a=1'],
      ['/ORDERS/aBc', '/orders/aBc'],
      ['//orders///aBc//', '/orders/aBc'],
      ['/files/PUBLIC/Some/Name.TXT', '/Files/Public/Some/Name.TXT'],
      ['/A/7/B/', '/a/7/b'],
    ] as const) {
      const { status, location } = await read(site, from)
      assert.deepEqual([status, location], [308, to], from)
    }
    assert.equal((await read(site, '/A/x/B')).status, 404, 'a constraint still holds')
    // A browser takes /\ at the beginning for the start of another host.
    assert.match(
      await site.raw('GET /\\evil.example/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'),
      /location: \/%5Cevil|HTTP\/1\.1 400/,
    )
    assert.equal((await read(site, '//evil.example/')).location, '/evil.example')
  })

  it('are served as they are where differences are ignored · M03.12', async (t) => {
    const site = await open(t, { routes, paths: { trailingSlash: 'ignore', case: 'ignore' } })
    assert.deepEqual((await read(site, '/ORDERS/aBc/')).body, ['GET /orders/{id}', 'aBc'])
    assert.equal((await read(site, '/orders//7')).status, 404)
  })
})

describe('hosts', () => {
  it('have their own routes, and everybody’s besides · M03.13', async (t) => {
    const routes = [
      ...echo('GET /', 'GET /shared', 'GET /{any}'),
      ...group('', { host: 'admin.shop.example' }, echo('GET /only').concat(named('GET /', 'the admin'))),
      ...group('', { host: '*.shop.example' }, named('GET /', 'a tenant')),
    ]
    const site = await open(t, { routes })
    const at = async (host: string, path: string) => {
      const answer = await site.raw(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
      return answer.slice(answer.indexOf('\r\n\r\n') + 4)
    }
    assert.equal(await at('admin.shop.example', '/'), '["the admin"]')
    assert.equal(await at('ADMIN.shop.example:8080', '/'), '["the admin"]')
    assert.equal(await at('a.shop.example', '/'), '["a tenant"]')
    assert.equal(await at('a.b.shop.example', '/'), '["a tenant"]')
    assert.equal(await at('shop.example', '/'), '["GET /"]')
    assert.equal(await at('admin.shop.example', '/only'), '["GET /only"]')
    assert.equal(await at('other.example', '/only'), '["GET /{any}","only"]')
    assert.equal(await at('admin.shop.example', '/shared'), '["GET /shared"]')
  })
})

describe('method override', () => {
  it('is off until it is named, and then only for POST · M03.9', async (t) => {
    const routes = echo('GET /x', 'POST /x', 'PUT /x')
    const off = await open(t, { routes })
    const on = await open(t, { routes, methodOverride: 'X-HTTP-Method-Override' })
    const as = (method: string, other: string) => ({ method, headers: { 'x-http-method-override': other } })
    assert.equal((await read(off, '/x', as('POST', 'PUT'))).body[0], 'POST /x')
    assert.equal((await read(on, '/x', as('POST', 'put'))).body[0], 'PUT /x')
    assert.equal((await read(on, '/x', as('GET', 'PUT'))).body[0], 'GET /x')
    assert.equal((await read(on, '/x', as('POST', 'GET'))).body[0], 'POST /x')
    assert.equal((await read(on, '/x', as('POST', 'DELETE'))).status, 405)
  })
})

describe('a table of routes', () => {
  it('is replaced at once; what is under way finishes on the old one · M03.15', async (t) => {
    let release = () => {}
    let reached = () => {}
    const waiting = new Promise<void>((resolve) => (reached = resolve))
    const slow = endpoint('GET /slow', { summary: 'Slow', auth: 'none', returns: z.string() })
    const old = implement(
      { slow },
      {
        slow: () =>
          new Promise<string>((resolve) => {
            release = () => resolve('old')
            reached()
          }),
      },
    )
    const site = await open(t, { routes: [...old, ...echo('GET /before')] })
    const underWay = read(site, '/slow')
    await waiting
    site.site.replace(named('GET /slow', 'new'))
    assert.deepEqual((await read(site, '/slow')).body, ['new'])
    assert.equal((await read(site, '/before')).status, 404)
    release()
    assert.equal((await underWay).body, 'old')
    assert.throws(() => site.site.replace([...echo('GET /a/{x}'), ...echo('GET /a/{y}')]), /takes the same requests/)
    assert.deepEqual((await read(site, '/slow')).body, ['new'], 'nothing changed')
  })
})

describe('URLs of endpoints', () => {
  const readFile = endpoint('GET /files/{fileId}/*path', { summary: 'Read', auth: 'none', query: z.object({ size: z.int().optional() }) })

  it('are built from the contract, encoded once · M03.14', () => {
    const target = { params: { fileId: 'a/b c', path: 'x y/z' }, query: { size: 3 } }
    assert.equal(urlFor(readFile, target, '/api/v1'), '/api/v1/files/a%2Fb%20c/x%20y/z?size=3')
    // @ts-expect-error -- a parameter is missing
    assert.throws(() => urlFor(readFile, { params: { path: 'x' } }), /params\.fileId/)
    // @ts-expect-error -- a parameter is misspelt
    assert.throws(() => urlFor(readFile, { params: { file: '1', path: 'x' } }))
  })

  it('may carry a signature, which holds until it expires or anything is changed · M03.14', () => {
    const clock = testClock()
    const links = signedUrls({ secret: new Secret('a secret of thirty-two bytes, or more'), clock })
    const link = links.sign(urlFor(readFile, { params: { fileId: '1', path: 'a' } }, '/api'), 60_000)
    const verify = (target: string) => links.verify(new URL(target, 'http://shop.example'))
    verify(link)
    verify(links.sign('/x?a=1', 60_000))
    const other = signedUrls({ secret: new Secret('another secret of thirty-two bytes'), clock }).sign('/api/files/1/a', 60_000)
    for (const altered of [
      link.replace('/1/', '/2/'),
      link.replace('expires=', 'expires=9'),
      link.replace('?', '?admin=1&'),
      `${link}&more=1`,
      link.replace(/signature=.*/, ''),
      link.slice(0, -1),
      other,
      '/api/files/1/a',
    ])
      assert.throws(() => verify(altered), { code: 'link-invalid', status: 403 }, altered)
    clock.advance(60_000)
    assert.throws(() => verify(link), { code: 'link-invalid' })
  })
})

function named(address: 'GET /' | 'GET /slow', text: string): Route[] {
  const of = endpoint(address, { summary: text, auth: 'none', returns: z.array(z.string()) })
  return implement({ of }, { of: () => [text] })
}
