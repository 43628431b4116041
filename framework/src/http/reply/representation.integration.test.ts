import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../../test/http/site.ts'
import { endpoint, type Promises } from '../../contract/endpoint.ts'
import { seekable } from '../../std/seekable.ts'
import { implement } from '../implement.ts'
import { rawReply, reply, type Around } from '../stage.ts'
import { checkPreconditions } from './conditional.ts'

const Thing = z.object({ name: z.string() })
const changed = new Date(Date.UTC(2026, 0, 5, 10))
const text = 'abcdefghijklmnopqrstuvwxyz'.repeat(4)

type AnyPromises = Promises<'none' | 'user', undefined, undefined, undefined, undefined, undefined, []>

const contract = {
  hashed: endpoint('GET /hashed', {
    summary: 'Tag of the bytes',
    auth: 'none',
    returns: Thing,
    etag: true,
    cache: { scope: 'public', maxAge: 60, mustRevalidate: true },
  }),
  versioned: endpoint('GET /versioned', { summary: 'Tag of the row', auth: 'none', returns: Thing, etag: true }),
  inTwo: endpoint('GET /in-two', {
    summary: 'In two media types and languages',
    auth: 'none',
    returns: z.array(Thing),
    produces: ['application/json', 'application/x-ndjson'],
    languages: ['en', 'de'],
    etag: true,
  }),
  mine: endpoint('GET /mine', { summary: 'Mine', auth: 'user', returns: Thing }),
  mineTagged: endpoint('GET /mine-tagged', { summary: 'Mine', auth: 'user', returns: Thing, etag: true }),
  cookie: endpoint('GET /cookie', { summary: 'Cookie', auth: 'none', returns: Thing, cache: { scope: 'public', maxAge: 5 } }),
  replace: endpoint('PUT /versioned', {
    summary: 'Replace',
    auth: 'none',
    body: Thing,
    returns: Thing,
    ifMatch: 'required',
    creates: true,
  }),
  remove: endpoint('DELETE /versioned', { summary: 'Remove', auth: 'none', ifMatch: 'optional' }),
  surprising: endpoint('PUT /surprising', { summary: 'Creates without a word', auth: 'none', returns: Thing }),
  careless: endpoint('DELETE /careless', { summary: 'Looks at nothing', auth: 'none', ifMatch: 'optional' }),
  text: endpoint('GET /text', { summary: 'Text', auth: 'none', mediaType: 'text/plain', ranges: true, etag: true }),
  file: endpoint('GET /file', { summary: 'File', auth: 'none', mediaType: 'text/plain', ranges: true }),
}

let version = 7
let served = 0
let opened = 0
const breaches: string[] = []
const vary: Around = async (_c, next) => {
  const { value, status, headers, type } = await next()
  return Object.assign(reply(value, { ...(status !== undefined && { status }), headers: { ...headers, vary: 'accept-language' } }), {
    type,
  })
}

const routes = implement(contract, {
  hashed: () => ({ name: 'a' }),
  versioned: () => reply({ name: 'a' }, { etag: version, lastModified: changed }),
  inTwo: () => reply([{ name: 'a' }], { etag: version }),
  mine: () => ({ name: 'a' }),
  mineTagged: () => ({ name: 'a' }),
  cookie: () => reply({ name: 'a' }, { headers: { 'set-cookie': 'sid=1' } }),
  replace: (c) => {
    checkPreconditions(c, version === 0 ? undefined : { etag: version })
    const created = version === 0
    version += 1
    return reply(c.body, { etag: version, ...(created && { status: 201 }) })
  },
  remove: (c) => {
    checkPreconditions(c, { etag: version })
    version = 0
  },
  surprising: () => reply({ name: 'a' }, { status: 201 }),
  careless: () => undefined,
  text: () => rawReply(text, { type: 'text/plain', etag: 'v1', lastModified: changed }),
  file: () => {
    served++
    const body = seekable(text.length, async function* (start, end) {
      opened++
      yield Buffer.from(text.slice(start, end))
    })
    return rawReply(body, { type: 'text/plain', etag: 'v1', lastModified: changed })
  },
})

