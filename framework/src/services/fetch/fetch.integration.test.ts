import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, describe, it } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { certificateFolder } from '../../../test/http/certificates.ts'
import { ambient, type Ambient } from '../../std/ambient.ts'
import { parseBaggage } from '../../std/baggage.ts'
import { abortReason } from '../../std/abort.ts'
import { systemClock } from '../../std/clock.ts'
import type { AppError } from '../../std/errors.ts'
import { silentLog, type Log, type LogFields } from '../../std/log.ts'
import { testClock } from '../../tools/testing/test-clock.ts'
import { outbound, type Outbound, type OutboundOptions } from './index.ts'

const hosts: Record<string, string[]> = {
  'shop.example': ['127.0.0.1'],
  'ours.internal': ['127.0.0.1'],
  'evil.example': ['127.0.0.1'],
  'mixed.example': ['93.184.216.34', '169.254.169.254'],
  'mapped.example': ['::ffff:127.0.0.1'],
  localhost: ['127.0.0.1'],
}
const seen: IncomingMessage[] = []
const opened: Outbound[] = []
let answer: (request: IncomingMessage, response: ServerResponse) => void
let port: number
let lookups = 0
const warnings: [string, LogFields | undefined][] = []
const log: Log = { ...silentLog, warn: (event, fields) => void warnings.push([event, fields]) }
const server = createServer((request, response) => {
  seen.push(request)
  answer(request, response)
})

async function resolve(hostname: string): Promise<string[]> {
  lookups++
  const addresses = hosts[hostname]
  if (addresses === undefined) throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' })
  return addresses
}

function client(options: Partial<OutboundOptions> = {}): Outbound {
  const made = outbound({
    clock: systemClock,
    log,
    resolve,
    allow: [`shop.example:${port}`, 'ours.internal'],
    propagateTo: ['ours.internal'],
    ...options,
  })
  opened.push(made)
  return made
}

const at = (host: string, path = '/') => `http://${host}:${port}${path}`
const refusal = { name: 'AppError', code: 'address-refused', status: 422, message: 'The URL leads to an address that is not public.' }
const redirect =
  (location: string, status = 302) =>
  (_: IncomingMessage, response: ServerResponse) =>
    response.writeHead(status, { location }).end()

