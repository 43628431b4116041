import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../test/http/site.ts'
import { endpoint } from '../contract/endpoint.ts'
import { BootError } from '../std/errors.ts'
import { implement } from './implement.ts'
import { redirect } from './redirect.ts'
import { reply } from './stage.ts'

const contract = {
  told: endpoint('GET /told', { summary: 'Sends on', auth: 'none', redirects: [303, 308] }),
  untold: endpoint('GET /untold', { summary: 'Sends on, and says nothing of it', auth: 'none', redirects: [308] }),
}

async function open(t: TestContext) {
  const breaches: string[] = []
  const site = await openSite({
    routes: implement(contract, {
      told: (c) => redirect('/there', { status: c.url.search === '' ? 303 : 308 }),
      untold: () => redirect('/there'),
    }),
    paths: { trailingSlash: 'redirect' },
    onBreach: (route, code) => breaches.push(`${route} ${code}`),
  })
  t.after(() => site.close())
  const statusOf = async (path: string) => (await fetch(site.url + path, { redirect: 'manual' })).status
  return { breaches, statusOf }
}

describe('a redirect', () => {
  it('is in the contract, or a breach of it that the caller gets all the same · M02.31', async (t) => {
    const { breaches, statusOf } = await open(t)
    assert.deepEqual([await statusOf('/told'), await statusOf('/told?a')], [303, 308])
    assert.deepEqual(breaches, [])
    assert.equal(await statusOf('/untold'), 303)
    assert.deepEqual(breaches, ['GET /untold status-303'])
  })

  it('of the router itself is nobody’s breach', async (t) => {
    const { breaches, statusOf } = await open(t)
    assert.equal(await statusOf('/told/'), 308)
    assert.deepEqual(breaches, [])
  })
})

describe('a cookie on a public answer', () => {
  it('stops the start where the contract names it · M02.33', async () => {
    const returns = z.object({ name: z.string() })
    const signIn = endpoint('GET /a', { summary: 'A', auth: 'none', returns, setsCookies: ['sid'], cache: { scope: 'public', maxAge: 5 } })
    const routes = implement({ signIn }, { signIn: () => reply({ name: 'a' }, { headers: { 'set-cookie': 'sid=1' } }) })
    await assert.rejects(openSite({ routes }), (error) => error instanceof BootError && /sets sid/.test(error.message))
  })
})
