import assert from 'node:assert/strict'
import { once } from 'node:events'
import { afterEach, describe, it } from 'node:test'
import { systemClock } from '../../std/clock.ts'
import { testClock } from '../testing/test-clock.ts'
import { Resolver } from './dns/resolver.ts'
import { nameServers } from './fixtures/name-servers.ts'
import { authority, h2, http, https, leaf, selfSigned, tcp, type Running } from './fixtures/servers.ts'
import { Tracer, type Attempt, type TracerOptions } from './tracer.ts'

const system = { servers: [], search: [], dots: 1, hosts: new Map([['localhost', ['127.0.0.1']]]) }

const open: { close(): void }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

function served(running: Running): Running {
  open.push(running)
  return running
}

function tracer(options: Partial<TracerOptions> = {}): Tracer {
  const { clock = systemClock } = options
  const made = new Tracer({
    clock,
    resolver: new Resolver({ clock, system, chain: false }),
    timeout: 10_000,
    insecure: false,
    ca: [authority.certificate],
    reconnect: false,
    ...options,
  })
  open.push(made)
  return made
}

const get = (url: string, body?: Buffer) => ({ url: new URL(url), method: body === undefined ? 'GET' : 'POST', headers: [], body })
const names = ({ timings }: Attempt) => timings.phases.map(({ name }) => name)
const phase = ({ timings }: Attempt, wanted: string) => timings.phases.find(({ name }) => name === wanted)!

function addsUp({ timings: { phases, total } }: Attempt): void {
  const sum = phases.reduce((all, { ms }) => all + ms, 0)
  assert.ok(Math.abs(sum - total) < 0.001, `${sum} and ${total}`)
  let at = 0
  for (const { name, start, ms } of phases) {
    assert.ok(Math.abs(start - at) < 0.0005, `${name} begins at ${start}, but what is before it ends at ${at}`)
    at = start + ms
  }
}

describe('a traced request', () => {
  it('is six phases without a gap, and their sum is the total · M01.1', async () => {
    const { port } = served(await https(leaf(), (_, response) => response.end('hello')))
    const attempt = await tracer().attempt(get(`https://localhost:${port}/`), 'a'.repeat(16))
    assert.equal(attempt.failure, undefined)
    assert.deepEqual(names(attempt), ['dns', 'tcp', 'tls', 'request', 'waiting', 'content'])
    addsUp(attempt)
    assert.ok(attempt.timings.phases.every(({ ms }) => ms >= 0))
    assert.deepEqual([attempt.answer?.status, attempt.answer?.bytes, attempt.answer?.httpVersion], [200, 5, '1.1'])
  })

  it('measures the waiting of the client where the server took its time · M01.1', async () => {
    const clock = testClock()
    const { port } = served(
      await http((_, response) => {
        clock.advance(30)
        response.end('ok')
      }),
    )
    const attempt = await tracer({ clock }).attempt(get(`http://127.0.0.1:${port}/`), '')
    const ms = (name: string) => phase(attempt, name).ms
    // The clock stands still but for the server, so every other phase took no time at all.
    assert.deepEqual([ms('dns'), ms('tcp'), ms('request') + ms('waiting'), ms('content'), attempt.timings.total], [0, 0, 30, 0, 30])
  })

  it('sends what it was given, and reads bodies of any length · M01.1', async () => {
    let seen = ''
    const { port } = served(
      await http((request, response) => {
        request.setEncoding('utf8').on('data', (text: string) => (seen += text))
        request.on('end', () => response.end('x'.repeat(5 << 20)))
      }),
    )
    const attempt = await tracer().attempt(get(`http://127.0.0.1:${port}/`, Buffer.from('{"sku":1}')), '')
    assert.equal(seen, '{"sku":1}')
    assert.equal(attempt.answer?.bytes, 5 << 20)
    assert.match(phase(attempt, 'request').note, /9 bytes of body/)
    addsUp(attempt)
  })

  it('shows a redirect and does not follow it · M01.1', async () => {
    let requests = 0
    const { port } = served(
      await http((_, response) => {
        requests++
        response.writeHead(302, { location: '/elsewhere' }).end()
      }),
    )
    const { answer } = await tracer().attempt(get(`http://127.0.0.1:${port}/`), '')
    assert.deepEqual([answer?.status, requests], [302, 1])
  })

  it('notes what came before the answer · M01.1', async () => {
    const { port } = served(
      await http((_, response) => {
        response.writeEarlyHints({ link: '</a.css>; rel=preload' })
        response.end()
      }),
    )
    const { answer } = await tracer().attempt(get(`http://127.0.0.1:${port}/`), '')
    assert.deepEqual(answer?.interim, [103])
  })
})

