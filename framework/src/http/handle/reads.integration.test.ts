import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../../test/http/site.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { NotFound } from '../../contract/problems.ts'
import { implement } from '../implement.ts'

const promises = {
  summary: 'Says something',
  auth: 'none',
  returns: z.object({ text: z.string() }),
  cache: { scope: 'public', maxAge: 60 },
  compress: false,
} as const
const contract = {
  nothing: endpoint('GET /nothing', promises),
  one: endpoint('GET /one', { ...promises, etag: true }),
  absent: endpoint('GET /absent', promises),
  declared: endpoint('GET /declared', { ...promises, headers: z.object({ 'x-tenant': z.string() }) }),
  cookies: endpoint('GET /cookies', promises),
  all: endpoint('GET /all', promises),
  conditions: endpoint('GET /conditions', promises),
  failing: endpoint('GET /failing', { ...promises, errors: [NotFound] }),
  uncached: endpoint('GET /uncached', { summary: 'Kept by nobody', auth: 'none', returns: promises.returns, cache: 'no-store' }),
}

describe('what a handler reads of the headers', () => {
  let site: Awaited<ReturnType<typeof openSite>>
  before(async () => {
    site = await openSite({
      routes: implement(contract, {
        nothing: () => ({ text: '' }),
        one: ({ headers }) => ({ text: `${headers['x-tenant']} ${headers['x-tenant']}` }),
        absent: ({ headers }) => ({ text: String('x-debug' in headers) }),
        declared: ({ headers }) => ({ text: headers['x-tenant'] }),
        cookies: ({ cookies }) => ({ text: cookies['theme'] ?? '' }),
        all: ({ headers }) => ({ text: Object.values({ ...headers }).join(' ') }),
        conditions: ({ headers }) => ({ text: [headers['if-none-match'], headers['host'], headers['range']].join(' ') }),
        failing: ({ headers }) => {
          throw NotFound({ detail: `There is no ${headers['x-tenant']}.` })
        },
        uncached: ({ headers }) => ({ text: headers['x-tenant'] ?? '' }),
      }),
    })
  })
  after(() => site.close())
  const varyOf = async (path: string, headers: Record<string, string> = {}) => {
    const { status, headers: answered } = await fetch(`${site.url}${path}`, { headers: { 'x-tenant': 'acme', ...headers } })
    const vary = (answered.get('vary') ?? '').split(', ').filter((name) => name !== 'origin' && name !== '')
    return [status, ...vary]
  }

  it('is in Vary, whether it was there or not, declared or not · M02.36', async () => {
    assert.deepEqual(await varyOf('/one'), [200, 'x-tenant'])
    assert.deepEqual(await varyOf('/absent'), [200, 'x-debug'])
    assert.deepEqual(await varyOf('/declared'), [200, 'x-tenant'])
    assert.deepEqual(await varyOf('/cookies'), [200, 'cookie'])
  })

  it('is in Vary of a 304 and of a problem, too · M02.36 M02.32', async () => {
    const tag = (await fetch(`${site.url}/one`, { headers: { 'x-tenant': 'acme' } })).headers.get('etag')!
    assert.deepEqual(await varyOf('/one', { 'if-none-match': tag }), [304, 'x-tenant'])
    assert.deepEqual(await varyOf('/failing'), [404, 'x-tenant'])
  })

  it('makes an answer nobody else’s when it was everything · M02.36', async () => {
    assert.deepEqual(await varyOf('/all'), [200, '*'])
  })

  it('is not in Vary where a cache knows better, keeps nothing, or nothing was read · M02.36', async () => {
    assert.deepEqual(await varyOf('/nothing'), [200])
    assert.deepEqual(await varyOf('/conditions'), [200])
    assert.deepEqual(await varyOf('/uncached'), [200])
  })
})
