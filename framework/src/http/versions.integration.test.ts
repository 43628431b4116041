import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../test/http/site.ts'
import { endpoint } from '../contract/endpoint.ts'
import { group, implement } from './implement.ts'
import type { Versioning } from './stage.ts'
import { versions } from './versions.ts'

const Thing = z.object({ id: z.string(), price: z.number() })
const first = {
  read: endpoint('GET /things/{id}', { summary: 'Read', auth: 'none', returns: Thing }),
  make: endpoint('POST /things', { summary: 'Make', auth: 'none', body: Thing, returns: Thing, location: '/things/{id}' }),
}
const second = {
  read: endpoint('GET /things/{thingId}', {
    summary: 'Read',
    auth: 'none',
    returns: z.object({ id: z.string(), price: z.object({ amount: z.number(), currency: z.string() }) }),
  }),
  cheapest: endpoint('GET /things/cheapest', { summary: 'The cheapest', auth: 'none', returns: z.object({ id: z.string() }) }),
}
const plain = { ping: endpoint('GET /ping', { summary: 'Has no versions', auth: 'none', returns: z.string() }) }

const routes = [
  ...group(
    '/api',
    versions({
      1: 'retired',
      2: implement(first, { read: ({ params }) => ({ id: params.id, price: 20 }), make: ({ body }) => body }),
      3: implement(second, {
        read: ({ params }) => ({ id: params.thingId, price: { amount: 20, currency: 'USD' } }),
        cheapest: () => ({ id: 'c' }),
      }),
    }),
  ),
  ...implement(plain, { ping: () => 'pong' }),
]

interface Strategy {
  readonly by: Versioning['by']
  readonly request: (path: string, version: number | undefined) => [path: string, headers: Record<string, string>]
}

const only = (name: string, value: string | 0 | undefined): Record<string, string> => (value ? { [name]: value } : {})
const strategies: readonly Strategy[] = [
  { by: 'path', request: (path, version) => [`/api/v${version}${path}`, {}] },
  { by: 'header', request: (path, version) => [`/api${path}`, only('api-version', version && String(version))] },
  { by: 'query', request: (path, version) => [`/api${path}${version === undefined ? '' : `?v=${version}`}`, {}] },
  {
    by: 'media-type',
    request: (path, version) => [`/api${path}`, only('accept', version && `text/html;q=0.1, application/vnd.shop.v${version}+json`)],
  },
]

for (const { by, request } of strategies) {
  const versioning: Versioning = { by, ...(by === 'media-type' && { name: 'shop' }) }
  describe(`versions by ${by} · M03.20`, () => {
    let site: Awaited<ReturnType<typeof openSite>>
    let lenient: Awaited<ReturnType<typeof openSite>>
    before(async () => {
      site = await openSite({ routes, versioning })
      lenient = await openSite({ routes, versioning: { ...versioning, default: 2 } })
    })
    after(() => Promise.all([site.close(), lenient.close()]))
    const call = async (path: string, version: number | undefined, { url } = site, init: RequestInit = {}) => {
      const [target, headers] = request(path, version)
      const response = await fetch(url + target, { ...init, headers: { ...headers, ...(init.headers as Record<string, string>) } })
      const text = await response.text()
      return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
    }

    it('gives each version its own answer · M03.16', async () => {
      assert.deepEqual((await call('/things/7', 2)).body, { id: '7', price: 20 })
      assert.deepEqual((await call('/things/7', 3)).body, { id: '7', price: { amount: 20, currency: 'USD' } })
    })

    it('inherits what a version does not declare, and adds what it does · M03.16', async () => {
      const made = await call('/things', 3, site, {
        method: 'POST',
        body: '{"id":"1","price":5}',
        headers: { 'content-type': 'application/json' },
      })
      assert.equal(made.status, 201)
      assert.match(made.headers.get('location')!, by === 'path' ? /^\/api\/v3\/things\/1$/ : /^\/api\/things\/1$/)
      assert.deepEqual((await call('/things/cheapest', 3)).body, { id: 'c' })
      // Before it was a path of its own it was an id like any other.
      assert.deepEqual((await call('/things/cheapest', 2)).body, { id: 'cheapest', price: 20 })
    })

    it('answers 410 for a retired version and names those that are left · M03.22', async () => {
      const { status, body } = await call('/things/7', 1)
      assert.equal(status, 410)
      assert.equal(body.code, 'api-version-retired')
      assert.deepEqual(body.supported, [2, 3])
    })

    it('refuses a version that never was, and names those that are · M03.22', async () => {
      const { status, body } = await call('/things/7', 9)
      if (by === 'media-type') {
        assert.equal(status, 406)
        assert.deepEqual(body.available, ['application/vnd.shop.v2+json', 'application/vnd.shop.v3+json'])
      } else {
        assert.equal(status, 400)
        assert.deepEqual(body.supported, [2, 3])
      }
    })

    it('lets routes without versions be · M03.20', async () => {
      const [, headers] = request('/ping', 9)
      assert.equal(await (await fetch(`${site.url}/ping`, { headers: by === 'media-type' ? {} : headers })).text(), '"pong"')
    })

    if (by !== 'path')
      it('needs a version where none is the default, and takes the default where one is · M03.17', async () => {
        assert.equal((await call('/things/7', undefined)).status, 400)
        assert.deepEqual((await call('/things/7', undefined, lenient)).body, { id: '7', price: 20 })
      })
    if (by === 'header')
      it('echoes the version and varies by its header · M03.17', async () => {
        const { headers } = await call('/things/7', 3)
        assert.equal(headers.get('api-version'), '3')
        assert.match(headers.get('vary')!, /\bapi-version\b/)
      })
    if (by === 'query')
      it('names one address for one thing, so that caches can share it · M03.18', async () => {
        const at = async (target: string) => (await fetch(lenient.url + target)).headers.get('content-location')
        assert.equal(await at('/api/things/7?b=2&v=2&a=1'), '/api/things/7?a=1&b=2&v=2')
        assert.equal(await at('/api/things/7?a=1&b=2'), '/api/things/7?a=1&b=2&v=2')
      })
    if (by === 'media-type')
      it('echoes the version in the media type and varies by Accept · M03.19', async () => {
        const { headers } = await call('/things/7', 3)
        assert.equal(headers.get('content-type'), 'application/vnd.shop.v3+json')
        assert.match(headers.get('vary')!, /\baccept\b/)
      })
  })
}

describe('versions that cannot be', () => {
  it('are refused at boot: none, fractions, all of them retired, a default that is not offered · M03.22', async () => {
    assert.throws(() => versions({}), /contract-invalid|nothing/)
    assert.throws(() => versions({ 1.5: [] }), /versions\(\) got 1\.5/)
    assert.throws(() => versions({ 1: 'retired' }), /versions\(\) got 1/)
    await assert.rejects(openSite({ routes, versioning: { by: 'header', default: 9 } }), /The default version is 9; offered are 2, 3/)
    await assert.rejects(openSite({ routes, versioning: { by: 'header', name: 'a b' } }), /cannot be named by "a b"/)
  })
})