describe('a connection', () => {
  it('costs nothing when it is open already, and tells its age · M01.4', async () => {
    const { port, server } = served(await http((_, response) => response.end('ok')))
    let connections = 0
    server.on('connection', () => connections++)
    const one = tracer()
    const first = await one.attempt(get(`http://127.0.0.1:${port}/`), '')
    const second = await one.attempt(get(`http://127.0.0.1:${port}/`), '')
    assert.equal(first.reusedAfter, undefined)
    assert.deepEqual([phase(second, 'dns').ms, phase(second, 'tcp').ms], [0, 0])
    assert.match(phase(second, 'tcp').note, /^reused · age [\d.]+ ms$/)
    assert.ok(second.reusedAfter! > 0)
    assert.equal(connections, 1)
    addsUp(second)
  })

  it('is opened anew when the server closed it, or when it is asked for · M01.4', async () => {
    const { port } = served(await http((_, response) => response.setHeader('connection', 'close').end('ok')))
    const one = tracer()
    await one.attempt(get(`http://127.0.0.1:${port}/`), '')
    assert.equal((await one.attempt(get(`http://127.0.0.1:${port}/`), '')).reusedAfter, undefined)

    const other = served(await http((_, response) => response.end('ok')))
    const anew = tracer({ reconnect: true })
    await anew.attempt(get(`http://127.0.0.1:${other.port}/`), '')
    assert.equal((await anew.attempt(get(`http://127.0.0.1:${other.port}/`), '')).reusedAfter, undefined)
  })

  it('prefers IPv6, and falls back to IPv4 when nobody listens there; both are shown · M01.3', async () => {
    const { port } = served(await http((_, response) => response.end('ok')))
    const hosts = new Map([['both.test', ['127.0.0.1', '::1']]])
    const resolver = new Resolver({ clock: systemClock, system: { ...system, hosts }, chain: false })
    const attempt = await tracer({ resolver }).attempt(get(`http://both.test:${port}/`), '')
    assert.deepEqual(
      attempt.tries?.map(({ family, outcome }) => [family, outcome]),
      [
        [6, 'refused'],
        [4, 'won'],
      ],
    )
    assert.match(phase(attempt, 'tcp').note, /127\.0\.0\.1 · IPv4 won/)
    assert.deepEqual(
      phase(attempt, 'tcp').parts?.map(({ name }) => name),
      ['IPv6', 'IPv4'],
    )
  })
})