describe('representations', () => {
  let site: Awaited<ReturnType<typeof openSite>>
  before(async () => {
    site = await openSite({
      routes,
      around: [vary],
      authenticate: () => ({ id: 'u1', roles: [] }),
      onBreach: (route, code) => breaches.push(`${route} ${code}`),
    })
  })
  after(() => site.close())
  const call = (path: string, headers: Record<string, string> = {}, method = 'GET', body?: string) =>
    fetch(site.url + path, {
      method,
      headers: { 'accept-encoding': 'identity', ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body }),
    })

  it('gives the same bytes the same tag, and 304 to who has them · M02.32', async () => {
    const first = await call('/hashed')
    const etag = first.headers.get('etag')!
    assert.match(etag, /^"[\w-]{22}"$/)
    assert.equal(first.headers.get('cache-control'), 'public, max-age=60, must-revalidate')
    const again = await site.raw(`GET /hashed HTTP/1.1\r\nHost: x\r\nConnection: close\r\nIf-None-Match: W/"x", ${etag}\r\n\r\n`)
    const [head, body] = again.split('\r\n\r\n')
    assert.match(head!, /^HTTP\/1.1 304 /)
    for (const header of [`etag: ${etag}`, 'cache-control: public, max-age=60, must-revalidate', 'vary: accept-language', 'Date: '])
      assert.ok(head!.includes(`\r\n${header}`), header)
    assert.doesNotMatch(head!, /\r\n(content-(type|length)|transfer-encoding)/i)
    assert.equal(body, '')
  })

  it('answers HEAD with the headers of GET · M02.10', async () => {
    for (const path of ['/hashed', '/versioned', '/text', '/file']) {
      const [get, head] = [await call(path), await call(path, {}, 'HEAD')]
      const shown = ({ headers }: Response) =>
        [...headers].filter(([name]) => !['x-request-id', 'date', 'connection', 'keep-alive'].includes(name))
      assert.deepEqual(shown(head), shown(get), path)
      assert.equal(head.headers.get('content-length'), String((await get.text()).length))
      assert.equal(await head.text(), '')
    }
    assert.equal((await call('/versioned', { 'if-none-match': '"7"' }, 'HEAD')).status, 304)
  })

  it('takes the tag and the date from reply() · M02.32', async () => {
    const answer = await call('/versioned')
    assert.equal(answer.headers.get('etag'), '"7"')
    assert.equal(answer.headers.get('last-modified'), 'Mon, 05 Jan 2026 10:00:00 GMT')
    assert.equal((await call('/versioned', { 'if-modified-since': changed.toUTCString() })).status, 304)
    assert.equal((await call('/versioned', { 'if-match': '"6"' })).status, 412)
  })

  it('gives every variant of a state its own tag · M02.32 M02.36', async () => {
    const ask = (headers: Record<string, string>) => call('/in-two', { 'accept-language': 'en', ...headers })
    const variants: Record<string, string>[] = [{}, { accept: 'application/x-ndjson' }, { 'accept-language': 'de' }]
    const tags = await Promise.all(variants.map(async (headers) => (await ask(headers)).headers.get('etag')!))
    assert.deepEqual(tags, ['"7;en"', '"7;1;en"', '"7;de"'])
    for (const [at, headers] of variants.entries()) {
      assert.equal((await ask({ ...headers, 'if-none-match': tags[at]! })).status, 304)
      assert.equal((await ask({ ...headers, 'if-none-match': tags[(at + 1) % 3]! })).status, 200)
    }
  })

  it('keeps what is for one caller from every cache, unless it is asked again · M02.33', async () => {
    assert.equal((await call('/mine')).headers.get('cache-control'), 'no-store')
    assert.equal((await call('/mine-tagged')).headers.get('cache-control'), 'private, no-cache')
    assert.equal((await call('/cookie')).headers.get('cache-control'), 'private, no-store')
    assert.deepEqual(breaches.splice(0), ['GET /cookie public-cookie'])
    assert.equal((await call('/versioned')).headers.get('cache-control'), null)
    assert.equal((await call('/nowhere')).headers.get('cache-control'), 'no-store')
  })

  it('writes only on the state that the caller saw · M02.13 M02.34', async () => {
    const put = (headers: Record<string, string>) => call('/versioned', headers, 'PUT', '{"name":"b"}')
    assert.equal((await put({})).status, 428)
    const stale = await put({ 'if-match': '"6"' })
    assert.equal(stale.status, 412)
    assert.equal(((await stale.json()) as { code: string }).code, 'precondition-failed')
    const fresh = await put({ 'if-match': '"7"' })
    assert.equal(fresh.status, 200)
    assert.equal(fresh.headers.get('etag'), '"8"')
    assert.equal((await put({ 'if-match': '"7"' })).status, 412)
    assert.equal((await put({ 'if-none-match': '*' })).status, 412)
    assert.equal((await call('/versioned', {}, 'DELETE')).status, 204)
    assert.equal((await put({ 'if-match': '*' })).status, 412)
    assert.equal((await put({ 'if-none-match': '*' })).status, 201)
    assert.deepEqual(breaches, [])
  })

  it('answers OPTIONS with exactly the methods that are routed, here and everywhere · M02.11', async () => {
    const allowed = async (target: string) => {
      const answer = await site.raw(`OPTIONS ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
      return [/^HTTP\/1.1 (\d+)/.exec(answer)?.[1], /\r\nallow: (.*)\r\n/.exec(answer)?.[1]]
    }
    assert.deepEqual(await allowed('/versioned'), ['204', 'DELETE, GET, HEAD, OPTIONS, PUT'])
    assert.deepEqual(await allowed('/hashed'), ['204', 'GET, HEAD, OPTIONS'])
    assert.deepEqual(await allowed('*'), ['204', 'DELETE, GET, HEAD, OPTIONS, PUT'])
  })

  it('tells of a PUT that creates and had not said so · M02.13 M02.31', async () => {
    assert.equal((await call('/surprising', {}, 'PUT')).status, 201)
    assert.deepEqual(breaches.splice(0), ['PUT /surprising status-201'])
  })

  it('tells of a handler that overwrites without looking', async () => {
    assert.equal((await call('/careless', { 'if-match': '"1"' }, 'DELETE')).status, 204)
    assert.deepEqual(breaches.splice(0), ['DELETE /careless if-match-ignored'])
  })

  for (const path of ['/text', '/file'])
    it(`answers parts of ${path} · M02.26`, async () => {
      const part = async (range: string, headers = {}) => {
        const answer = await call(path, { range, ...headers })
        return [answer.status, answer.headers.get('content-range'), answer.headers.get('content-length'), await answer.text()]
      }
      assert.deepEqual(await part('bytes=0-3'), [206, 'bytes 0-3/104', '4', 'abcd'])
      assert.deepEqual(await part('bytes=-2'), [206, 'bytes 102-103/104', '2', 'yz'])
      assert.deepEqual(await part('bytes=100-', { 'if-range': '"v1"' }), [206, 'bytes 100-103/104', '4', 'wxyz'])
      assert.deepEqual(await part('bytes=100-', { 'if-range': '"v0"' }), [200, null, '104', text])
      assert.deepEqual(await part('pages=1-2'), [200, null, '104', text])
      assert.equal((await part('bytes=104-'))[1], 'bytes */104')
      assert.equal((await call(path, { range: 'bytes=104-' })).status, 416)
      assert.equal((await call(path)).headers.get('accept-ranges'), 'bytes')

      const several = await call(path, { range: 'bytes=0-1,-1' })
      assert.equal(several.status, 206)
      const boundary = /^multipart\/byteranges; boundary=(\w+)$/.exec(several.headers.get('content-type') ?? '')![1]!
      const body = await several.text()
      assert.equal(String(body.length), several.headers.get('content-length'))
      assert.deepEqual(body.split(`\r\n--${boundary}`).slice(1), [
        '\r\ncontent-type: text/plain\r\ncontent-range: bytes 0-1/104\r\n\r\nab',
        '\r\ncontent-type: text/plain\r\ncontent-range: bytes 103-103/104\r\n\r\nz',
        '--\r\n',
      ])
    })

  it('opens nothing that it does not send', async () => {
    ;[served, opened] = [0, 0]
    await call('/file', {}, 'HEAD')
    await call('/file', { range: 'bytes=104-' })
    assert.deepEqual([served, opened], [2, 0])
    await (await call('/file', { range: 'bytes=0-3' })).text()
    assert.deepEqual([served, opened], [3, 1])
  })

  it('refuses at boot what cannot be kept · M02.33', async () => {
    const wrong: [`GET /${string}` | `PUT /${string}`, Partial<AnyPromises>, RegExp][] = [
      ['GET /x', { auth: 'user', cache: { scope: 'public', maxAge: 1 } }, /GET \/x .*signed-in/],
      ['PUT /x', { etag: true }, /writes have ifMatch/],
      ['GET /x', { ifMatch: 'required' }, /reads have etag/],
    ]
    for (const [address, promises, message] of wrong) {
      const contract = { x: endpoint(address, { summary: 'X', auth: 'none', ...promises } as AnyPromises) }
      await assert.rejects(
        openSite({ routes: implement(contract, { x: () => Readable.from([]) as never }), authenticate: () => undefined }),
        message,
      )
    }
  })
})
