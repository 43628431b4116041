import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import * as z from 'zod'
import type { Cache } from '../../src/contract/cache.ts'
import { endpoint } from '../../src/contract/endpoint.ts'
import { implement } from '../../src/http/implement.ts'
import { languageOf, reply } from '../../src/http/stage.ts'
import { nginx, noNginx, openSharedCache, type Cached } from '../programs/nginx.ts'
import { openSite } from './site.ts'

const forLong: Cache = { scope: 'public', maxAge: 600 }
const promises = { summary: 'Says something', auth: 'none', returns: z.object({ text: z.string() }), cache: forLong } as const
const contract = {
  greeting: endpoint('GET /greeting', { ...promises, languages: ['en', 'de'] }),
  tenant: endpoint('GET /tenant', promises),
  cookie: endpoint('GET /cookie', promises),
  whole: endpoint('GET /whole', promises),
  large: endpoint('GET /large', { ...promises, etag: true }),
  mine: endpoint('GET /mine', { ...promises, cache: { scope: 'private', maxAge: 600 } }),
  shared: endpoint('GET /shared', { ...promises, cache: { scope: 'public', maxAge: 0, sharedMaxAge: 600 } }),
  secret: endpoint('GET /secret', { ...promises, cache: 'no-store' }),
  login: endpoint('GET /login', promises),
  late: endpoint('GET /late', { ...promises, cache: { scope: 'public', maxAge: 1, staleWhileRevalidate: 600 } }),
  fragile: endpoint('GET /fragile', { ...promises, cache: { scope: 'public', maxAge: 1, staleIfError: 600 } }),
}

describe('behind a cache that many share', { skip: nginx === undefined && noNginx }, () => {
  let asked = 0
  const counted = () => ({ text: `answer ${++asked}` })
  let site: Awaited<ReturnType<typeof openSite>>
  let cache: Awaited<ReturnType<typeof openSharedCache>>
  before(async () => {
    site = await openSite({
      routes: implement(contract, {
        greeting: (c) => ({ text: languageOf(c) === 'de' ? 'Guten Tag' : 'Good day' }),
        tenant: ({ headers }) => ({ text: headers['x-tenant'] ?? 'nobody' }),
        cookie: ({ cookies }) => ({ text: cookies['theme'] ?? 'light' }),
        whole: ({ headers }) => ({ text: String(Object.keys(headers).length) }),
        large: () => ({ text: 'x'.repeat(5000) }),
        mine: counted,
        shared: counted,
        secret: counted,
        login: () => reply(counted(), { headers: { 'set-cookie': 'sid=1' } }),
        late: counted,
        fragile: counted,
      }),
    })
    cache = await openSharedCache(site.url)
  })
  after(async () => {
    await cache.close()
    await site.close()
  })
  const textOf = ({ text }: { text: string }) => (JSON.parse(text) as { text: string }).text

  /** One request after the other until nginx has noticed that time has passed. */
  const askUntil = async (path: string, isIt: (answer: Cached) => boolean, { signal }: TestContext, of = cache) => {
    for (;;) {
      signal.throwIfAborted()
      const answer = await of.ask(path)
      if (isIt(answer)) return answer
    }
  }

  for (const [path, header, values] of [
    ['/greeting', 'accept-language', { de: 'Guten Tag', en: 'Good day' }],
    ['/tenant', 'x-tenant', { acme: 'acme', other: 'other' }],
    ['/cookie', 'cookie', { 'theme=dark': 'dark', 'theme=light': 'light' }],
  ] as const)
    it(`another ${header} gets the other variant, and each is kept: ${path} · M02.36`, async () => {
      for (const expected of ['MISS', 'HIT'])
        for (const [value, text] of Object.entries(values)) {
          const answer = await cache.ask(path, { [header]: value })
          assert.deepEqual([answer.cache, textOf(answer)], [expected, text])
          assert.equal(answer.headers.vary, header)
        }
    })

  it('what read every header is nobody else’s · M02.36', async () => {
    assert.equal((await cache.ask('/whole')).headers.vary, '*')
    assert.equal((await cache.ask('/whole')).cache, 'MISS')
  })

  it('each coding is kept for those who take it, and nobody gets another · M02.36 M02.41', async () => {
    for (const expected of ['MISS', 'HIT'])
      for (const coding of ['gzip', 'br', 'identity']) {
        const answer = await cache.ask('/large', { 'accept-encoding': coding })
        assert.deepEqual([answer.cache, answer.headers['content-encoding'] ?? 'identity'], [expected, coding])
      }
  })

  it('gives nobody what is private, not to be stored, or signs somebody in · M02.33', async () => {
    for (const path of ['/mine', '/secret', '/login']) {
      const answers = [await cache.ask(path), await cache.ask(path)]
      assert.deepEqual(
        answers.map((answer) => answer.cache),
        ['MISS', 'MISS'],
        path,
      )
      assert.notEqual(answers[0]!.text, answers[1]!.text)
    }
  })

  it('keeps by sharedMaxAge what browsers may not · M02.33', async () => {
    const first = await cache.ask('/shared')
    const second = await cache.ask('/shared')
    assert.deepEqual([second.cache, second.text], ['HIT', first.text])
    assert.equal(second.headers['cache-control'], 'public, max-age=0, s-maxage=600')
  })

  it('gives the stale answer while it fetches the next one · M02.35', async (t) => {
    const first = await cache.ask('/late')
    const stale = await askUntil('/late', (answer) => answer.cache !== 'HIT', t)
    assert.deepEqual([stale.cache, stale.text], ['STALE', first.text])
    assert.notEqual((await askUntil('/late', (answer) => answer.text !== first.text, t)).text, first.text)
  })

  it('gives the stale answer when there is nobody who could give the next one · M02.35', async (t) => {
    const own = await openSite({ routes: implement({ fragile: contract.fragile }, { fragile: counted }) })
    const inFront = await openSharedCache(own.url)
    t.after(() => inFront.close())
    const first = await inFront.ask('/fragile')
    await own.close()
    const stale = await askUntil('/fragile', (answer) => answer.cache !== 'HIT', t, inFront)
    assert.deepEqual([stale.status, stale.cache, stale.text], [200, 'STALE', first.text])
  })
})
