import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, describe, it } from 'node:test'
import { ambient } from '../../std/ambient.ts'
import { systemClock } from '../../std/clock.ts'
import { silentLog } from '../../std/log.ts'
import { Spans } from '../../std/spans.ts'
import { metrics } from '../../system/metrics/index.ts'
import { resilience, type Policy } from '../../system/resilience/index.ts'
import { outbound, type Outbound } from './index.ts'

const seen: string[] = []
const opened: Outbound[] = []
let lookups = 0
let port: number
let script: ((response: ServerResponse, request: IncomingMessage) => void)[] = []
const server = createServer((request, response) => {
  seen.push(request.method ?? '')
  const next = script.length > 1 ? script.shift()! : script[0]!
  next(response, request)
})
const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    response.writeHead(code, headers).end(`answer ${code}`)

function setup(policy: Policy<Response> = {}) {
  const all = resilience({ clock: systemClock, log: silentLog, meter: metrics(), random: () => 0 })
  const payments = all.dependency<Response>('payments', policy)
  const resolve = async () => {
    lookups++
    return ['127.0.0.1']
  }
  const client = outbound({
    clock: systemClock,
    log: silentLog,
    resolve,
    allow: ['*.internal'],
    dependencies: { 'payments.internal': payments },
  })
  opened.push(client)
  const ask = (init?: RequestInit) => client.fetch(`http://payments.internal:${port}/`, init)
  return { all, client, ask }
}

describe('an outbound call under a policy', () => {
  before(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  })
  beforeEach(() => {
    seen.length = lookups = 0
    script = [status(200)]
  })
  after(async () => {
    server.closeAllConnections()
    server.close()
    await Promise.all(opened.map((one) => one.close()))
  })

  it('is repeated when the other side is not well and the method may be · M15.2', async () => {
    script = [status(503), status(502), status(200)]
    const response = await setup({ retry: { times: 2 } }).ask()
    assert.deepEqual([response.status, await response.text(), seen], [200, 'answer 200', ['GET', 'GET', 'GET']])
  })

  it('is not repeated when that might do it twice, unless it has an idempotency key · M15.2 M15.9', async () => {
    script = [status(503)]
    const { ask } = setup({ retry: { times: 1 } })
    assert.equal((await ask({ method: 'POST', body: 'x' })).status, 503)
    assert.equal(seen.length, 1)
    assert.equal((await ask({ method: 'POST', body: 'x', headers: { 'idempotency-key': '"a"' } })).status, 503)
    assert.equal(seen.length, 3)
  })

  it('is not repeated when its body can be sent only once', async () => {
    script = [
      (response, request) => {
        request.resume()
        status(503)(response)
      },
    ]
    const { body } = new Response('x')
    const response = await setup({ retry: {} }).ask({ method: 'PUT', body, duplex: 'half' } as RequestInit)
    assert.deepEqual([response.status, seen], [503, ['PUT']])
  })

  it('is repeated, whatever its method, when it was never sent · M15.2', async () => {
    const { client } = setup({ retry: { times: 2 } })
    const closed = createServer().listen(0, '127.0.0.1')
    await once(closed, 'listening')
    const free = (closed.address() as AddressInfo).port
    closed.close()
    await once(closed, 'close')
    await assert.rejects(client.fetch(`http://payments.internal:${free}/`, { method: 'POST', body: 'x' }), { code: 'upstream-failed' })
    assert.equal(lookups, 3)
  })

  it('is no and stays no: an answer below 500 is given at once · M15.3', async () => {
    script = [status(404)]
    assert.equal((await setup({ retry: {} }).ask()).status, 404)
    assert.equal(seen.length, 1)
  })

  it('gives the last answer, whole, when no better one comes · M15.2', async () => {
    script = [status(500)]
    const response = await setup({ retry: { times: 1 } }).ask()
    assert.deepEqual([response.status, await response.text(), seen.length], [500, 'answer 500', 2])
  })

  it('does not wait longer than its policy for a Retry-After, and takes no header for one that is none · M15.8', async () => {
    script = [status(503, { 'retry-after': '60' })]
    const { ask } = setup({ retry: { times: 3, cap: 1_000 } })
    assert.deepEqual([(await ask()).status, seen.length], [503, 1])
    script = [status(429, { 'retry-after': 'soon, or so' }), status(200)]
    assert.equal((await ask()).status, 200)
  })

  it('is refused with 503 and Retry-After, without asking, once the other side is given up · M15.10', async () => {
    script = [status(500)]
    const { ask, all } = setup({ breaker: { minimum: 3, openFor: 7_000 } })
    for (let i = 0; i < 3; i++) await ask()
    await assert.rejects(ask(), { code: 'dependency-unavailable', status: 503, headers: { 'retry-after': '7' } })
    assert.deepEqual([seen.length, all.report()[0]?.state, all.report()[0]?.lastError?.code], [3, 'open', 'upstream-failed'])
  })

  it('answers with the fallback of the dependency · M15.12', async () => {
    script = [status(500)]
    const response = await setup({ fallback: () => Response.json({ from: 'fallback' }) }).ask()
    assert.deepEqual(await response.json(), { from: 'fallback' })
  })

  it('is one row in the trace for every attempt, with the call below it, and one for not being made · M15.2', async () => {
    script = [status(503), status(200)]
    const { ask, all } = setup({ retry: {} })
    const spans = new Spans(systemClock, systemClock.monotonic())
    const request = { id: 'r', route: 'GET /', signal: new AbortController().signal, log: silentLog, spans }
    await ambient.run(request, async () => (await ask()).text())
    all.force('payments', 'open')
    await assert.rejects(ambient.run(request, ask), { code: 'dependency-unavailable' })
    assert.deepEqual(
      spans.list.map(({ kind, name, parent, failed }) => [kind, name, parent, failed]),
      [
        ['attempt', 'payments, attempt 1', -1, 'upstream-failed'],
        ['fetch', `GET payments.internal:${port}`, 0, undefined],
        ['attempt', 'payments, attempt 2', -1, undefined],
        ['fetch', `GET payments.internal:${port}`, 2, undefined],
        ['attempt', 'payments, not asked: open', -1, 'dependency-unavailable'],
      ],
    )
  })

  it('protects from the hosts it was declared for, and leaves others alone', async () => {
    script = [status(500)]
    const { client, all } = setup({ breaker: { minimum: 1 } })
    for (let i = 0; i < 3; i++) assert.equal((await client.fetch(`http://stock.internal:${port}/`)).status, 500)
    assert.equal(all.report()[0]?.calls, 0)
  })
})
