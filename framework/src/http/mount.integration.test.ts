import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { openSite } from '../../test/http/site.ts'
import { cors } from '../contract/cors.ts'
import { endpoint } from '../contract/endpoint.ts'
import { implement } from './implement.ts'
import { fromConnect, mount } from './mount.ts'

const own = endpoint('GET /old/ours', { summary: 'Ours', auth: 'none' })
const mounted = mount(
  '/old',
  'old',
  fromConnect((request, response) => {
    response.setHeader('x-from', 'old').setHeader('allow', 'GET, PROPFIND').end(request.method)
  }),
)

async function open(t: TestContext, options: Partial<Parameters<typeof openSite>[0]> = {}) {
  const site = await openSite({ routes: [...mounted, ...implement({ own }, { own: () => undefined })], ...options })
  t.after(() => site.close())
  return async (path: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(site.url + path, { method: 'OPTIONS', headers })
    return {
      from: answer.headers.get('x-from'),
      allow: answer.headers.get('allow'),
      origin: answer.headers.get('access-control-allow-origin'),
    }
  }
}
const preflight = { origin: 'https://app.example.com', 'access-control-request-method': 'GET' }

describe('OPTIONS of a mounted application', () => {
  it('reaches it, preflights of pages included · M07.22', async (t) => {
    const ask = await open(t)
    assert.deepEqual(await ask('/old/a'), { from: 'old', allow: 'GET, PROPFIND', origin: null })
    assert.deepEqual(await ask('/old'), { from: 'old', allow: 'GET, PROPFIND', origin: null })
    assert.equal((await ask('/old/a', preflight)).from, 'old')
  })

  it('is answered here on a path of which a route of ours takes a method · M02.11', async (t) => {
    const ask = await open(t)
    assert.deepEqual(await ask('/old/ours'), { from: null, allow: 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT', origin: null })
    assert.equal((await ask('/old/ours', preflight)).from, null)
  })

  it('is answered here when a page asks and the application has a policy for pages · M02.22', async (t) => {
    const ask = await open(t, { cors: cors({ origins: ['https://app.example.com'] }) })
    assert.deepEqual(await ask('/old/a', preflight), { from: null, allow: null, origin: 'https://app.example.com' })
    assert.equal((await ask('/old/a')).from, 'old')
  })
})
