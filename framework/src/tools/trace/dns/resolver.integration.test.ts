import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import { testClock } from '../../testing/test-clock.ts'
import { systemClock, type Clock } from '../../../std/clock.ts'
import { authority, nameServers, type Answerer, type NameServers } from '../fixtures/name-servers.ts'
import { Resolver, type Lookup, type ResolverOptions } from './resolver.ts'

const never = new AbortController().signal
const nothing = { servers: [], search: [], dots: 1, hosts: new Map<string, string[]>() }

/** A root, a top-level domain and a zone, each on an address of its own. */
const tree: Record<string, Answerer> = {
  '127.0.0.2': authority({ name: '', lines: ['test NS ns.test 3600', 'ns.test A 127.0.0.3 3600'] }),
  '127.0.0.3': authority({ name: 'test', lines: ['shop.test NS ns1.shop.test 1800', 'ns1.shop.test A 127.0.0.4 1800'] }),
  '127.0.0.4': authority({
    name: 'shop.test',
    minimum: 30,
    lines: [
      'api.shop.test A 127.0.0.1 60',
      'api.shop.test AAAA 0:0:0:0:0:0:0:1 60',
      'www.shop.test CNAME web.shop.test 300',
      'web.shop.test CNAME api.shop.test 120',
      'only4.shop.test A 127.0.0.1 60',
      'mail.shop.test TXT hello 60',
      'loop.shop.test CNAME pool.shop.test 60',
      'pool.shop.test CNAME loop.shop.test 60',
    ],
  }),
}

let servers: NameServers | undefined
afterEach(async () => {
  await servers?.close()
  servers = undefined
})

interface Setting {
  clock?: Clock
  first?: string
  chain?: boolean
}

async function resolverOf(answerers: Record<string, Answerer>, { clock = systemClock, first = '127.0.0.2', chain = true }: Setting = {}) {
  servers = await nameServers(answerers)
  const options: ResolverOptions = { clock, system: nothing, server: { address: first, port: servers.port }, chain }
  return new Resolver(options)
}

const seen = ({ hops }: Lookup) =>
  hops.map(({ role, zone, outcome, question }) => [role, zone, outcome, question].filter(Boolean).join(' '))

describe('the chain of name servers', () => {
  it('goes from the root over the top-level domain to the authority, and says who said what · M01.2', async () => {
    const resolver = await resolverOf(tree)
    const found = await resolver.lookup('only4.shop.test', never)
    assert.deepEqual(
      seen(found).filter((line) => line.endsWith('only4.shop.test A')),
      ['root . referral only4.shop.test A', 'tld test referral only4.shop.test A', 'authority shop.test answer only4.shop.test A'],
    )
    assert.deepEqual(found.addresses, [{ address: '127.0.0.1', family: 4 }])
    assert.equal(found.answeredBy, 'authority')
    assert.equal(found.queries, servers!.log.length)
    assert.equal(found.queries, 6)
    assert.ok(found.hops.every(({ server, said }) => /^127\.0\.0\.\d:\d+$/.test(server!) && said !== ''))
  })

  it('shows A, AAAA and every alias with the TTL, IPv6 first · M01.2', async () => {
    const resolver = await resolverOf(tree)
    const { records, addresses } = await resolver.lookup('www.shop.test', never)
    assert.deepEqual(
      addresses.map(({ address }) => address),
      ['::1', '127.0.0.1'],
    )
    const shown = records.map((record) => `${record.name} ${record.type} ${record.ttl}`)
    for (const line of ['www.shop.test CNAME 300', 'web.shop.test CNAME 120', 'api.shop.test AAAA 60', 'api.shop.test A 60'])
      assert.ok(shown.includes(line), line)
    assert.equal(shown.length, 4)
  })

  it('asks nobody within the TTL, and the closest known zone after it · M01.2', async () => {
    const clock = testClock()
    const resolver = await resolverOf(tree, { clock })
    await resolver.lookup('api.shop.test', never)
    clock.advance(20_000)
    const again = await resolver.lookup('api.shop.test', never)
    assert.deepEqual([again.queries, again.answeredBy], [0, 'cache'])
    assert.deepEqual(
      again.records.map(({ ttl }) => ttl),
      [40, 40],
    )
    clock.advance(40_001)
    const later = await resolver.lookup('api.shop.test', never)
    assert.deepEqual([later.queries, later.answeredBy], [2, 'authority'])
    assert.ok(seen(later).includes('cache shop.test referral api.shop.test A'))
  })

  it('asks a resolver once for each family, and names it · M01.2', async () => {
    const recursive: Answerer = ({ name, type }) => ({ recursive: true, answers: type === 'A' ? [`${name} A 127.0.0.1 17`] : [] })
    const resolver = await resolverOf({ '127.0.0.5': recursive }, { first: '127.0.0.5', chain: false })
    const found = await resolver.lookup('api.shop.test', never)
    assert.equal(found.answeredBy, 'resolver')
    assert.equal(found.queries, 2)
    assert.deepEqual(
      found.records.map(({ ttl }) => ttl),
      [17],
    )
  })

  it('follows a server that does not ask others for us · M01.2', async () => {
    const resolver = await resolverOf(tree, { chain: false })
    assert.equal((await resolver.lookup('api.shop.test', never)).answeredBy, 'authority')
  })

  it('asks for the address of a name server that came without one · M01.2', async () => {
    const resolver = await resolverOf({
      ...tree,
      '127.0.0.3': authority({
        name: 'test',
        lines: ['shop.test NS ns.dns.test 60', 'dns.test NS ns1.dns.test 60', 'ns1.dns.test A 127.0.0.5 60'],
      }),
      '127.0.0.5': authority({ name: 'dns.test', lines: ['ns.dns.test A 127.0.0.4 60'] }),
    })
    const { addresses } = await resolver.lookup('only4.shop.test', never)
    assert.equal(addresses[0]?.address, '127.0.0.1')
  })

  it('believes no server about what is not below its zone · M01.2', async () => {
    const resolver = await resolverOf({
      ...tree,
      '127.0.0.3': () => ({
        authorities: ['shop.test NS ns.elsewhere.example 60', 'bank.example NS ns.evil.test 60'],
        additional: ['ns.elsewhere.example A 127.0.0.4 60'],
      }),
    })
    const { failure } = await resolver.lookup('api.shop.test', never)
    // The root knows no "example", and its word counts.
    assert.equal(failure?.code, 'dns-failed')
    assert.match(failure.message, /No server of shop\.test has an address/)
  })
})

