import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2'
import { after, before, describe, it } from 'node:test'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import * as z from 'zod'
import { certificateFolder, certificates } from '../../../test/http/certificates.ts'
import { frame, get, preface, type } from '../../../test/http/frames.ts'
import { openSite } from '../../../test/http/site.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { stream } from '../../contract/stream.ts'
import { testClock } from '../../tools/testing/test-clock.ts'
import { implement } from '../implement.ts'
import { defaultLimits } from './limits.ts'

const Line = z.object({ from: z.string(), padding: z.string() })
const contract = {
  root: endpoint('GET /', { summary: 'Root', auth: 'none', returns: z.object({ ok: z.boolean() }) }),
  take: endpoint('POST /lines', {
    summary: 'Takes lines',
    auth: 'none',
    body: stream(Line),
    accepts: ['application/x-ndjson'],
    bodyLimit: 2 ** 20,
    returns: z.object({ lines: z.int() }),
    status: 200,
  }),
}

describe('HTTP/2 streams', () => {
  const folder = certificateFolder()
  const pair = folder.write('localhost', folder.issue(['localhost']))
  const clock = testClock()
  const arrived = new Map<string, () => void>()
  const routes = implement(contract, {
    root: () => ({ ok: true }),
    take: async ({ body }) => {
      let lines = 0
      for await (const { from } of body) {
        lines++
        arrived.get(from)?.()
      }
      return { lines }
    },
  })
  const open = (options: Partial<Parameters<typeof openSite>[0]>) =>
    openSite({
      routes,
      tls: { certificates: certificates({ pairs: [pair] }), h2: true, clients: 'none', allowedHosts: [] },
      deadline: 120_000,
      ...options,
    })
  let site: Awaited<ReturnType<typeof open>>
  let session: ClientHttp2Session
  before(async () => {
    site = await open({ clock })
    session = connect(site.url, { ca: folder.authority.certificate, servername: 'localhost' })
  })
  after(async () => {
    session.destroy()
    await site.close()
    folder.remove()
  })

  const post = () => session.request({ ':method': 'POST', ':path': '/lines', 'content-type': 'application/x-ndjson' }, { endStream: false })
  /** Resolves when the handler has it. */
  const line = (to: ClientHttp2Stream, from: string, length: number) => {
    const here = new Promise<void>((resolve) => arrived.set(from, resolve))
    to.write(`${JSON.stringify({ from, padding: 'x'.repeat(length) })}\n`)
    return here
  }
  const step = defaultLimits.checkInterval

  it('that drip are cut with 408, while others of their connection go on · M01.21 M02.38', async () => {
    const slow = post()
    const fast = post()
    const statusOf = async (of: ClientHttp2Stream) => ((await once(of, 'response')) as [Record<string, number>])[0][':status']
    const [cut, answered] = [statusOf(slow), statusOf(fast)]
    const bothAreHere = () => site.site.inFlight.count === 2
    await Promise.all([line(slow, 'slow', 500), line(fast, 'fast', 500)])
    let passed = 0
    for (; bothAreHere() && passed < 60_000; passed += step) {
      clock.advance(step)
      // Under 100 B/s, and well above.
      await Promise.all([bothAreHere() ? line(slow, 'slow', 20) : undefined, line(fast, 'fast', 1000)])
    }
    assert.ok(passed <= 30_000, `after ${passed} ms`)
    assert.equal(await cut, 408)
    fast.end()
    assert.equal(await answered, 200)
    assert.equal(session.closed, false)
    slow.destroy()
  })
})

describe('HTTP/2 header sections', () => {
  const folder = certificateFolder()
  const pair = folder.write('localhost', folder.issue(['localhost']))
  let site: Awaited<ReturnType<typeof openSite>>
  before(async () => {
    site = await openSite({
      routes: implement({ root: contract.root }, { root: () => ({ ok: true }) }),
      tls: { certificates: certificates({ pairs: [pair] }), h2: true, clients: 'none', allowedHosts: [] },
      connectionLimits: { headersTimeout: 300, checkInterval: 50 },
    })
  })
  after(async () => {
    await site.close()
    folder.remove()
  })

  it('that drip after a first request end their connection · M01.21 M02.38', async () => {
    const options = { port: Number(new URL(site.url).port), host: '127.0.0.1', ca: folder.authority.certificate, servername: 'localhost' }
    const socket: TLSSocket = connectTls({ ...options, ALPNProtocols: ['h2'] })
    socket.on('error', () => {})
    const closed = once(socket, 'close')
    await once(socket, 'secureConnect')
    const answered = new Promise<void>((resolve) => {
      socket.on('data', (chunk: Buffer) => {
        if (chunk.includes('{"ok":true}')) resolve()
      })
    })
    socket.write(Buffer.concat([preface, frame(type.headers, 5, 1, get)]))
    await answered
    // A frame that announces 4 KiB, and then a byte of its one long value at a time.
    const value = Buffer.from([0x00, 0x01, 0x61, 0x7f, 0x81, 0x1f])
    const section = Buffer.concat([get, value, Buffer.alloc(4096 - get.length - value.length, 'b')])
    socket.write(frame(type.headers, 5, 3, section).subarray(0, 9 + get.length + value.length))
    const timer = setInterval(() => socket.writable && socket.write('b'), 20)
    await closed
    clearInterval(timer)
  })

  it('that are whole may come as seldom as they like: an idle connection may ping · M02.38', async () => {
    const session = connect(site.url, { ca: folder.authority.certificate, servername: 'localhost' })
    const ask = async () => {
      const [answer] = (await once(session.request({ ':path': '/' }).resume(), 'response')) as [Record<string, number>]
      return answer[':status']
    }
    assert.equal(await ask(), 200)
    const until = performance.now() + 700
    while (performance.now() < until) await new Promise((resolve) => session.ping(resolve))
    assert.equal(await ask(), 200)
    session.destroy()
  })
})
