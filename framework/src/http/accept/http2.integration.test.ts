import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2'
import { request } from 'node:https'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { certificateFolder, certificates } from '../../../test/http/certificates.ts'
import { openSite } from '../../../test/http/site.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { implement } from '../implement.ts'
import { rawReply, reply } from '../stage.ts'

const contract = {
  read: endpoint('GET /things/{id}', { summary: 'Read', auth: 'none', returns: z.object({ id: z.string(), url: z.string() }) }),
  place: endpoint('POST /things', {
    summary: 'Place',
    auth: 'none',
    body: z.object({ name: z.string() }),
    returns: z.object({ name: z.string() }),
  }),
  forget: endpoint('DELETE /things/{id}', { summary: 'Forget', auth: 'none' }),
  cookies: endpoint('GET /cookies', { summary: 'Cookies', auth: 'none', returns: z.object({ seen: z.string() }) }),
  large: endpoint('GET /large', { summary: 'Large', auth: 'none', mediaType: 'application/octet-stream' }),
  hang: endpoint('GET /hang', { summary: 'Never answers', auth: 'none' }),
}

describe('HTTP/2', () => {
  const folder = certificateFolder()
  const pair = folder.write('localhost', folder.issue(['localhost', '127.0.0.1']))
  const signals: AbortSignal[] = []
  const arrived: (() => void)[] = []
  const open = (options: Partial<Parameters<typeof openSite>[0]> = {}) =>
    openSite({
      routes: implement(contract, {
        read: ({ params, url }) => ({ id: params.id, url: url.href }),
        place: ({ body }) => body,
        forget: () => undefined,
        cookies: ({ cookies }) => reply({ seen: Object.keys(cookies).join() }, { headers: { 'set-cookie': 'a=b' } }),
        large: () =>
          rawReply(Readable.from(Array.from({ length: 64 }, () => Buffer.alloc(64 * 1024, 'x'))), { type: 'application/octet-stream' }),
        hang: ({ signal }) => {
          signals.push(signal)
          arrived.shift()?.()
          return new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
        },
      }),
      tls: { certificates: certificates({ pairs: [pair] }), h2: true, clients: 'none', allowedHosts: [] },
      ...options,
    })
  let site: Awaited<ReturnType<typeof open>>
  let session: ClientHttp2Session
  const dial = (to = site) => connect(to.url, { ca: folder.authority.certificate, servername: 'localhost' })
  before(async () => {
    site = await open()
    session = dial()
  })
  after(async () => {
    session.destroy()
    await site.close()
    folder.remove()
  })

  const ask = async (headers: Record<string, string>, body?: string, over = session) => {
    const stream = over.request(headers)
    if (body !== undefined) stream.end(body)
    const [answer] = (await once(stream, 'response')) as [Record<string, string | number>]
    return { status: answer[':status'], headers: answer, text: (await buffer(stream)).toString() }
  }

  it('is chosen by ALPN, and runs the same pipeline · M02.38', async () => {
    const { status, headers, text } = await ask({ ':path': '/things/4?a=1', ':authority': 'shop.test' })
    assert.equal(session.alpnProtocol, 'h2')
    assert.equal(status, 200)
    assert.deepEqual(JSON.parse(text), { id: '4', url: 'https://shop.test/things/4?a=1' })
    assert.equal(headers['content-length'], String(text.length))
    assert.match(String(headers['x-request-id']), /^[0-9a-f-]{36}$/)
    assert.equal(headers['connection'], undefined)
    assert.equal(headers['keep-alive'], undefined)
  })

  it('shares its port with HTTP/1.1 · M02.38', async () => {
    const asked = request(`${site.url}/things/4`, {
      ca: folder.authority.certificate,
      servername: 'localhost',
      headers: { host: 'shop.test' },
    }).end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    assert.equal(answer.httpVersion, '1.1')
    assert.deepEqual(JSON.parse((await buffer(answer)).toString()), { id: '4', url: 'https://shop.test/things/4' })
  })

  it('takes bodies, and answers problems, HEAD and 204 as HTTP/1.1 does · M02.38', async () => {
    const post = { ':method': 'POST', ':path': '/things', 'content-type': 'application/json' }
    assert.equal((await ask(post, '{"name":"x"}')).status, 201)
    const refused = await ask(post, '{"name":1}')
    assert.deepEqual([refused.status, refused.headers['content-type']], [422, 'application/problem+json'])
    assert.equal((await ask(post, `{"name":"${'x'.repeat(5000)}"}`)).status, 413)
    assert.equal((await ask({ ...post, expect: '100-continue' }, '{"name":"x"}')).status, 201)
    const head = await ask({ ':method': 'HEAD', ':path': '/things/4' })
    assert.deepEqual([head.status, head.text], [200, ''])
    const gone = await ask({ ':method': 'DELETE', ':path': '/things/4' })
    assert.deepEqual([gone.status, gone.headers['content-length']], [204, undefined])
    assert.equal((await ask({ ':path': '/nothing' })).status, 404)
    assert.equal((await ask({ ':method': 'PUT', ':path': '/things/4' })).status, 405)
    assert.equal((await ask({ ':path': '/things/4#x' })).status, 400)
  })

  it('reads cookies that came in several lines', async () => {
    const stream = session.request({ ':path': '/cookies', cookie: ['a=1', 'b=2'] })
    assert.equal((await buffer(stream)).toString(), '{"seen":"a,b"}')
  })

  it('streams more than a window holds · M02.38', async () => {
    const stream = session.request({ ':path': '/large' })
    assert.equal((await buffer(stream)).length, 64 * 64 * 1024)
  })

  it('carries a hundred streams at once on one connection · M02.38', async () => {
    const own = dial()
    const waiting = Array.from({ length: 100 }, () => new Promise<void>((resolve) => arrived.push(resolve)))
    const streams = waiting.map(() => own.request({ ':path': '/hang' }).on('error', () => {}))
    await Promise.all(waiting)
    assert.equal(own.remoteSettings.maxConcurrentStreams, 100)
    for (const stream of streams) stream.close(constants.NGHTTP2_CANCEL)
    own.destroy()
  })

  it('fires the signal of a stream that was reset, and of no other · M02.38', async () => {
    const here = () => new Promise<void>((resolve) => arrived.push(resolve))
    const both = [here(), here()]
    const [reset, kept] = [session.request({ ':path': '/hang' }), session.request({ ':path': '/hang' })] as [
      ClientHttp2Stream,
      ClientHttp2Stream,
    ]
    await Promise.all(both)
    const [first, second] = signals.slice(-2) as [AbortSignal, AbortSignal]
    const fired = once(first, 'abort')
    reset.close(constants.NGHTTP2_CANCEL)
    await fired
    assert.equal((first.reason as { code: string }).code, 'client-closed-request')
    assert.equal(second.aborted, false)
    kept.close(constants.NGHTTP2_CANCEL)
  })

  it('says GOAWAY when it drains, and finishes what is under way · M02.38', async () => {
    const own = await open()
    const client = dial(own)
    const here = new Promise<void>((resolve) => arrived.push(resolve))
    const late = client.request({ ':path': '/hang' })
    await here
    const goaway = once(client, 'goaway')
    own.listener.drain()
    const [code] = (await goaway) as [number]
    assert.equal(code, constants.NGHTTP2_NO_ERROR)
    assert.equal(own.site.inFlight.cutAll().length, 1)
    const [answer] = (await once(late, 'response')) as [Record<string, number>]
    assert.equal(answer[':status'], 503)
    late.resume()
    await once(client, 'close')
    await own.close()
  })

  it('ends a connection that resets streams rapidly (CVE-2023-44487) · M02.38', async () => {
    const own = await open({ connectionLimits: { resets: { burst: 20, rate: 1 } } })
    const client = dial(own)
    const ended = new Promise((resolve) => client.once('close', resolve))
    client.on('error', () => {})
    await once(client, 'connect')
    for (let i = 0; i < 60 && !client.destroyed; i++) {
      const stream = client.request({ ':path': '/hang' }).on('error', () => {})
      stream.close(constants.NGHTTP2_CANCEL)
    }
    await ended
    assert.equal((await ask({ ':path': '/things/4' })).status, 200)
    await own.close()
  })
})
