import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { connect, type TLSSocket } from 'node:tls'
import * as z from 'zod'
import { certificateFolder, certificates } from '../../../test/http/certificates.ts'
import { field, frame, get, preface, type } from '../../../test/http/frames.ts'
import { openSite } from '../../../test/http/site.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { implement } from '../implement.ts'

const contract = { root: endpoint('GET /', { summary: 'Root', auth: 'none', returns: z.object({ ok: z.boolean() }) }) }
describe('an HTTP/2 connection that floods', () => {
  const folder = certificateFolder()
  const pair = folder.write('localhost', folder.issue(['localhost']))
  let site: Awaited<ReturnType<typeof openSite>>
  before(async () => {
    const tls = { certificates: certificates({ pairs: [pair] }), h2: true, clients: 'none', allowedHosts: [] } as const
    const limits = { headersTimeout: 1000, checkInterval: 100, resets: { burst: 50, rate: 5 } }
    site = await openSite({ routes: implement(contract, { root: () => ({ ok: true }) }), tls, connectionLimits: limits })
  })
  after(async () => {
    await site.close()
    folder.remove()
  })

  const dial = () => {
    const port = Number(new URL(site.url).port)
    const options = { port, host: '127.0.0.1', ca: folder.authority.certificate, servername: 'localhost', ALPNProtocols: ['h2'] }
    return new Promise<TLSSocket>((resolve) => {
      const socket: TLSSocket = connect(options, () => resolve(socket))
      socket.on('error', () => {})
    })
  }

  /** Writes as fast as the server takes it, and resolves to how many bytes it took until it closed; `most` is never reached. */
  const flood = async (start: Buffer, repeat: (i: number) => Buffer, most = 64 * 1024 * 1024) => {
    const socket = await dial()
    socket.resume()
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    let sent = start.length
    socket.write(start)
    for (let i = 0; !socket.destroyed && socket.writable && sent < most; i++) {
      const bytes = repeat(i)
      sent += bytes.length
      if (!socket.write(bytes)) await Promise.race([closed, new Promise((resolve) => socket.once('drain', resolve))])
      else if (i % 64 === 63) await new Promise(setImmediate)
    }
    await closed
    return sent
  }

  const isUp = async () => {
    const socket = await dial()
    const answered = new Promise<void>((resolve) => {
      socket.on('data', (chunk: Buffer) => {
        if (chunk.includes('{"ok":true}')) resolve()
      })
    })
    socket.write(Buffer.concat([preface, frame(type.headers, 5, 1, get)]))
    await answered
    socket.destroy()
  }

  for (const [what, start, repeat] of [
    [
      'with CONTINUATION frames without an end',
      Buffer.concat([preface, frame(type.headers, 1, 1, get)]),
      () => frame(type.continuation, 0, 1, field),
    ],
    ['with empty CONTINUATION frames', Buffer.concat([preface, frame(type.headers, 1, 1, get)]), () => frame(type.continuation, 0, 1)],
    [
      'with requests that it resets at once',
      preface,
      (i: number) => Buffer.concat([frame(type.headers, 5, 2 * i + 1, get), frame(type.reset, 0, 2 * i + 1, Buffer.from([0, 0, 0, 8]))]),
    ],
    ['with settings of too many entries', preface, () => frame(type.settings, 0, 0, Buffer.alloc(6 * 64))],
    ['with frames of other protocols', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), () => Buffer.alloc(1024)],
  ] as const) {
    it(`${what} is ended, and the service stays up · M02.38`, async () => {
      const sent = await flood(start, repeat)
      assert.ok(sent < 8 * 1024 * 1024, `${sent} bytes were taken`)
      await isUp()
    })
  }

  it('with pings whose answers it does not read holds no memory, and the service stays up · M02.38', async () => {
    const socket = await dial()
    socket.pause()
    socket.write(preface)
    const before = process.memoryUsage().rss
    const pings = Buffer.concat(Array.from({ length: 1000 }, () => frame(type.ping, 0, 0, Buffer.alloc(8))))
    for (let i = 0; i < 500 && !socket.destroyed && socket.writableLength < 1024 * 1024; i++) {
      socket.write(pings)
      await new Promise(setImmediate)
    }
    await isUp()
    assert.ok(process.memoryUsage().rss - before < 64 * 1024 * 1024)
    socket.destroy()
  })
})
