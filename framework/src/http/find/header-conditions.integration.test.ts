import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../../test/http/site.ts'
import { cors } from '../../contract/cors.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { group, implement, servedIn } from '../implement.ts'
import { fromFetch } from '../fetch-handler.ts'
import { mount } from '../mount.ts'
import type { HeaderConditions, Mode, Route } from '../stage.ts'
import { documented } from '../versions.ts'

/** Routes that answer with a text. */
const named = (text: string, ...addresses: `${'GET' | 'POST'} /${string}`[]): Route[] =>
  addresses.flatMap((address) => {
    const of = endpoint(address, { summary: text, auth: 'none', status: 200, returns: z.string() })
    return implement({ of }, { of: () => text })
  })
const when = (whenHeaders: HeaderConditions, routes: readonly Route[]) => group('', { whenHeaders }, routes)

async function open(t: TestContext, routes: readonly Route[]) {
  const site = await openSite({ routes, cors: cors({ origins: ['https://shop.example'] }) })
  t.after(() => site.close())
  return async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const response = await fetch(site.url + path, { method, headers: { 'accept-encoding': 'identity', ...headers } })
    const { status } = response
    const text = await response.text()
    const vary = (response.headers.get('vary') ?? '').split(/, */).filter((name) => name.startsWith('x-'))
    return { status, text: status === 200 && text !== '' ? (JSON.parse(text) as string) : text, vary, allow: response.headers.get('allow') }
  }
}