describe('names that cannot be resolved', () => {
  it('tells apart: no such name, no address, a server that fails, and silence · M01.3', async () => {
    const clock = testClock()
    const resolver = await resolverOf(
      {
        ...tree,
        '127.0.0.3': authority({
          name: 'test',
          lines: [
            'shop.test NS a.test 60',
            'a.test A 127.0.0.4 60',
            'ill.test NS b.test 60',
            'b.test A 127.0.0.5 60',
            'mute.test NS c.test 60',
            'c.test A 127.0.0.6 60',
          ],
        }),
        '127.0.0.5': () => ({ code: 2 }),
        '127.0.0.6': () => undefined,
      },
      { clock },
    )
    const codeOf = async (name: string) => (await resolver.lookup(name, never)).failure?.code
    assert.equal(await codeOf('none.shop.test'), 'dns-name-unknown')
    assert.equal(await codeOf('mail.shop.test'), 'dns-no-address')
    assert.equal(await codeOf('www.ill.test'), 'dns-failed')
    const silent = codeOf('www.mute.test')
    for (const wait of [1000, 2000]) {
      for (let families = servers!.log.filter((line) => line.startsWith('127.0.0.6')).length, more = 0; more < 2;) {
        await servers!.next()
        more = servers!.log.filter((line) => line.startsWith('127.0.0.6')).length - families
      }
      clock.advance(wait)
    }
    assert.equal(await silent, 'dns-timeout')
  })

  it('remembers an absence for the minimum of the zone, and not longer · M01.3', async () => {
    const clock = testClock()
    const resolver = await resolverOf(tree, { clock })
    await resolver.lookup('none.shop.test', never)
    clock.advance(29_000)
    const again = await resolver.lookup('none.shop.test', never)
    assert.deepEqual([again.queries, again.failure?.code, again.answeredBy], [0, 'dns-name-unknown', 'cache'])
    clock.advance(1001)
    assert.equal((await resolver.lookup('none.shop.test', never)).queries, 2)
  })

  it('remembers no failure of a server · M01.3', async () => {
    let code = 2
    const resolver = await resolverOf({
      '127.0.0.2': ({ name, type }) =>
        code === 2 ? { code } : { authoritative: true, answers: type === 'A' ? [`${name} A 127.0.0.1 9`] : [] },
    })
    assert.match((await resolver.lookup('api.test', never)).failure!.message, /SERVFAIL/)
    code = 0
    assert.equal((await resolver.lookup('api.test', never)).failure, undefined)
  })

  it('does not run in circles: aliases, zones, servers', { timeout: 20_000 }, async () => {
    const circular = authority({ name: 'test', lines: ['a.test NS ns.b.test 60', 'b.test NS ns.a.test 60'] })
    const resolver = await resolverOf({
      ...tree,
      '127.0.0.3': (asked) => (asked.name.endsWith('shop.test') ? tree['127.0.0.3']!(asked) : circular(asked)),
    })
    assert.equal((await resolver.lookup('loop.shop.test', never)).failure?.code, 'dns-failed')
    assert.equal((await resolver.lookup('www.a.test', never)).failure?.code, 'dns-failed')
    assert.ok(servers!.log.length < 120, `${servers!.log.length} questions`)
  })

  it('says that nobody listens where it was told to ask · M01.3', async () => {
    servers = await nameServers({ '127.0.0.2': () => undefined })
    const { port } = servers
    await servers.close()
    servers = undefined
    const resolver = new Resolver({ clock: systemClock, system: nothing, server: { address: '127.0.0.2', port }, chain: false })
    const { failure, answeredBy } = await resolver.lookup('api.test', never)
    assert.deepEqual([failure?.code, answeredBy], ['dns-failed', 'nobody'])
    assert.match(failure!.message, /ECONNREFUSED/)
  })
})