describe('the outbound client', () => {
  before(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  })
  beforeEach(() => {
    seen.length = warnings.length = lookups = 0
    answer = (_, response) => response.end('hello')
  })
  after(async () => {
    server.closeAllConnections()
    server.close()
    await Promise.all(opened.map((one) => one.close()))
  })

  it('answers as fetch does', async () => {
    answer = (request, response) => {
      response.writeHead(201, { 'x-method': request.method })
      request.pipe(response)
    }
    const response = await client().fetch(at('shop.example', '/a?b'), { method: 'POST', body: 'text', headers: { 'x-own': '1' } })
    assert.deepEqual([response.status, response.headers.get('x-method'), await response.text()], [201, 'POST', 'text'])
    assert.equal(response.url, at('shop.example', '/a?b'))
    assert.equal(seen[0]?.headers['x-own'], '1')
    assert.equal(seen[0]?.headers.host, `shop.example:${port}`)
  })

  describe('refuses what is not public', () => {
    const forms = `
      127.0.0.1 127.1 127.0.1 2130706433 0x7f000001 0x7f.0.0.1 0x7f.1 017700000001 0177.0.0.1 0177.1 00000177.0.0.1 127.0.0.1. 0 0.0.0.0 0x0
      10.0.0.1 10.1 0xa.0.0.1 012.0.0.1 167772161 172.16.0.1 172.31.255.255 192.168.0.1 192.168.257 0xc0a80001 3232235521 100.64.0.1
      169.254.169.254 2852039166 0xa9fea9fe 0251.0376.0251.0376 0xa9.0xfe.0xa9.0xfe 169.254.43518 100.100.100.200 168.63.129.16 192.0.0.192
      ①②⑦.⓪.⓪.① １２７.0.0.1 127。0。0。1 127%2e0%2e0%2e1 224.0.0.1 255.255.255.255 240.0.0.1
      [::] [::1] [0:0:0:0:0:0:0:1] [::127.0.0.1] [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:7f00:1] [::ffff:169.254.169.254]
      [64:ff9b::127.0.0.1] [64:ff9b::a9fe:a9fe] [64:ff9b:1::1] [2002:7f00:1::] [2002:a9fe:a9fe::] [2001:0:7f00:1::] [fc00::1] [fd00:ec2::254] [fe80::1] [fec0::1] [ff02::1] [2001:db8::1]
      localhost LOCALHOST mapped.example mixed.example evil.example
    `
      .trim()
      .split(/\s+/)

    it(`in any of ${forms.length} forms of writing it · M05.38`, async () => {
      const { fetch } = client()
      for (const form of forms) await assert.rejects(fetch(`http://${form}:${port}/`), { name: 'AppError', code: 'address-refused' }, form)
      assert.equal(seen.length, 0)
      assert.equal(warnings.length, forms.length)
    })

    it('without saying to the caller what a name resolved to, which only the log learns', async () => {
      await assert.rejects(client().fetch(at('evil.example')), refusal)
      const [event, fields] = warnings[0]!
      assert.equal(event, 'outbound refused')
      assert.equal((fields!['error'] as AppError & { cause: Error }).cause.message, 'evil.example is 127.0.0.1')
    })

    it('on other ports of a host that is allowed on one', async () => {
      await assert.rejects(client().fetch('http://shop.example:8081/'), refusal)
    })

    it('over other schemes, and with a password in the URL', async () => {
      for (const url of ['ftp://shop.example/', 'file:///etc/passwd', 'data:,x', at('user:secret@shop.example')])
        await assert.rejects(client().fetch(url), {
          code: 'address-refused',
          message: 'Only http and https URLs without a user name are asked.',
        })
    })

    it('after a redirect, too · M05.38', async () => {
      for (const to of [at('evil.example'), at('127.0.0.1'), 'http://169.254.169.254/latest/meta-data/', 'http://[::1]/', 'gopher://x/']) {
        answer = redirect(to)
        await assert.rejects(client().fetch(at('shop.example')), { code: 'address-refused' }, to)
      }
      assert.equal(seen.length, 5)
    })

    it('when a name server changes its answer between the look and the connection · M05.38', async () => {
      const answers = [['127.0.0.1'], ['169.254.169.254']]
      const { fetch } = client({ allow: ['127.0.0.1'], resolve: async () => (lookups++, answers.shift()!) })
      assert.equal(await (await fetch(at('rebinding.example'))).text(), 'hello')
      assert.equal(lookups, 1)
    })
  })

  it('verifies the name and not the address that it connects to, over TLS', async () => {
    const folder = certificateFolder()
    const { certificate, key } = folder.issue(['secure.example'])
    const secure = createSecureServer({ cert: certificate, key }, (_, response) => response.end('secret'))
    const trusted = getCACertificates('default')
    setDefaultCACertificates([...trusted, folder.authority.certificate])
    try {
      secure.listen(0, '127.0.0.1')
      await once(secure, 'listening')
      const { port: securePort } = secure.address() as AddressInfo
      const { fetch } = client({ allow: ['127.0.0.1'], resolve: async () => ['127.0.0.1'] })
      assert.equal(await (await fetch(`https://secure.example:${securePort}/`)).text(), 'secret')
      await assert.rejects(fetch(`https://other.example:${securePort}/`), { code: 'upstream-failed' })
    } finally {
      setDefaultCACertificates(trusted)
      secure.closeAllConnections()
      secure.close()
      folder.remove()
    }
  })

  it('connects over to the next address when one does not answer', async () => {
    const { fetch } = client({ allow: ['127.0.0.0/8'], resolve: async () => ['127.0.0.2', '127.0.0.1'] })
    assert.equal(await (await fetch(at('two.example'))).text(), 'hello')
  })

  describe('redirects', () => {
    it('are followed as the Fetch standard says', async () => {
      const { fetch } = client()
      for (const [status, method, then] of [
        [301, 'POST', 'GET'],
        [302, 'POST', 'GET'],
        [303, 'PUT', 'GET'],
        [303, 'HEAD', 'HEAD'],
        [307, 'POST', 'POST'],
        [308, 'PUT', 'PUT'],
      ] as const) {
        seen.length = 0
        answer = (request, response) => (request.url === '/to' ? response.end('there') : redirect('/to', status)(request, response))
        const response = await fetch(at('shop.example'), {
          method,
          ...(method !== 'HEAD' && { body: 'b', headers: { 'content-type': 'text/x' } }),
        })
        await response.text()
        assert.equal(response.url, at('shop.example', '/to'))
        assert.equal(seen[1]?.method, then, `${status} ${method}`)
        assert.equal(seen[1]?.headers['content-type'], then === method && method !== 'HEAD' ? 'text/x' : undefined)
      }
    })

    it('end: after five, at one to nowhere, with a body that cannot be sent twice, or when they are an error', async () => {
      const { fetch } = client()
      answer = redirect('/again')
      await assert.rejects(fetch(at('shop.example')), { code: 'upstream-failed', message: /more than 5 times/ })
      assert.equal(seen.length, 6)
      await assert.rejects(fetch(at('shop.example'), { redirect: 'error' }), { code: 'upstream-failed' })
      assert.equal((await fetch(at('shop.example'), { redirect: 'manual' })).status, 302)
      answer = redirect('http://[')
      await assert.rejects(fetch(at('shop.example')), { code: 'upstream-failed', message: /nowhere/ })
      answer = redirect('/again', 307)
      const body = new ReadableStream({ start: (controller) => controller.close() })
      const init = { method: 'POST', body, duplex: 'half' } as RequestInit
      await assert.rejects(fetch(at('shop.example'), init), { code: 'upstream-failed', message: /cannot be sent twice/ })
    })

    it('take no credentials to another origin · M05.38', async () => {
      answer = (request, response) =>
        request.headers.host?.startsWith('shop') ? redirect(at('ours.internal'))(request, response) : response.end()
      const headers = { authorization: 'Bearer x', cookie: 'a=b', 'x-api-key': 'k', accept: 'text/plain', 'accept-language': 'de' }
      await client({ propagateTo: [] }).fetch(at('shop.example'), { headers })
      assert.equal(seen[0]?.headers['x-api-key'], 'k')
      const { host, connection, 'accept-encoding': _, 'sec-fetch-mode': __, 'user-agent': ___, ...rest } = seen[1]!.headers
      assert.deepEqual([host, connection], [`ours.internal:${port}`, 'keep-alive'])
      assert.deepEqual(rest, { accept: 'text/plain', 'accept-language': 'de' })
    })
  })

  describe('limits', () => {
    it('the time of the whole exchange, the headers', async () => {
      answer = () => {}
      await assert.rejects(client().fetch(at('shop.example'), { timeout: 20 }), { code: 'upstream-timeout', status: 504 })
    })

    it('the time of the whole exchange, the body included', async () => {
      answer = (_, response) => void response.write('begun')
      const clock = testClock()
      const response = await client({ clock }).fetch(at('shop.example'))
      const text = response.text()
      clock.advance(10_000)
      await assert.rejects(text, { code: 'upstream-timeout' })
    })

    it('and leaves no timer behind a body that was read', async () => {
      const clock = testClock()
      await (await client({ clock }).fetch(at('shop.example'))).text()
      assert.equal(clock.waiting, 0)
    })

    it('the bytes of a body, counted decompressed', async () => {
      const { fetch } = client({ maxBytes: 1000 })
      const bomb = gzipSync(Buffer.alloc(100_000_000))
      answer = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)
      const before = process.memoryUsage().rss
      await assert.rejects((await fetch(at('shop.example'))).text(), { code: 'upstream-failed', message: /more than 1000 bytes/ })
      assert.ok(process.memoryUsage().rss - before < 50_000_000)
      assert.equal((await (await fetch(at('shop.example'), { maxBytes: 100_000_000 })).arrayBuffer()).byteLength, 100_000_000)
    })

    it('a service that cannot be reached or breaks off to a 502 that names no host · M02.30', async () => {
      answer = (request) => request.socket.destroy()
      const failed = { code: 'upstream-failed', status: 502, message: 'A service that this one asked could not be reached, or broke off.' }
      await assert.rejects(client().fetch(at('shop.example')), failed)
      await assert.rejects(client().fetch(at('nobody.example')), failed)
      answer = (request, response) => (
        response.writeHead(200, { 'content-length': '10' }),
        response.write('half'),
        setImmediate(() => request.socket.destroy())
      )
      await assert.rejects((await client().fetch(at('shop.example'))).text(), failed)
    })

    it('a mistake of ours stays one', async () => {
      await assert.rejects(client().fetch('no url'), TypeError)
      await assert.rejects(client().fetch(at('shop.example'), { headers: { 'x-a': 'b\r\nc: d' } }), TypeError)
    })
  })

  describe('in a request', () => {
    const trace = { traceId: 'a'.repeat(32), parentId: 'b'.repeat(16), flags: 1, state: 'vendor=1' }
    const request = (fields: Partial<Ambient> = {}): Ambient => ({
      id: 'request-1',
      route: 'GET /',
      signal: new AbortController().signal,
      log: silentLog,
      trace,
      due: systemClock.monotonic() + 5000,
      ...fields,
    })

    it('tells our own services its id, trace, baggage and remaining time, and others nothing · M08.7 M08.11', async () => {
      const { fetch } = client()
      const baggage = parseBaggage('userId=alice;p, plan=gold%20plus')
      await ambient.run(request({ baggage }), () => fetch(at('ours.internal')))
      const own = seen[0]!.headers
      assert.equal(own['x-request-id'], 'request-1')
      assert.match(String(own['traceparent']), /^00-a{32}-[0-9a-f]{16}-01$/)
      assert.doesNotMatch(String(own['traceparent']), /b{16}/)
      assert.equal(own['tracestate'], 'vendor=1')
      assert.equal(own['baggage'], 'userId=alice;p,plan=gold%20plus')
      const left = Number(own['x-request-deadline'])
      assert.ok(left > 3000 && left < 5000, String(left))
      await ambient.run(request({ baggage }), () => fetch(at('shop.example')))
      for (const name of ['x-request-id', 'traceparent', 'tracestate', 'x-request-deadline', 'baggage'])
        assert.equal(seen[1]?.headers[name], undefined)
    })

    it('tells others nothing when one of ours redirects to them · M08.7', async () => {
      answer = (message, response) =>
        message.headers.host?.startsWith('ours') ? redirect(at('shop.example'))(message, response) : response.end()
      const baggage = parseBaggage('userId=alice')
      await ambient.run(request({ baggage }), () => client().fetch(at('ours.internal')))
      assert.ok(seen[0]?.headers['traceparent'])
      for (const name of ['x-request-id', 'traceparent', 'tracestate', 'x-request-deadline', 'baggage'])
        assert.equal(seen[1]?.headers[name], undefined)
    })

    it('never gives more time than it waits itself · M08.11', async () => {
      await ambient.run(request({ due: systemClock.monotonic() + 60_000 }), () => client().fetch(at('ours.internal'), { timeout: 700 }))
      const left = Number(seen[0]?.headers['x-request-deadline'])
      assert.ok(left > 0 && left <= 700)
    })

    it('ends with it, for its reason, and closes the connection · M08.9 M08.12', async () => {
      const gone = Promise.withResolvers<void>()
      const controller = new AbortController()
      answer = (message) => {
        message.socket.once('close', () => gone.resolve())
        controller.abort(abortReason('client-closed-request'))
      }
      const call = ambient.run(request({ signal: controller.signal }), () => client().fetch(at('shop.example')))
      await assert.rejects(call, { code: 'client-closed-request' })
      await gone.promise
    })

    it('is not begun when its time is over', async () => {
      const signal = AbortSignal.abort(abortReason('deadline-exceeded'))
      await assert.rejects(
        ambient.run(request({ signal }), () => client().fetch(at('shop.example'))),
        { code: 'deadline-exceeded' },
      )
      assert.equal(seen.length, 0)
    })
  })
})
