import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { describe, it, type TestContext } from 'node:test'
import * as z from 'zod'
import { certificateFolder, certificates } from '../../../test/http/certificates.ts'
import { openSite } from '../../../test/http/site.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { testClock } from '../../tools/testing/test-clock.ts'
import { implement } from '../implement.ts'

const Numbered = z.object({ n: z.int() })
const contract = {
  echo: endpoint('POST /echo', { summary: 'Echo', auth: 'none', body: Numbered, returns: Numbered, status: 200 }),
  wait: endpoint('GET /wait', { summary: 'Wait', auth: 'none', returns: Numbered }),
}

type Options = Partial<Parameters<typeof openSite>[0]>

/** A site whose `/wait` answers when the test lets it. */
async function open(t: TestContext, options: Options = {}) {
  const waiting: (() => void)[] = []
  const arrivals: (() => void)[] = []
  let calls = 0
  const routes = implement(contract, {
    echo: ({ body }) => {
      calls++
      return body
    },
    wait: async () => {
      const gate = Promise.withResolvers<void>()
      waiting.push(gate.resolve)
      arrivals.shift()?.()
      await gate.promise
      return { n: 0 }
    },
  })
  const site = await openSite({ routes, ...options })
  t.after(() => site.close())
  return {
    ...site,
    port: Number(new URL(site.url).port),
    calls: () => calls,
    /** Resolves when the next `/wait` is under way. */
    arrived: () => new Promise<void>((resolve) => arrivals.push(resolve)),
    release: () => waiting.splice(0).forEach((resolve) => resolve()),
  }
}