describe('one question to one server', () => {
  const plain: Answerer = ({ name, type }) => ({ authoritative: true, answers: type === 'A' ? [`${name} A 127.0.0.1 60`] : [] })

  it('goes over TCP when the reply does not fit into a packet · M01.2', async () => {
    const resolver = await resolverOf({ '127.0.0.2': (asked) => ({ ...plain(asked), truncated: asked.transport === 'udp' }) })
    const { hops, addresses } = await resolver.lookup('big.test', never)
    assert.ok(hops.every(({ transport, queries }) => transport === 'tcp' && queries === 2))
    assert.equal(addresses.length, 1)
  })

  it('leaves EDNS(0) out when a server takes it for a mistake', async () => {
    const resolver = await resolverOf({ '127.0.0.2': (asked) => (asked.extended ? { code: 1 } : plain(asked)) })
    assert.equal((await resolver.lookup('old.test', never)).failure, undefined)
  })

  it('passes over replies to other questions, and refuses malformed ones', async () => {
    const stale = (query: Buffer) => Buffer.concat([Buffer.of(query[0]! ^ 1), query.subarray(1, 2), Buffer.of(0x80, 3), query.subarray(4)])
    const clock = testClock()
    const resolver = await resolverOf({ '127.0.0.2': () => ({ bytes: stale }) }, { clock })
    const ignored = resolver.lookup('a.test', never)
    while (servers!.log.length < 2) await servers!.next()
    clock.advance(1000)
    while (servers!.log.length < 4) await servers!.next()
    clock.advance(2000)
    assert.equal((await ignored).failure?.code, 'dns-timeout')

    await servers!.close()
    const malformed = await resolverOf({
      '127.0.0.2': () => ({
        bytes: (query) => Buffer.concat([query.subarray(0, 2), Buffer.of(0x80, 0, 0, 1, 0, 9, 0, 0, 0, 0), query.subarray(12, -11)]),
      }),
    })
    const { failure } = await malformed.lookup('a.test', never)
    assert.equal(failure?.code, 'dns-failed')
    assert.match(failure.message, /malformed/)
  })

  it('does not wait for one family when the other has answered and patience is over · M01.3', async () => {
    const clock = testClock()
    const resolver = await resolverOf({ '127.0.0.2': (asked) => (asked.type === 'A' ? plain(asked) : undefined) }, { clock })
    const control = new AbortController()
    let addresses: number | undefined
    const found = resolver.lookup('half.test', control.signal).then((lookup) => (addresses = lookup.addresses.length))
    try {
      while (servers!.log.length < 2) await servers!.next()
      // Its reply arrives some turns after it was sent: only then does the patience begin, of which it takes less than a first try has.
      while (addresses === undefined && clock.monotonic() < 900) {
        clock.advance(1)
        await new Promise((resolve) => setImmediate(resolve))
      }
      assert.equal(addresses, 1)
    } finally {
      control.abort(new Error('over'))
      await found.catch(() => {})
    }
  })

  it('stops when it is told to', async () => {
    const resolver = await resolverOf({ '127.0.0.2': () => undefined })
    const control = new AbortController()
    const found = resolver.lookup('a.test', control.signal)
    await servers!.next()
    control.abort(new Error('enough'))
    await assert.rejects(found, /enough/)
  })
})

describe('names that need no name server', () => {
  const hosts = new Map([['db', ['10.0.0.7']]])
  const resolver = (options: Partial<ResolverOptions> = {}) =>
    new Resolver({ clock: systemClock, system: { ...nothing, hosts }, chain: false, ...options })
  const first = async (name: string, options?: Partial<ResolverOptions>) => {
    const { answeredBy, addresses, queries } = await resolver(options).lookup(name, never)
    return [answeredBy, addresses[0]?.address, queries]
  }

  it('are addresses, localhost, those of the hosts file and of a flag · M01.2', async () => {
    assert.deepEqual(await first('127.0.0.1'), ['url', '127.0.0.1', 0])
    assert.deepEqual(await first('[::1]'), ['url', '::1', 0])
    assert.deepEqual(await first('shop.localhost'), ['localhost', '::1', 0])
    assert.deepEqual(await first('DB.'), ['hosts', '10.0.0.7', 0])
    assert.deepEqual(await first('shop.example', { addresses: ['192.0.2.1'] }), ['flag', '192.0.2.1', 0])
  })

  it('say so when there is nobody to ask', async () => {
    assert.equal((await resolver().lookup('shop.example', never)).failure?.code, 'dns-failed')
  })

  it('get the search suffixes of the system first when they are short · M01.2', async () => {
    servers = await nameServers({ '127.0.0.2': authority({ name: '', lines: ['api.prod.test A 127.0.0.1 60'] }) })
    const system = { ...nothing, search: ['dev.test', 'prod.test'], servers: [{ address: '127.0.0.2', port: servers.port }] }
    const found = await new Resolver({ clock: systemClock, system, chain: false }).lookup('api', never)
    assert.equal(found.name, 'api.prod.test')
    assert.equal(found.queries, 4)
  })
})
