import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { Worker } from 'node:worker_threads'
import { ambient } from '../../src/std/ambient.ts'
import { parseBaggage } from '../../src/std/baggage.ts'
import { systemClock } from '../../src/std/clock.ts'
import { silentLog } from '../../src/std/log.ts'
import { spanIdOf } from '../../src/std/operation.ts'
import { propagated, resumed } from '../../src/std/propagate.ts'
import { span, Spans } from '../../src/std/spans.ts'
import { parseTraceContext } from '../../src/std/trace-context.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const spanId = 'b7ad6b7169203331'
const request = () => ({
  id: 'request-1',
  route: 'POST /images',
  log: silentLog,
  signal: new AbortController().signal,
  trace: parseTraceContext(`00-${traceId}-00f067aa0ba902b7-01`, 'a=1,b=2'),
  spanId,
  spans: new Spans(systemClock, systemClock.monotonic()),
  baggage: parseBaggage('tenant=7'),
  due: systemClock.monotonic() + 60_000,
})

describe('a trace through a worker thread', () => {
  const received: Record<string, unknown>[] = []
  const server = createServer(({ headers }, response) => {
    received.push(headers)
    response.end('ok')
  })
  before(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  after(() => server.close())

  it('goes on to whom the worker calls, below the span that sent it the work, with deadline and baggage · M17.13, M01.20', async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const told = await ambient.run(request(), () =>
      span('shrink in a worker', async () => {
        const workerData = { url, carrier: propagated(systemClock) }
        const [message] = (await once(new Worker(new URL('propagate-worker.ts', import.meta.url), { workerData }), 'message')) as unknown[]
        return message
      }),
    )
    assert.deepEqual(told, {
      id: 'request-1',
      route: 'POST /images',
      lines: [{ requestId: 'request-1', route: 'POST /images', traceId, spanId: spanIdOf(spanId, 0) }],
    })
    const [headers] = received
    assert.equal(headers?.['traceparent'], `00-${traceId}-${spanIdOf(spanId, 0)}-01`)
    assert.equal(headers['tracestate'], 'a=1,b=2')
    assert.equal(headers['baggage'], 'tenant=7')
    assert.equal(headers['x-request-id'], 'request-1')
  })

  it('takes what is on its list along, and nothing else of the request · M08.2', () => {
    const known = { ...request(), actor: { id: 'u', roles: ['admin'] }, startedAt: new Date(0), body: { card: '4111' }, token: 'secret' }
    const sent = ambient.run(known, () => propagated(systemClock))
    assert.deepEqual(Object.keys(sent!), ['id', 'route', 'traceparent', 'tracestate', 'baggage', 'left'])
    assert.doesNotMatch(JSON.stringify(sent), /admin|4111|secret/)
  })

  it('is nothing outside of a request, and its work runs all the same', () => {
    assert.equal(propagated(systemClock), undefined)
    assert.equal(
      resumed(undefined, { log: silentLog }, () => 7),
      7,
    )
  })

  it('ends when the request’s time is over, and takes no malformed context', async () => {
    const carrier = { id: 'x', route: 'y', traceparent: 'nonsense', left: 0 }
    const { trace, signal } = resumed(carrier, { log: silentLog }, () => ambient.get()!)
    assert.equal(trace, undefined)
    if (!signal.aborted) await once(signal, 'abort')
    assert.equal((signal.reason as Error).name, 'TimeoutError')
  })
})
