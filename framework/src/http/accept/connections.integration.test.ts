import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { certificateFolder, certificates } from '../../../test/http/certificates.ts'
import { openSite } from '../../../test/http/site.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { implement } from '../implement.ts'

const contract = {
  root: endpoint('GET /', { summary: 'Root', auth: 'none', returns: z.object({ ok: z.boolean() }) }),
  upload: endpoint('POST /gathered', { summary: 'Keeps the bytes', auth: 'none', body: z.object({}), rawBody: true, status: 204 }),
  place: endpoint('POST /', { summary: 'Place', auth: 'none', body: z.object({ text: z.string() }), status: 204 }),
}
const routes = implement(contract, { root: () => ({ ok: true }), place: () => undefined, upload: () => undefined })
const hurry = { headersTimeout: 300, checkInterval: 50, bodyWindow: 200 }
const head = (length: number) => `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`

/** A connection that sends one byte at a time for as long as it is let. */
function drip(port: number, start: string, every = 20) {
  let timer: NodeJS.Timeout
  const socket = connect(port, '127.0.0.1', () => {
    socket.write(start)
    timer = setInterval(() => socket.writable && socket.write('a'), every)
  })
  let received = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => (received += chunk))
  socket.on('error', () => {})
  const closed = new Promise<string>((resolve) =>
    socket.once('close', () => {
      clearInterval(timer)
      resolve(received)
    }),
  )
  return { socket, closed }
}

describe('slow clients', () => {
  let site: Awaited<ReturnType<typeof openSite>>
  let port: number
  before(async () => {
    site = await openSite({ routes, connectionLimits: hurry, bodyLimit: 1024 * 1024 })
    port = Number(new URL(site.url).port)
  })
  after(() => site.close())

  it('are cut with 408 while their headers drip · M01.21', async () => {
    assert.match(
      await drip(port, 'GET / HTTP/1.1\r\nHost: x\r\nX: ').closed,
      /^HTTP\/1\.1 408 [\s\S]*connection: close[\s\S]*request-timeout/i,
    )
  })

  it('are cut when they connect and say nothing · M01.21', async () => {
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    socket.resume()
    await once(socket, 'close')
  })

  it('are answered with 408 when their body drips, and the connection ends · M01.21', async () => {
    assert.match(await drip(port, head(100_000), 100).closed, /^HTTP\/1\.1 408 [\s\S]*connection: close[\s\S]*"code":"request-timeout"/i)
    assert.match(await drip(port, head(100_000).replace('/', '/gathered'), 100).closed, /^HTTP\/1\.1 408 /)
    const chunked = `${head(0).replace('Content-Length: 0', 'Transfer-Encoding: chunked')}186a0\r\n`
    assert.match(await drip(port, chunked, 100).closed, /^HTTP\/1\.1 408 /)
  })

  it('are let go when they drip on after the answer', async () => {
    const received = await drip(port, 'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n', 100).closed
    assert.match(received, /^HTTP\/1\.1 200 /)
  })

  it('are waited for as long as their body keeps coming · M01.21', async () => {
    const text = JSON.stringify({ text: 'x'.repeat(2000) })
    const socket = connect(port, '127.0.0.1', () => socket.write(head(text.length)))
    let at = 0
    const timer = setInterval(() => {
      socket.write(text.slice(at, at + 50))
      if ((at += 50) >= text.length) clearInterval(timer)
    }, 15)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    socket.destroy()
    assert.match(answer.toString(), /^HTTP\/1\.1 204 /)
  })
})

describe('connections', () => {
  const opened = async (port: number) => {
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    const [answer] = (await once(socket, 'data')) as [Buffer]
    return { socket, status: Number(answer.toString('latin1', 9, 12)) }
  }

  for (const [what, connectionLimits] of [
    ['all', { connections: 3 }],
    ['one address', { connectionsPerIp: 3 }],
  ] as const) {
    it(`of ${what} are counted: what is too many gets 503, and there is room again when one ends · M01.21`, async () => {
      const site = await openSite({ routes, connectionLimits })
      const port = Number(new URL(site.url).port)
      const three = [await opened(port), await opened(port), await opened(port)]
      assert.deepEqual(
        three.map(({ status }) => status),
        [200, 200, 200],
      )
      const fourth = await opened(port)
      assert.equal(fourth.status, 503)
      if (!fourth.socket.closed) await once(fourth.socket.resume(), 'close')
      three[0]!.socket.destroy()
      // The server learns of the end a moment later than we do.
      let next: { socket: Socket; status: number }
      do next = await opened(port)
      while (next.status === 503)
      assert.equal(next.status, 200)
      for (const { socket } of [...three, next]) socket.destroy()
      await site.close()
    })
  }

  it('that idle are ended after the time that their answers named, not before, and not while they work · M02.38', async (t) => {
    const { promise: late, resolve: finish } = Promise.withResolvers<{ ok: boolean }>()
    const waiting = implement({ root: contract.root }, { root: () => late })
    const [site, slow] = [
      await openSite({ routes, connectionLimits: { ...hurry, keepAliveTimeout: 1000 } }),
      await openSite({ routes: waiting, connectionLimits: { ...hurry, keepAliveTimeout: 1 } }),
    ]
    t.after(() => Promise.all([site.close(), slow.close()]))
    const dial = (url: string) => connect(Number(new URL(url).port), '127.0.0.1').setEncoding('latin1')
    const socket = dial(site.url)
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    const [answer] = (await once(socket, 'data')) as [string]
    const answered = performance.now()
    assert.match(answer, /keep-alive: timeout=1\r/i)

    const busy = dial(slow.url)
    busy.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    // A request's beginning is work, too, and whoever does not go on with it is too slow, not idle.
    const begun = dial(slow.url)
    begun.write('GET / HTTP/1.1\r\nHo')
    let cut = ''
    begun.on('data', (chunk: string) => (cut += chunk))
    await Promise.all([once(socket, 'close'), once(begun, 'close')])
    assert.ok(performance.now() - answered >= 999)
    assert.match(cut, /^HTTP\/1\.1 408 /)

    finish({ ok: true })
    assert.match(((await once(busy, 'data')) as [string])[0], /^HTTP\/1\.1 200 /)
    await once(busy, 'close')
  })

  it('end after as many requests as they may carry', async () => {
    const site = await openSite({ routes, connectionLimits: { requestsPerConnection: 2 } })
    const get = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'
    const received = await site.raw(get + get, /connection: close/i)
    assert.equal(received.match(/HTTP\/1\.1 200/g)?.length, 2)
    await site.close()
  })

  it('that choose HTTP/2 and then say nothing are cut', async () => {
    const folder = certificateFolder()
    const pair = folder.write('localhost', folder.issue(['localhost']))
    const tls = { certificates: certificates({ pairs: [pair] }), h2: true, clients: 'none', allowedHosts: [] } as const
    const site = await openSite({ routes, tls, connectionLimits: hurry })
    const socket = connectTls({
      port: Number(new URL(site.url).port),
      host: '127.0.0.1',
      ca: folder.authority.certificate,
      servername: 'localhost',
      ALPNProtocols: ['h2'],
    })
    socket.on('error', () => {}).resume()
    await once(socket, 'close')
    await site.close()
    folder.remove()
  })
})
