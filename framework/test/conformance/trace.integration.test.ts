import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { bootTest } from 'throughline/testing'
import { conformance } from './app.ts'

const id = '12345678901234567890123456789012'
const parent = `00-${id}-1234567890123456-01`

/** What the cases of the W3C's suite look at on the wire; the rest of them are in `std/trace-context.test.ts`. */
describe('W3C Trace Context, over the wire', () => {
  const arrived: IncomingMessage[] = []
  const harness = createServer((message, response) => {
    arrived.push(message)
    response.end()
  })
  let app: Awaited<ReturnType<typeof bootTest>>
  let callback: string

  before(async () => {
    app = await bootTest(conformance)
    harness.listen(0, '127.0.0.1')
    await once(harness, 'listening')
    callback = `http://127.0.0.1:${(harness.address() as AddressInfo).port}/`
  })
  after(async () => {
    await app.close()
    harness.close()
  })

  /** Header lines go out as they are, which `fetch` would not do. */
  async function trace(lines: readonly string[], calls = 1): Promise<IncomingMessage['headers'][]> {
    arrived.length = 0
    const body = JSON.stringify(Array.from({ length: calls }, () => ({ url: callback, arguments: [] })))
    const headers = ['Content-Type', 'application/json', 'Content-Length', String(body.length), 'Host', 'x', ...lines]
    const sent = request(`${app.url}/trace`, { method: 'POST', headers, agent: false })
    sent.end(body)
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    assert.equal(response.resume().statusCode, 204)
    return arrived.map((message) => message.headers)
  }
  const parts = (headers: IncomingMessage['headers'] | undefined) => {
    const match = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(String(headers?.['traceparent']))
    assert.ok(match, String(headers?.['traceparent']))
    return { traceId: match[1]!, parentId: match[2]!, flags: match[3]! }
  }

  it('begins a trace where there is none, and keeps it for the whole request · M08.8', async () => {
    const [first, second] = (await trace([], 2)).map(parts)
    assert.equal(first!.traceId, second!.traceId)
    assert.notEqual(first!.parentId, second!.parentId)
  })

  for (const name of ['traceparent', 'TraceParent', 'TRACEPARENT'])
    it(`continues the one that ${name} names, under a parent of its own · M08.8`, async () => {
      const { traceId, parentId, flags } = parts((await trace([name, parent]))[0])
      assert.deepEqual([traceId, flags], [id, '01'])
      assert.notEqual(parentId, '1234567890123456')
    })

  for (const [what, lines] of Object.entries({
    'two traceparent lines': ['traceparent', parent, 'traceparent', parent],
    'a name that is not it': ['trace-parent', parent],
    'another name that is not it': ['trace.parent', parent],
    'tracestate alone': ['tracestate', 'foo=1'],
  }))
    it(`begins a new one at ${what} · M08.8`, async () => {
      const [headers] = await trace(lines)
      assert.notEqual(parts(headers).traceId, id)
      assert.equal(headers?.['tracestate'], undefined)
    })

  it('joins tracestate lines, empty ones left out, whatever the case of the name · M08.8', async () => {
    const lines = ['TraceState', 'foo=1 , bar=2', 'tracestate', '', 'TRACESTATE', 'baz=3']
    assert.equal((await trace(['traceparent', parent, ...lines]))[0]?.['tracestate'], 'foo=1,bar=2,baz=3')
  })

  it('drops a tracestate that is malformed, and no more · M08.8', async () => {
    const [headers] = await trace(['traceparent', parent, 'tracestate', 'foo=1', 'tracestate', 'foo=2'])
    assert.deepEqual([parts(headers).traceId, headers?.['tracestate']], [id, undefined])
  })

  it('names the request, too, and how long we wait · M08.7', async () => {
    const [headers] = await trace(['x-request-id', 'request-42'])
    assert.equal(headers?.['x-request-id'], 'request-42')
    assert.ok(Number(headers?.['x-request-deadline']) <= 10_000)
  })

  it('lets nobody use /fetch to look at our network, with default settings · M05.38', async () => {
    for (const url of [callback, 'http://169.254.169.254/latest/meta-data/', 'http://[::ffff:127.0.0.1]/', 'http://localhost/']) {
      const response = await fetch(`${app.url}/fetch`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ url }),
      })
      assert.deepEqual([response.status, ((await response.json()) as { code: string }).code], [422, 'address-refused'], url)
    }
  })
})