const post = (n: number) => {
  const body = JSON.stringify({ n })
  return `POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}
const get = 'GET /wait HTTP/1.1\r\nHost: x\r\n\r\n'

async function dial(t: TestContext, port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1')
  t.after(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

/** Sends a request and resolves to its answer, which is small enough for one packet. */
async function ask(socket: Socket, request: string): Promise<string> {
  const answered = once(socket, 'data')
  socket.write(request)
  return ((await answered) as [string])[0]
}

describe('connections when the server drains', () => {
  it('are told with the answer that is under way, and the request behind it is not run · M18.4', async (t) => {
    const { port, listener, arrived, release, calls } = await open(t)
    const socket = await dial(t, port)
    const here = arrived()
    const answer = ask(socket, get)
    await here
    listener.drain()
    socket.write(post(1))
    release()
    assert.match(await answer, /^HTTP\/1\.1 200 [\s\S]*\r\nconnection: close\r\n/i)
    await once(socket, 'close')
    assert.equal(calls(), 0)
  })

  it('are still accepted until the server closes, each for one answer; then they are refused · M18.3', async (t) => {
    const { port, listener } = await open(t)
    listener.drain()
    const socket = await dial(t, port)
    assert.match(await ask(socket, post(1)), /^HTTP\/1\.1 200 [\s\S]*connection: close/i)
    await listener.close()
    await assert.rejects(dial(t, port), { code: 'ECONNREFUSED' })
  })

  it('that idle are kept for the linger: who sends meanwhile is answered, the others end after it · M18.4', async (t) => {
    const clock = testClock()
    const { port, listener } = await open(t, { clock, linger: 1_000 })
    const [sender, idle, silent] = [await dial(t, port), await dial(t, port), await dial(t, port)]
    assert.doesNotMatch(await ask(sender, post(1)), /connection: close/i)
    assert.doesNotMatch(await ask(idle, post(2)), /connection: close/i)
    const [idleEnds, silentEnds] = [once(idle, 'close'), once(silent, 'close')]
    const closed = listener.close()
    // Its timer is set when the port is closed: until then there are no connections to be refused.
    while (
      await dial(t, port).then(
        (socket) => socket.destroy(),
        () => undefined,
      )
    );
    clock.advance(999)
    assert.match(await ask(sender, post(3)), /^HTTP\/1\.1 200 [\s\S]*connection: close/i)
    assert.deepEqual([idle.readyState, silent.readyState], ['open', 'open'])
    clock.advance(1)
    await Promise.all([idleEnds, silentEnds, closed])
  })

  it('do not keep the server waiting when they have nothing to do with it any more', async (t) => {
    const { port, listener } = await open(t, { clock: testClock(), linger: 60_000 })
    const socket = await dial(t, port)
    await ask(socket, post(1))
    const closed = listener.close()
    socket.end()
    await closed
  })

  it('that come again and again find the port open or closed, and never a reset · M18.4', async (t) => {
    const { port, listener } = await open(t)
    const outcomes = new Map<string, number>()
    let connected = 0
    const enough = Promise.withResolvers<void>()
    const client = async () => {
      for (;;) {
        const outcome = await new Promise<string>((resolve) => {
          const socket = connect(port, '127.0.0.1', () => {
            if (++connected === 200) enough.resolve()
            socket.write(post(1))
          })
          socket.once('data', () => resolve('answered')).once('error', (error: NodeJS.ErrnoException) => resolve(error.code!))
          socket.once('end', () => resolve('cut'))
        })
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
        if (outcome !== 'answered') return
      }
    }
    const clients = Promise.all(Array.from({ length: 50 }, client))
    await enough.promise
    await listener.close()
    await clients
    assert.deepEqual([...outcomes.keys()].toSorted(), ['ECONNREFUSED', 'answered'])
    assert.equal(outcomes.get('ECONNREFUSED'), 50)
  })
})

describe('encrypted connections when the server drains', () => {
  const withTls = async (t: TestContext, options: Options = {}) => {
    const folder = certificateFolder()
    t.after(() => folder.remove())
    const pair = folder.write('localhost', folder.issue(['localhost']))
    const tls = { certificates: certificates({ pairs: [pair] }), h2: true, clients: 'none', allowedHosts: [] } as const
    return { ...(await open(t, { tls, ...options })), ca: folder.authority.certificate }
  }

  it('that speak HTTP/1.1 are told with the answer under way, and end · M18.4', async (t) => {
    const { port, ca, listener, arrived, release } = await withTls(t)
    const secure = () => {
      const socket = connectTls({ port, host: '127.0.0.1', ca, servername: 'localhost', ALPNProtocols: ['http/1.1'] })
      t.after(() => socket.destroy())
      return socket.setEncoding('latin1')
    }
    const [asking, silent] = [secure(), secure()]
    await Promise.all([once(asking, 'secureConnect'), once(silent, 'secureConnect')])
    const here = arrived()
    const answer = ask(asking, get)
    await here
    const silentEnds = once(silent.resume(), 'close')
    listener.drain()
    const closed = listener.close()
    release()
    assert.match(await answer, /^HTTP\/1\.1 200 [\s\S]*connection: close/i)
    await Promise.all([closed, silentEnds])
  })

  it('that speak HTTP/2 get GOAWAY: what is under way is answered, what crossed it is refused unseen · M18.4', async (t) => {
    const { port, ca, listener, arrived, release, calls } = await withTls(t)
    const session = connectHttp2(`https://127.0.0.1:${port}`, { ca, servername: 'localhost' })
    t.after(() => session.destroy())
    await once(session, 'connect')
    const here = arrived()
    const early = session.request({ ':path': '/wait' }).resume()
    await here
    const goaway = once(session, 'goaway')
    listener.drain()
    // GOAWAY is on its way, and this client does not know yet.
    const late = session.request({ ':path': '/echo', ':method': 'POST', 'content-type': 'application/json' }).end('{"n":1}')
    await assert.rejects(once(late, 'response'), { message: /NGHTTP2_REFUSED_STREAM/ })
    assert.equal(((await goaway) as [number])[0], 0)
    const ended = once(session, 'close')
    const answered = once(early, 'response') as Promise<[Record<string, unknown>]>
    release()
    assert.equal((await answered)[0][':status'], 200)
    assert.equal(calls(), 0)
    const closed = listener.close()
    await Promise.all([closed, ended])
  })

  it('that begin while it drains are told after their first answer · M18.3', async (t) => {
    const { port, ca, listener } = await withTls(t)
    listener.drain()
    const session = connectHttp2(`https://127.0.0.1:${port}`, { ca, servername: 'localhost' })
    t.after(() => session.destroy())
    const goaway = once(session, 'goaway')
    const stream = session.request({ ':path': '/nothing' }).resume()
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>]
    assert.equal(headers[':status'], 404)
    await Promise.all([goaway, once(session, 'close')])
    await listener.close()
  })
})

describe('a port', () => {
  it('may be shared with a second server, which serves alone when the first one has closed · M18.12', async (t) => {
    const first = await open(t, { reusePort: true })
    await assert.rejects(openSite({ routes: [], port: first.port }), { code: 'port-in-use' })
    const second = await open(t, { reusePort: true, port: first.port })
    await first.listener.close()
    for (let n = 0; n < 20; n++) assert.match(await ask(await dial(t, first.port), post(n)), /^HTTP\/1\.1 200 /)
    assert.equal(second.calls(), 20)
    await second.listener.close()
    await assert.rejects(dial(t, first.port), { code: 'ECONNREFUSED' })
  })
})