describe('TLS', () => {
  it('shows version, cipher, ALPN, server name, chain and days to expiry · M01.5', async () => {
    const { port } = served(await h2(leaf({ days: 30 }), (_, response) => response.end('two')))
    const attempt = await tracer().attempt(get(`https://localhost:${port}/`), '')
    const { tls, answer } = attempt
    assert.equal(attempt.failure, undefined)
    assert.deepEqual([tls?.version, tls?.alpn, tls?.serverName, tls?.resumed, tls?.roundTrips], ['TLSv1.3', 'h2', 'localhost', false, 1])
    assert.match(tls!.cipher, /^TLS_/)
    assert.deepEqual(
      tls?.chain.map(({ subject, issuer, selfSigned: own }) => [subject, issuer, own]),
      [
        ['localhost', 'Test authority', false],
        ['Test authority', 'Test authority', true],
      ],
    )
    assert.deepEqual(tls?.chain[0]?.names, ['localhost', '127.0.0.1'])
    assert.equal(tls?.chain[0]?.daysLeft, 28)
    assert.match(phase(attempt, 'tls').note, /full handshake · 1 round trip · 28 days left/)
    assert.deepEqual([answer?.httpVersion, answer?.status, answer?.bytes], ['2', 200, 3])
    addsUp(attempt)
  })

  it('uses an HTTP/2 connection again · M01.4', async () => {
    const { port } = served(await h2(leaf(), (_, response) => response.end('two')))
    const one = tracer()
    await one.attempt(get(`https://localhost:${port}/`, Buffer.from('body')), '')
    const second = await one.attempt(get(`https://localhost:${port}/`), '')
    assert.deepEqual([phase(second, 'tcp').ms, phase(second, 'tls').ms, phase(second, 'tls').note], [0, 0, 'reused'])
    assert.equal(second.answer?.httpVersion, '2')
  })

  it('resumes on a new connection, and says so · M01.5', async () => {
    for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
      const { port } = served(await https(leaf(), (_, response) => response.end('ok'), { maxVersion }))
      const one = tracer({ reconnect: true })
      const [first, second] = [
        await one.attempt(get(`https://localhost:${port}/`), ''),
        await one.attempt(get(`https://localhost:${port}/`), ''),
      ]
      assert.deepEqual([first.tls?.resumed, first.tls?.roundTrips], [false, maxVersion === 'TLSv1.3' ? 1 : 2])
      assert.deepEqual([second.tls?.resumed, second.tls?.roundTrips, second.failure], [true, 1, undefined])
      assert.match(phase(second, 'tls').note, new RegExp(`${maxVersion} .*resumed · 1 round trip`))
    }
  })

  it('tells whether the server stapled proof that its certificate is not revoked · M01.5', async () => {
    const { port, server } = served(await https(leaf(), (_, response) => response.end('ok')))
    assert.equal((await tracer().attempt(get(`https://localhost:${port}/`), '')).tls?.ocspStapled, false)
    server.on('OCSPRequest', (_: Buffer, __: Buffer, staple: (error: null, response: Buffer) => void) =>
      staple(null, Buffer.from('stapled')),
    )
    assert.equal((await tracer().attempt(get(`https://localhost:${port}/`), '')).tls?.ocspStapled, true)
  })

  it('names the certificate that is not to be trusted, and why · M01.5', async () => {
    const day = 86_400_000
    const stranger = leaf({ issuer: selfSigned() })
    const cases = [
      { issued: selfSigned(), message: /^The certificate of localhost \(issued by localhost\) is signed by itself/, fix: /--ca/ },
      { issued: leaf({ from: new Date(Date.now() - 90 * day), days: 30 }), message: /of localhost .* expired on \d{4}-/, fix: /Renew/ },
      { issued: leaf({ from: new Date(Date.now() + day) }), message: /is valid from \d{4}-/, fix: /clock/ },
      { issued: leaf({ names: ['shop.test'] }), message: /speaks for shop\.test, and not for localhost/, fix: /one for localhost/ },
      { issued: stranger, message: /has an issuer that the server did not send/, fix: /Let the server send/ },
    ]
    for (const { issued, message, fix } of cases) {
      const { port } = served(await https(issued, (_, response) => response.end('secret')))
      const refused = await tracer().attempt(get(`https://localhost:${port}/`), '')
      assert.equal(refused.failure?.code, 'certificate-untrusted')
      assert.match(refused.failure.message, message)
      assert.match(refused.failure.fix, fix)
      assert.match(refused.failure.fix, /--insecure/)
      assert.deepEqual([names(refused).at(-1), refused.answer], ['tls', undefined])
      assert.equal(refused.tls?.chain[0]?.subject, 'localhost')
      assert.match(phase(refused, 'tls').note, /NOT TRUSTED/)
      addsUp(refused)
      const further = await tracer({ insecure: true }).attempt(get(`https://localhost:${port}/`), '')
      assert.equal(further.answer?.status, 200)
      assert.match(further.tls!.distrust!.message, message)
    }
  })

  it('names an authority in the chain that nobody knows · M01.5', async () => {
    const unknown = leaf()
    const { port } = served(
      await https({ ...unknown, certificate: unknown.certificate + authority.certificate }, (_, response) => response.end()),
    )
    const { failure } = await tracer({ ca: [] }).attempt(get(`https://localhost:${port}/`), '')
    assert.match(failure!.message, /^The certificate of Test authority .* is an authority that this machine does not know/)
  })
})