describe('a group that asks for headers', () => {
  const routes = [
    ...named('everybody', 'GET /price', 'GET /only-get'),
    ...when({ 'X-Tier': ['gold', 'silver'] }, named('precious', 'GET /price', 'GET /club/{id}', 'POST /only-get')),
    ...when({ 'x-tier': 'gold', 'x-beta': true }, named('gold and beta', 'GET /price')),
    ...named('rest', 'GET /club/*rest'),
  ]

  it('is found by requests that have them, the one that asks for more first, and else the next · M03.13', async (t) => {
    for (const order of [routes, routes.toReversed()]) {
      const get = await open(t, order)
      const text = async (headers: Record<string, string>) => (await get('/price', headers)).text
      assert.equal(await text({}), 'everybody')
      assert.equal(await text({ 'x-tier': 'gold' }), 'precious')
      assert.equal(await text({ 'x-tier': 'silver', 'x-beta': '1' }), 'precious')
      assert.equal(await text({ 'x-tier': 'gold', 'x-beta': '' }), 'gold and beta')
      assert.equal(await text({ 'x-tier': 'GOLD' }), 'everybody', 'values are compared to the letter')
      assert.equal(await text({ 'x-tier': 'gold, silver' }), 'everybody')
    }
  })

  it('leaves other requests to the next path that fits, to 404, or to 405 by the methods that are left · M03.13', async (t) => {
    const get = await open(t, routes)
    assert.equal((await get('/club/7', { 'x-tier': 'gold' })).text, 'precious')
    assert.equal((await get('/club/7')).text, 'rest')
    assert.equal((await get('/only-get', { 'x-tier': 'gold' }, 'POST')).text, 'precious')
    const refused = await get('/only-get', {}, 'POST')
    assert.deepEqual([refused.status, refused.allow], [405, 'GET, HEAD, OPTIONS'])
    const alone = await open(t, when({ 'x-tier': 'gold' }, named('hidden', 'GET /hidden')))
    assert.equal((await alone('/hidden')).status, 404)
    assert.equal((await alone('/hidden', { 'x-tier': 'gold' }, 'HEAD')).status, 200)
  })

  it('makes every answer for which headers were looked at vary by them, and no other · M03.13', async (t) => {
    const get = await open(t, routes)
    assert.deepEqual((await get('/price')).vary, ['x-beta', 'x-tier'])
    assert.deepEqual((await get('/price', { 'x-tier': 'gold' })).vary, ['x-beta', 'x-tier'])
    assert.deepEqual((await get('/club/7')).vary, ['x-tier'])
    assert.deepEqual((await get('/club/7/8')).vary, [])
    assert.deepEqual((await get('/only-get')).vary, [])
    assert.deepEqual((await get('/only-get', {}, 'POST')).vary, ['x-tier'])
    const alone = await open(t, when({ 'x-tier': 'gold' }, named('hidden', 'GET /hidden')))
    assert.deepEqual((await alone('/hidden')).vary, ['x-tier'], 'a 404 that another header would not have got')
  })

  it('does not keep a preflight from being answered, which has none of these headers · M03.13', async (t) => {
    const options = await open(t, when({ 'x-tier': 'gold' }, named('hidden', 'GET /hidden')))
    const headers = { origin: 'https://shop.example', 'access-control-request-method': 'GET', 'access-control-request-headers': 'x-tier' }
    assert.notEqual((await options('/hidden', headers, 'OPTIONS')).status, 404)
  })

  it('may be around a mounted application, and inside of another such group · M03.13', async (t) => {
    const app = mount(
      '/app',
      'app',
      fromFetch(() => Response.json('mounted')),
    )
    const get = await open(t, [...when({ 'x-outer': '1' }, when({ 'x-inner': '2' }, app))])
    assert.equal((await get('/app/x', { 'x-outer': '1', 'x-inner': '2' })).text, 'mounted')
    assert.equal((await get('/app/x', { 'x-outer': '1' })).status, 404)
  })

  it('is refused at boot where it would be chance who is found · M03.8 M03.13', async (t) => {
    const clash = (one: HeaderConditions, other: HeaderConditions) =>
      open(t, [...when(one, named('one', 'GET /a')), ...when(other, named('other', 'GET /a'))])
    await assert.rejects(
      clash({ 'x-a': '1' }, { 'x-b': '1' }),
      /GET \/a \[x-b: 1\] \(.+:\d+\) takes the same requests as GET \/a \[x-a: 1\]/,
    )
    await assert.rejects(clash({ 'x-a': ['1', '2'] }, { 'X-A': ['2', '3'] }), { code: 'route-ambiguous' })
    await assert.rejects(clash({ 'x-a': true }, { 'x-a': '2' }), { code: 'route-ambiguous' })
    await clash({ 'x-a': '1' }, { 'x-a': '2' })
  })

  it('is refused at boot where no request could have such headers · M03.13', async (t) => {
    for (const [conditions, message] of [
      [{ host: 'a' }, /for hosts there is `host`/],
      [{ 'x y': 'a' }, /"x y" is no header's name/],
      [{ 'x-a': [] }, /x-a may have no value at all/],
    ] as const)
      await assert.rejects(open(t, when(conditions, named('a', 'GET /a'))), message)
  })

  it('is in the document where it is all there is, and gives way to what everybody finds · M03.13', () => {
    const [price, club] = ['/price', '/club/{id}'].map((path) => documented(routes, undefined).find(({ endpoint: of }) => of.path === path))
    assert.deepEqual([price?.endpoint.promises.summary, price?.parameters], ['everybody', []])
    assert.deepEqual(club?.parameters, [
      { name: 'X-Tier', in: 'header', required: true, schema: { type: 'string', enum: ['gold', 'silver'] } },
    ])
  })
})

describe('a group for some modes', () => {
  const only = (modes: readonly Mode[], routes: readonly Route[]) => group('', { modes }, routes)
  it('is served in these alone; inside of another in those that both name · M03.13', () => {
    const routes = [
      ...named('always', 'GET /a'),
      ...only(['development', 'test'], [...named('tools', 'GET /tools'), ...only(['test', 'production'], named('both', 'GET /b'))]),
    ]
    const served = (mode: Mode) => servedIn(routes, mode).map(({ endpoint: { path } }) => path)
    assert.deepEqual(served('production'), ['/a'])
    assert.deepEqual(served('development'), ['/a', '/tools'])
    assert.deepEqual(served('test'), ['/a', '/tools', '/b'])
  })
})
