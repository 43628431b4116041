import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, describe, it } from 'node:test'
import { parseTraceContext } from '../../std/trace-context.ts'
import { main } from '../cli/main.ts'
import { authority as dnsAuthority, nameServers } from './fixtures/name-servers.ts'
import { authority, h2, http, leaf, selfSigned, type Running } from './fixtures/servers.ts'

interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

interface Terminal {
  readonly env?: Record<string, string>
  readonly columns?: number
}

async function throughline(argv: readonly string[], { env = {}, columns }: Terminal = {}): Promise<Outcome> {
  const texts = { out: '', err: '' }
  const stream = (name: 'out' | 'err') => ({
    write: (text: string) => (texts[name] += text),
    on: () => undefined,
    ...(columns !== undefined && { isTTY: true, columns }),
  })
  const code = await main(argv, { stdout: stream('out'), stderr: stream('err'), env, cwd: () => folder })
  return { code, ...texts }
}

interface Report {
  readonly attempts: readonly {
    readonly traceId: string
    readonly total: number
    readonly phases: readonly { name: string; start: number; ms: number; note: string }[]
    readonly dns?: { answeredBy: string; queries: number; records: object[]; hops: { role: string }[] }
    readonly tcp: { reused: boolean; age?: number }
    readonly tls?: { resumed: boolean; alpn: string }
    readonly answer?: { status: number; httpVersion: string; headers: [string, string][] }
    readonly failure?: { code: string; message: string; fix: string }
    readonly server: { operations?: { name: string }[]; absent?: string }
    readonly rows: readonly { name: string; depth: number; state: string; side: string }[]
  }[]
}

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'trace-'))
  writeFileSync(join(folder, 'ca.pem'), authority.certificate)
})
after(() => rmSync(folder, { recursive: true }))

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

function served(running: Running): Running {
  open.push(running)
  return running
}

async function traced(...argv: string[]): Promise<Report & { code: number }> {
  const { code, out, err } = await throughline(['trace', ...argv, '--json'])
  assert.equal(err, '')
  return { code, ...(JSON.parse(out) as Report) }
}

/** A server with a console that gives out what it recorded of the requests before, `late` questions later. */
async function recording({ token, late = 0, hop, empty = false }: { token?: string; late?: number; hop?: string; empty?: boolean } = {}) {
  const seen: IncomingMessage[] = []
  let questions = 0
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const json = (status: number, content: object, type = 'application/json') =>
      response.writeHead(status, { 'content-type': type }).end(JSON.stringify(content))
    // It has no place for a client's half, which nobody misses.
    if (request.url!.startsWith('/console/api/operations/')) return response.writeHead(404).end()
    const asked = /^\/console\/api\/traces\/([\w-]+)$/.exec(request.url!)?.[1]
    if (asked === undefined) {
      seen.push(request)
      return response.end('done')
    }
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`)
      return json(401, { code: 'unauthenticated' }, 'application/problem+json')
    const found = seen.map(operationOf).filter(({ id, traceId }) => traceId === asked || id === asked)
    if (questions++ >= late && found.length > 0) return json(200, { operations: found })
    return empty ? json(200, { operations: [] }) : json(404, { code: 'not-found' }, 'application/problem+json')
  }
  const operationOf = (request: IncomingMessage, index: number) => {
    const { traceId, parentId } = parseTraceContext(request.headers['traceparent'] as string, undefined)!
    const spans = [{ name: 'handle', kind: 'stage', parent: -1, start: 0.1, end: 0.2 }]
    const http = {
      method: 'GET',
      target: request.url!,
      version: '1.1',
      requestHeaders: [],
      responseHeaders: [['content-length', '4']],
      responseBytes: 4,
    }
    const common = {
      kind: 'request',
      name: 'GET /orders',
      startedAt: Date.now(),
      ms: 0.3,
      status: 200,
      outcome: 'ok',
      kept: 'asked',
      dropped: 0,
      logs: [],
    }
    return { id: `request-${index}`, traceId, spanId: `000000000000000${index}`, parentId: hop ?? parentId, spans, http, ...common }
  }
  const { port } = served(await http(answer))
  return { url: `http://127.0.0.1:${port}`, seen, questions: () => questions }
}

