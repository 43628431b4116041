import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../../test/http/site.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { implement } from '../implement.ts'

const contract = {
  root: endpoint('GET /', { summary: 'Root', auth: 'none', returns: z.object({ url: z.string() }) }),
  place: endpoint('POST /', { summary: 'Place', auth: 'none', body: z.object({}), status: 204 }),
  forget: endpoint('DELETE /', { summary: 'Nothing', auth: 'none' }),
}

describe('a strict server', () => {
  let site: Awaited<ReturnType<typeof openSite>>
  let served = 0
  before(async () => {
    const root = ({ url }: { url: URL }) => {
      served++
      return { url: url.href }
    }
    site = await openSite({ routes: implement(contract, { root, place: () => undefined, forget: () => undefined }), allowedHosts: [] })
  })
  after(() => site.close())

  /** Sends a request with another one behind it: the answers of a connection that ended are one. */
  const answer = async (...lines: string[]) => {
    const received = await site.raw(`${lines.join('\r\n')}\r\n\r\nGET /next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    return { status: Number(received.slice(9, 12)), received, answers: received.split(/(?<=^|\n|\})HTTP\/1\.1 /).length - 1 }
  }

  for (const [what, status, ...lines] of [
    ['a second Host', 400, 'GET / HTTP/1.1', 'Host: x', 'host: x'],
    ['no Host', 400, 'GET / HTTP/1.1', 'Accept: */*'],
    ['an empty Host', 400, 'GET / HTTP/1.1', 'Host:'],
    ['a list of Hosts', 400, 'GET / HTTP/1.1', 'Host: a, b'],
    ['a Host with user information', 400, 'GET / HTTP/1.1', 'Host: a@b'],
    ['a Host with a path', 400, 'GET / HTTP/1.1', 'Host: a/b'],
    ['a Host with a port out of range', 400, 'GET / HTTP/1.1', 'Host: a:65536'],
    ['a Host that is half an address', 400, 'GET / HTTP/1.1', 'Host: [::1'],
    ['obs-fold', 400, 'GET / HTTP/1.1', 'Host: x', 'A: b', ' c'],
    ['space before the colon', 400, 'GET / HTTP/1.1', 'Host : x'],
    ['Content-Length and Transfer-Encoding', 400, 'POST / HTTP/1.1', 'Host: x', 'Content-Length: 3', 'Transfer-Encoding: chunked'],
    ['two lengths', 400, 'POST / HTTP/1.1', 'Host: x', 'Content-Length: 3', 'Content-Length: 4'],
    ['a signed length', 400, 'POST / HTTP/1.1', 'Host: x', 'Content-Length: +3'],
    [
      'a chunk size that is none',
      400,
      'POST / HTTP/1.1',
      'Host: x',
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
      '',
      '0x3',
      'abc',
    ],
    ['a coding before chunked', 501, 'POST / HTTP/1.1', 'Host: x', 'Transfer-Encoding: gzip, chunked'],
    ['a coding that is not known', 400, 'POST / HTTP/1.1', 'Host: x', 'Transfer-Encoding: xchunked, chunked'],
    ['chunked by HTTP/1.0', 400, 'POST / HTTP/1.0', 'Transfer-Encoding: chunked'],
    ['Content_Length', 400, 'POST / HTTP/1.1', 'Host: x', 'Content_Length: 3'],
    ['a fragment', 400, 'GET /#x HTTP/1.1', 'Host: x'],
    ['a backslash', 400, 'GET /a\\b HTTP/1.1', 'Host: x'],
    ['a byte beyond ASCII', 400, 'GET /\xe9 HTTP/1.1', 'Host: x'],
    ['a space in the target', 400, 'GET /a b HTTP/1.1', 'Host: x'],
    ['a control byte in the target', 400, 'GET /\x01 HTTP/1.1', 'Host: x'],
    ['a URI of another host', 400, 'GET http://y/ HTTP/1.1', 'Host: x'],
    ['a URI of another scheme', 400, 'GET ftp://x/ HTTP/1.1', 'Host: x'],
    ['* for anything but OPTIONS', 400, 'GET * HTTP/1.1', 'Host: x'],
    ['an unknown expectation', 417, 'POST / HTTP/1.1', 'Host: x', 'Content-Length: 0', 'Expect: money'],
    ['a method that is not known', 501, 'BREW / HTTP/1.1', 'Host: x'],
    ['CONNECT', 501, 'CONNECT x:1 HTTP/1.1', 'Host: x'],
    ['HTTP/1.2', 505, 'GET / HTTP/1.2', 'Host: x'],
    ['HTTP/0.9', 505, 'GET / HTTP/0.9', 'Host: x'],
    ['the preface of HTTP/2', 505, 'PRI * HTTP/2.0', '', 'SM'],
    ['a target without an end', 414, `GET /${'a'.repeat(40_000)} HTTP/1.1`, 'Host: x'],
    ['headers beyond their limit', 431, 'GET / HTTP/1.1', 'Host: x', `A: ${'b'.repeat(20_000)}`],
  ] as const) {
    it(`answers ${status} to ${what}, and ends the connection · M02.1`, async () => {
      const before = served
      const { status: given, received, answers } = await answer(...lines)
      assert.equal(given, status, received)
      assert.equal(answers, 1, received)
      assert.match(received, /content-type: application\/problem\+json/i)
      assert.match(received, /connection: close/i)
      assert.equal(served, before)
    })
  }

  it('answers 400 to lines that end without a carriage return · M02.1', async () => {
    assert.match(await site.raw('GET / HTTP/1.1\nHost: x\n\n'), /^HTTP\/1\.1 400 /)
    assert.match(await site.raw('GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n'), /^HTTP\/1\.1 400 /)
  })

  for (const host of ['example.com', 'example.com:8080', 'a_b.internal', '127.0.0.1:1', '[::1]', '[::1]:443']) {
    it(`serves Host: ${host} · M02.1`, async () => {
      assert.match(await site.raw(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`), /^HTTP\/1\.1 200 [\s\S]*"url":"http:/)
    })
  }

  it('serves a whole URI as if it were its path, and HTTP/1.0 without Host', async () => {
    assert.match(await site.raw('GET http://x:80/ HTTP/1.1\r\nHost: x:80\r\nConnection: close\r\n\r\n'), /^HTTP\/1\.1 200 /)
    const old = await site.raw('GET / HTTP/1.0\r\n\r\n')
    assert.match(old, /^HTTP\/1\.1 200 [\s\S]*connection: close/i)
  })

  it('takes a path that begins with // for a path', async () => {
    const received = await site.raw(
      'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\nGET //evil.example/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    )
    assert.match(received, /^HTTP\/1\.1 204 [\s\S]*\r\nHTTP\/1\.1 404 /)
  })

  it('answers requests that were sent together in their order · M02.37', async () => {
    const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n${path === '/?3' ? 'Connection: close\r\n' : ''}\r\n`
    const received = await site.raw(`${get('/?1')}${get('/?2')}DELETE / HTTP/1.1\r\nHost: x\r\n\r\n${get('/?3')}`)
    assert.deepEqual(
      [...received.matchAll(/"url":"http:\/\/x\/\?(\d)"|HTTP\/1\.1 (204)/g)].map(([, query, status]) => query ?? status),
      ['1', '2', '204', '3'],
    )
  })

  it('dates and names every answer, and says how long it is · M01.18', async () => {
    for (const [method, path, status] of [
      ['GET', '/', 200],
      ['DELETE', '/', 204],
      ['GET', '/nothing', 404],
      ['PUT', '/', 405],
      ['POST', '/', 415],
    ] as const) {
      const answer = await fetch(site.url + path, { method })
      const body = await answer.arrayBuffer()
      assert.equal(answer.status, status)
      const date = answer.headers.get('date')!
      assert.equal(new Date(date).toUTCString(), date)
      assert.ok(Math.abs(Date.now() - Date.parse(date)) < 10_000)
      assert.match(answer.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/)
      if (status !== 204) assert.equal(Number(answer.headers.get('content-length')), body.byteLength)
      if (status >= 400) assert.equal(answer.headers.get('cache-control'), 'no-store')
    }
  })

  it('sends no Content-Length with 204 · M02.1', async () => {
    const received = await site.raw('DELETE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    assert.match(received, /^HTTP\/1\.1 204 /)
    assert.doesNotMatch(received, /content-length|transfer-encoding/i)
  })

  it('answers 421 to a host that is not among its own', async () => {
    const own = await openSite({
      routes: implement({ root: contract.root }, { root: ({ url }) => ({ url: url.href }) }),
      allowedHosts: ['Shop.example'],
    })
    const ask = (host: string) => own.raw(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
    const answers = [await ask('shop.example:8080'), await ask('other.example')]
    await own.close()
    assert.match(answers[0]!, /^HTTP\/1\.1 200 /)
    assert.match(answers[1]!, /^HTTP\/1\.1 421 [\s\S]*misdirected-request/)
  })
})
