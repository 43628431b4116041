import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after, describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../../test/http/site.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { testClock } from '../../tools/testing/test-clock.ts'
import { implement } from '../implement.ts'
import { defaultLimits } from './limits.ts'

const contract = {
  root: endpoint('GET /', { summary: 'Root', auth: 'none', returns: z.object({ ok: z.boolean() }) }),
  place: endpoint('POST /', { summary: 'Place', auth: 'none', body: z.object({ text: z.string() }), status: 204 }),
}
const routes = implement(contract, { root: () => ({ ok: true }), place: () => undefined })
const { checkInterval, headersTimeout } = defaultLimits

/** Two descriptors a connection, since both of its ends are here; Node has raised the soft limit to the hard one. */
function affordable(wanted: number): number {
  const { userLimits } = process.report.getReport() as unknown as { userLimits?: { open_files?: { soft: number | 'unlimited' } } }
  const soft = userLimits?.open_files?.soft
  return typeof soft === 'number' ? Math.min(wanted, Math.floor((soft - 100) / 2)) : wanted
}

const many = affordable(2000)
const fewer = many < 2000 ? ` (${many} here: the limit of open files allows no more)` : ''

function slow(port: number, start: string) {
  const socket: Socket = connect(port, '127.0.0.1', () => socket.write(start))
  let received = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => (received += chunk))
  socket.on('error', () => {})
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(received)))
  return { socket, closed }
}

/** By the client's port: what the server sees of a connection. */
const accepted = new Map<number, Socket>()
const accept = (message: unknown) => {
  const { socket } = message as { socket: Socket }
  accepted.set(socket.remotePort!, socket)
}
subscribe('net.server.socket', accept)
after(() => unsubscribe('net.server.socket', accept))

const isUp = async (url: string) => assert.equal((await fetch(url)).status, 200)

/** Asks, and asks again, until it is so. */
async function until(isSo: () => boolean, url: string, signal: AbortSignal) {
  while (!isSo()) {
    signal.throwIfAborted()
    await isUp(url)
  }
}

describe('slow sockets', () => {
  it(`two thousand of them leave the service up, and all are cut: headers by Node's clock, bodies by ours${fewer} · M01.21`, async ({
    signal,
  }) => {
    const clock = testClock()
    // Headers in a hurry, so that nobody waits for longer; everything else as it is by default.
    const site = await openSite({ routes, clock, deadline: 120_000, connectionLimits: { headersTimeout: 6000, checkInterval: 500 } })
    const port = Number(new URL(site.url).port)
    const head = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{'
    const open = async (start: string) => {
      const opened = Array.from({ length: many / 2 }, () => slow(port, start))
      await Promise.all(opened.filter(({ socket }) => socket.connecting).map(({ socket }) => once(socket, 'connect')))
      for (const { socket } of opened) socket.write('"')
      return opened
    }
    const bodies = await open(head)
    await until(() => site.site.inFlight.count === bodies.length, site.url, signal)
    const headers = await open('GET / HTTP/1.1\r\nHost: x\r\nX: ')
    await isUp(site.url)
    assert.equal([...bodies, ...headers].filter(({ socket }) => socket.destroyed).length, 0)
    clock.advance(30_000)
    for (const { closed } of bodies) assert.match(await closed, /^HTTP\/1\.1 408 /)
    await isUp(site.url)
    for (const { closed } of headers) assert.match(await closed, /^HTTP\/1\.1 408 /)
    await isUp(site.url)
    await site.close()
  })

  it('are given up within 15 s of a header section that drips, with the default limits · M01.21', () => {
    assert.ok(headersTimeout + checkInterval <= 15_000)
  })

  for (const [what, start] of [
    ['drips from its first byte', '{'],
    ['comes fast and then drips', `{"text":"${'x'.repeat(3000)}`],
  ] as const)
    it(`are given up within 30 s of a body that ${what}, with the default limits · M01.21`, async ({ signal }) => {
      const clock = testClock()
      const site = await openSite({ routes, clock, deadline: 120_000, bodyLimit: 10_000 })
      const head = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n'
      const { socket, closed } = slow(Number(new URL(site.url).port), head)
      const served = () => site.site.inFlight.count
      await until(() => served() === 1, site.url, signal)
      // The first look, so that what comes now falls into a window that has begun.
      clock.advance(checkInterval)
      const serverSide = accepted.get(socket.localPort!)!
      const send = async (text: string) => {
        const enough = serverSide.bytesRead + text.length
        socket.write(text)
        await until(() => serverSide.bytesRead >= enough, site.url, signal)
      }
      await send(start)
      const before = clock.monotonic()
      while (served() > 0 && clock.monotonic() - before < 60_000) {
        clock.advance(checkInterval)
        if (served() > 0) await send('x'.repeat(50))
      }
      assert.ok(clock.monotonic() - before <= 30_000, `after ${clock.monotonic() - before} ms`)
      assert.match(await closed, /^HTTP\/1\.1 408 /)
      await site.close()
    })
})