describe('throughline trace', () => {
  it('prints phases that add up to the total within a millisecond, and the same numbers as JSON · M01.1', async () => {
    const { port } = served(await h2(leaf(), (_, response) => response.end('hello')))
    const url = `https://localhost:${port}/orders?x=1`
    const flags = ['--ca', join(folder, 'ca.pem'), '--resolve', '127.0.0.1']
    const report = await traced(url, ...flags)
    const [attempt] = report.attempts
    assert.equal(report.code, 0)
    assert.deepEqual(
      attempt!.phases.map(({ name }) => name),
      ['dns', 'tcp', 'tls', 'request', 'waiting', 'content'],
    )
    assert.ok(Math.abs(attempt!.phases.reduce((sum, { ms }) => sum + ms, 0) - attempt!.total) < 1)
    assert.deepEqual([attempt!.answer?.status, attempt!.tls?.alpn], [200, 'h2'])

    const { out } = await throughline(['trace', url, ...flags], { columns: 100 })
    // oxlint-disable-next-line no-control-regex -- colours are control characters
    const plain = out.replaceAll(/\u001b\[\d+m/g, '')
    const total = Number(/ ([\d.]+) ms {2}trace/.exec(plain)![1])
    const shown = [...plain.matchAll(/^(?:dns|tcp|tls|request|waiting|content) .*? (\d+\.\d\d)(?= |$)/gm)].map(([, ms]) => Number(ms))
    assert.equal(shown.length, 6)
    assert.ok(Math.abs(shown.reduce((sum, ms) => sum + ms, 0) - total) < 1, `${shown.join()} and ${total}`)
    assert.match(plain, /certificate {2}localhost · by Test authority · for localhost, 127\.0\.0\.1 · until .* \(88 days left\)/)
    const picture = plain.split('\n\n')[1]!
    assert.ok(picture.split('\n').every(({ length }) => length <= 100))
    assert.notEqual(plain, out)
    assert.ok(!(await throughline(['trace', url, ...flags], { columns: 100, env: { NO_COLOR: '1' } })).out.includes('\u001b'))
  })

  it('walks from the root of the name servers that it is given, and asks nobody the second time · M01.2', async () => {
    const { port } = served(await http((_, response) => response.setHeader('connection', 'close').end()))
    const servers = await nameServers({
      '127.0.0.2': dnsAuthority({ name: '', lines: ['test NS ns.test 60', 'ns.test A 127.0.0.3 60'] }),
      '127.0.0.3': dnsAuthority({ name: 'test', lines: ['shop.test NS ns.shop.test 60', 'ns.shop.test A 127.0.0.4 60'] }),
      '127.0.0.4': dnsAuthority({ name: 'shop.test', lines: ['www.shop.test CNAME api.shop.test 60', 'api.shop.test A 127.0.0.1 60'] }),
    })
    open.push(servers)
    const { attempts } = await traced(
      `http://www.shop.test:${port}/`,
      '--dns-server',
      `127.0.0.2:${servers.port}`,
      '--dns-chain',
      '--times',
      '2',
    )
    const [first, second] = attempts
    assert.deepEqual([...new Set(first!.dns!.hops.map(({ role }) => role))].slice(0, 3), ['root', 'tld', 'authority'])
    assert.equal(first!.dns!.queries, servers.log.length)
    assert.deepEqual([second!.dns!.queries, second!.dns!.answeredBy], [0, 'cache'])
    assert.ok(first!.rows.some(({ name, depth }) => name === 'tld test' && depth === 1))
    assert.match(first!.phases[0]!.note, /^the authority said · alias of api\.shop\.test · 127\.0\.0\.1 · ttl 60 s · \d queries$/)
  })

  it('gives unknown names, failing servers and others their own codes and exit statuses · M01.3', async () => {
    const servers = await nameServers({
      '127.0.0.2': ({ name }) => (name.startsWith('ill') ? { code: 2 } : { authoritative: true, code: 3, authorities: [' SOA 60 60'] }),
    })
    open.push(servers)
    const flags = ['--dns-server', `127.0.0.2:${servers.port}`, '--times', '2']
    const [unknown, failed] = [await traced('http://none.test/', ...flags), await traced('http://ill.test/', ...flags)]
    assert.deepEqual([unknown.code, unknown.attempts[0]?.failure?.code], [68, 'dns-name-unknown'])
    assert.deepEqual([failed.code, failed.attempts[0]?.failure?.code], [69, 'dns-failed'])
    // A name that is not there is remembered; a failure is not.
    assert.deepEqual([unknown.attempts[1]?.dns?.queries, failed.attempts[1]?.dns?.queries], [0, 2])
    assert.deepEqual(
      unknown.attempts[0]?.phases.map(({ name }) => name),
      ['dns'],
    )
  })

  it('shows a connection that was open already, and how old it was · M01.4', async () => {
    const { port } = served(await http((_, response) => response.end('ok')))
    const { attempts } = await traced(`http://127.0.0.1:${port}/`, '--times', '3')
    assert.deepEqual(
      attempts.map(({ tcp, phases }) => [tcp.reused, phases[1]!.ms === 0]),
      [
        [false, false],
        [true, true],
        [true, true],
      ],
    )
    assert.match(attempts[2]!.phases[1]!.note, /^reused · age/)
    const { out } = await throughline(['trace', `http://127.0.0.1:${port}/`, '--times', '2'])
    assert.match(out, /^tcp +0\.00 {2}reused · age [\d.]+ ms$/m)
  })

  it('resumes TLS when it connects again · M01.5', async () => {
    const { port } = served(await h2(leaf(), (_, response) => response.end('ok')))
    const { attempts } = await traced(
      `https://localhost:${port}/`,
      '--ca',
      join(folder, 'ca.pem'),
      '--resolve',
      '127.0.0.1',
      '--times',
      '2',
      '--reconnect',
    )
    assert.deepEqual(
      attempts.map(({ tls }) => tls?.resumed),
      [false, true],
    )
  })

  it('stops at a certificate that nobody signed, says what to do, and looks further when told to · M01.5', async () => {
    const { port } = served(await h2(selfSigned(), (_, response) => response.end('ok')))
    const url = `https://localhost:${port}/`
    const refused = await throughline(['trace', url, '--resolve', '127.0.0.1'])
    assert.equal(refused.code, 76)
    assert.match(refused.out, /^tls .*failed: TLSv1\.3 .*NOT TRUSTED · certificate-untrusted$/m)
    assert.match(refused.out, /The certificate of localhost \(issued by localhost\) is signed by itself\.\n.*--ca FILE.*--insecure/)
    const further = await throughline(['trace', url, '--resolve', '127.0.0.1', '--insecure'])
    assert.equal(further.code, 0)
    assert.match(further.out, /Not trusted, and asked all the same: The certificate of localhost/)
  })

  it('masks the cookies of an answer, and moves no cursor with a header · M01.1', async () => {
    const { port } = served(
      await http((_, response) => {
        response.setHeader('set-cookie', 'session=very-secret; HttpOnly')
        response.writeHead(301, { location: '/next\u0085' }).end()
      }),
    )
    const url = `http://127.0.0.1:${port}/`
    const [json, { out }] = [await throughline(['trace', url, '--json']), await throughline(['trace', url])]
    assert.doesNotMatch(json.out + out, /very-secret/)
    assert.match(json.out, /session=…; HttpOnly/)
    assert.match(out, /leads to +\/next·? \(not followed: trace it by itself\)/)
  })

  it('sends a method, headers and a body as they were given · M01.1', async () => {
    const { url, seen } = await recording()
    writeFileSync(join(folder, 'body.json'), '{"sku":"A"}')
    const { code } = await traced(
      url,
      '--method',
      'PUT',
      '--header',
      'X-One: 1',
      '--header',
      'x-one: 2',
      '--header',
      'Accept: text/html',
      '--data',
      `@${join(folder, 'body.json')}`,
    )
    assert.equal(code, 0)
    const [request] = seen
    assert.equal(request!.method, 'PUT')
    assert.equal(request!.headers['x-one'], '1, 2')
    assert.deepEqual(
      [request!.headers['accept'], request!.headers['content-type'], request!.headers['content-length']],
      ['text/html', 'application/json', '11'],
    )
  })

  it('refuses what it cannot ask for, and repeats no secret · M01.1', async () => {
    const cases: [string[], RegExp][] = [
      [[], /Which URL\?/],
      [['localhost:3000'], /"localhost:3000" is no URL of http or https\.\nWrite it in full: http:\/\/localhost:3000/],
      [['ftp://x/'], /is no URL/],
      [['http://u:pa55word@x/'], /user and a password/],
      [['http://x/', 'http://y/'], /One URL at a time/],
      [['http://x/', '--method', 'get'], /get is no method/],
      [['http://x/', '--header', 'nothing'], /Name: value/],
      [['http://x/', '--header', 'x: pa55word\u0001'], /no header may have/],
      [['http://x/', '--header', 'Host: other'], /follows from the URL/],
      [['http://x/', '--times', '0'], /1 to 100/],
      [['http://x/', '--timeout', '5'], /with its unit/],
      [['http://x/', '--resolve', 'name'], /no IP address/],
      [['http://x/', '--dns-server', 'ns.example'], /an address and a port/],
      [['http://x/', '--data', '@/nowhere/at/all'], /cannot be read/],
      [['http://x/', '--ca', '/nowhere/at/all'], /cannot be read/],
      [['http://x/', '--token', 'pa55word\n'], /no header may have/],
    ]
    for (const [argv, message] of cases) {
      const { code, err, out } = await throughline(['trace', ...argv])
      assert.deepEqual([code, out], [64, ''], argv.join(' '))
      assert.match(err, message)
      assert.doesNotMatch(err, /pa55word/)
    }
  })
})

describe("the server's half", () => {
  it('is drawn below the waiting, joined by the trace that the request began · M01.20', async () => {
    const { url, seen } = await recording()
    const { attempts } = await traced(url, '--times', '2')
    for (const [index, { traceId, rows, server }] of attempts.entries()) {
      const sent = parseTraceContext(seen[index]!.headers['traceparent'] as string, undefined)!
      assert.deepEqual([sent.traceId, sent.flags & 1], [traceId, 1])
      assert.equal(server.operations?.length, 1)
      const waiting = rows.findIndex(({ name }) => name === 'waiting')
      assert.deepEqual(
        rows.slice(waiting + 1).map(({ name, depth, state }) => [name, depth, state]),
        [
          ['GET /orders', 1, 'ok'],
          ['handle', 2, 'ok'],
          ['content', 0, 'ok'],
        ],
      )
    }
    assert.notEqual(attempts[0]!.traceId, attempts[1]!.traceId)
  })

  it('is waited for as long as it takes a record to be written · M01.20', async () => {
    for (const empty of [false, true]) {
      const { url, questions } = await recording({ late: 2, empty })
      assert.equal((await traced(url)).attempts[0]!.server.operations?.length, 1)
      assert.equal(questions(), 3)
    }
  })

  it('shows a hop that recorded nothing as a gap · M01.20', async () => {
    const { url } = await recording({ hop: 'd'.repeat(16) })
    const { attempts } = await traced(url)
    assert.ok(attempts[0]!.rows.some(({ name, state }) => name === 'gap' && state === 'gap'))
    assert.match((await throughline(['trace', url])).out, /gap .*whoever called this \(d{16}\) recorded nothing/)
  })

  it('goes on in the trace that it was given · M01.20', async () => {
    const { url, seen } = await recording()
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
    const { attempts } = await traced(url, '--header', `traceparent: 00-${traceId}-00f067aa0ba902b7-00`)
    assert.equal(attempts[0]!.traceId, traceId)
    assert.equal(seen[0]!.headers['traceparent'], `00-${traceId}-00f067aa0ba902b7-01`)
  })

  it('says why it is missing, once', async () => {
    const plain = served(await http((_, response) => response.writeHead(404).end('nothing here')))
    const never = await recording({ late: 100 })
    const closed = await recording({ token: 'right' })
    const absent = async (...argv: string[]) => (await traced(...argv)).attempts.map(({ server }) => server.absent)
    assert.match((await absent(`http://127.0.0.1:${plain.port}/`))[0]!, /no Throughline console at .* \(it answers 404\)/)
    assert.match((await absent(never.url))[0]!, /keeps no record/)
    assert.equal(never.questions(), 6)
    const [first, second] = await absent(closed.url, '--times', '2')
    assert.match(first!, /is closed \(401\): give --token/)
    assert.equal(first, second)
    assert.match((await absent(closed.url, '--token', 'wrong'))[0]!, /refuses this token/)
    assert.match((await throughline(['trace', closed.url])).out, /^server +not shown: the console at/m)
  })

  it('believes no record that is not shaped like one', async () => {
    const { port } = served(
      await http((_, response) =>
        response.setHeader('content-type', 'application/json').end('{"operations":[{"spans":[{"parent":"x"}]}]}'),
      ),
    )
    const { code, attempts } = await traced(`http://127.0.0.1:${port}/`)
    assert.equal(code, 0)
    assert.match(attempts[0]!.server.absent!, /no Throughline console/)
  })

  it('shows the token to whom it belongs, and to nobody else · M01.20', async () => {
    const { url, seen } = await recording({ token: 'right' })
    const { port } = new URL(url)
    const env = { THROUGHLINE_CONSOLE_TOKEN: 'right' }
    const own = await throughline(['trace', url, '--json'], { env })
    assert.equal((JSON.parse(own.out) as Report).attempts[0]!.server.operations?.length, 1)
    assert.equal(seen[0]!.headers['x-debug-grant'], 'right')
    assert.doesNotMatch(own.out, /right/)
    const elsewhere = [`http://shop.example:${port}`, '--resolve', '127.0.0.1', '--json']
    const stranger = await throughline(['trace', ...elsewhere], { env })
    assert.match((JSON.parse(stranger.out) as Report).attempts[0]!.server.absent!, /is closed/)
    assert.equal(seen[1]!.headers['x-debug-grant'], undefined)
    const named = await throughline(['trace', ...elsewhere], {
      env: { ...env, THROUGHLINE_CONSOLE_URL: `http://shop.example:${port}/console` },
    })
    assert.equal((JSON.parse(named.out) as Report).attempts[0]!.server.operations?.length, 1)
  })
})

describe('throughline explain', () => {
  it('says in sentences why a request went as it did, by its id or that of its trace · M01.16', async () => {
    const { url } = await recording()
    const { attempts } = await traced(url)
    for (const id of ['request-0', attempts[0]!.traceId]) {
      const { code, out } = await throughline(['explain', id, '--url', url])
      assert.equal(code, 0)
      assert.match(out, /^match +It matched GET \/orders\.$/m)
      assert.match(out, /^status +The status is 200/m)
      assert.match(out, /^time +It took 0\.3 ms: 33 % your handler\.$/m)
    }
    const json = JSON.parse((await throughline(['explain', 'request-0', '--url', url, '--json'])).out) as { sentences: { about: string }[] }
    assert.deepEqual(
      json.sentences.map(({ about }) => about),
      ['match', 'status', 'cache', 'compression', 'retry', 'time', 'caused'],
    )
  })

  it('says why it knows nothing', async () => {
    const { url, questions } = await recording()
    const closed = await recording({ token: 'right' })
    const [none, wrong, strange, nobody] = [
      await throughline(['explain']),
      await throughline(['explain', 'request-9', '--url', url]),
      await throughline(['explain', 'request-0', '--url', closed.url]),
      await throughline(['explain', 'request-0', '--url', 'http://127.0.0.1:1']),
    ]
    assert.deepEqual([none.code, wrong.code, strange.code, nobody.code], [64, 66, 66, 66])
    assert.match(wrong.err, /Nothing is known about request-9: the server keeps no record/)
    // Nobody waits for the record of a request that is long over.
    assert.equal(questions(), 1)
    assert.match(strange.err, /is closed \(401\)/)
    assert.match(nobody.err, /ECONNREFUSED/)
  })
})