describe('a request that fails', () => {
  it('says that nobody listens · M01.1', async () => {
    const { port, close } = await tcp(() => {})
    close()
    const attempt = await tracer().attempt(get(`http://127.0.0.1:${port}/`), '')
    assert.equal(attempt.failure?.code, 'server-unreachable')
    assert.match(attempt.failure.message, /ECONNREFUSED/)
    assert.equal(phase(attempt, 'tcp').failed, true)
    addsUp(attempt)
  })

  it('says what it waited for when the time is over, in every phase · M01.1', async () => {
    const silent = served(await tcp(() => {}))
    const halfway = served(
      await tcp((socket) => socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'))),
    )
    const cases = [
      { url: `https://localhost:${silent.port}/`, server: silent, phase: 'tls', message: /the TLS handshake had not ended/ },
      { url: `http://localhost:${silent.port}/`, server: silent, phase: 'waiting', message: /^3 s are over, and the first byte/ },
      { url: `http://localhost:${halfway.port}/`, server: halfway, phase: 'content', message: /the rest of the answer/ },
    ]
    for (const { url, server, phase: wanted, message } of cases) {
      const clock = testClock()
      const pending = tracer({ clock, timeout: 3_000 }).attempt(get(url), '')
      const [socket] = (await once(server.server, 'connection')) as [NodeJS.ReadableStream]
      await once(socket, 'data')
      // What the server wrote has to arrive first: some turns of the event loop, and no time.
      for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
      clock.advance(3_000)
      const attempt = await pending
      assert.equal(attempt.failure?.code, 'server-timeout')
      assert.match(attempt.failure.message, message)
      assert.deepEqual([names(attempt).at(-1), attempt.timings.total], [wanted, 3_000])
      assert.equal(clock.waiting, 0)
    }
  })

  it('says that no name server answered when the time is over before their own is · M01.3', async () => {
    const clock = testClock()
    const servers = await nameServers({ '127.0.0.2': () => undefined })
    open.push({ close: () => void servers.close() })
    const resolver = new Resolver({ clock, system, server: { address: '127.0.0.2', port: servers.port }, chain: false })
    const pending = tracer({ clock, resolver, timeout: 500 }).attempt(get('http://shop.test/'), '')
    while (servers.log.length < 2) await servers.next()
    clock.advance(500)
    const { failure, timings } = await pending
    assert.equal(failure?.code, 'dns-timeout')
    assert.match(failure.message, /^0\.5 s are over, and no name server had answered\.$/)
    assert.deepEqual([timings.phases.map(({ name }) => name), timings.total, clock.waiting], [['dns'], 500, 0])
  })

  it('says where an answer broke off, over HTTP/1.1 · M01.1', async () => {
    const cases: [string, RegExp][] = [
      ['', /^The connection ended before the answer/],
      ['HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf', /^The answer broke off after 4 of 10 bytes/],
      ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n', /^The answer broke off after 4 bytes/],
      ['SSH-2.0-OpenSSH_9.9\r\n', /^What the server sends is no HTTP\/1\.1/],
    ]
    for (const [bytes, message] of cases) {
      const { port } = served(await tcp((socket) => socket.once('data', () => socket.end(bytes))))
      const attempt = await tracer().attempt(get(`http://127.0.0.1:${port}/`), '')
      assert.equal(attempt.failure?.code, 'answer-broken')
      assert.match(attempt.failure.message, message)
      addsUp(attempt)
    }
  })

  it('says where an answer broke off, over HTTP/2 · M01.1', async () => {
    const { port } = served(
      await h2(leaf(), (request, response) => {
        const { stream } = response as unknown as { stream: { close(code: number): void } }
        if (request.url === '/at-once') return stream.close(11)
        response.writeHead(200, { 'content-length': 10 })
        response.write('half', () => stream.close(2))
      }),
    )
    const before = await tracer().attempt(get(`https://localhost:${port}/at-once`), '')
    assert.match(before.failure!.message, /^The connection ended before the answer: .*ENHANCE_YOUR_CALM/)
    const within = await tracer().attempt(get(`https://localhost:${port}/`), '')
    assert.equal(within.failure?.code, 'answer-broken')
    assert.match(within.failure.message, /broke off after \d of 10 bytes: .*INTERNAL_ERROR/)
  })

  it('goes on with a new connection afterwards', async () => {
    let first = true
    const { port } = served(
      await http((request, response) => {
        if (first) request.socket.destroy()
        else response.end('ok')
        first = false
      }),
    )
    const one = tracer()
    assert.equal((await one.attempt(get(`http://127.0.0.1:${port}/`), '')).failure?.code, 'answer-broken')
    assert.equal((await one.attempt(get(`http://127.0.0.1:${port}/`), '')).answer?.status, 200)
  })

  it('says that a port speaks no TLS · M01.5', async () => {
    const { port } = served(await http((_, response) => response.end()))
    const { failure } = await tracer().attempt(get(`https://localhost:${port}/`), '')
    assert.equal(failure?.code, 'tls-failed')
    assert.match(failure.message, /failed: (wrong version number|packet length too long|.*record.*)\.$/)
  })
})
