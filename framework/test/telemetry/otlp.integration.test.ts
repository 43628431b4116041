import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { application, type Running } from 'throughline'
import { serverSettings, settings } from 'throughline/config'
import { endpoint } from 'throughline/contract'
import { database, sql, tables } from 'throughline/db'
import { outbound } from 'throughline/fetch'
import { implement } from 'throughline/http'
import { openLog } from 'throughline/log'
import { spanIdOf } from 'throughline/std'
import { bootTest } from 'throughline/testing'
import { assertOtlp, attributesOf, openCollector, type Received } from './collector.ts'

interface SentSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly status: { readonly code: number }
  readonly events?: readonly { readonly name: string }[]
}
const contract = {
  read: endpoint('GET /notes/{id}', { summary: 'Reads', auth: 'none', status: 204 }),
  fail: endpoint('GET /fail', { summary: 'Fails', auth: 'none', status: 204 }),
}
const on = tables<{ notes: { id: number } }>()

function notes(other: string) {
  return application({
    name: 'notes',
    version: '1.2.3',
    settings: settings(serverSettings),
    wire: ({ log, clock, metrics }) => {
      const db = database('pglite:memory', { log, clock, meter: metrics })
      const outside = outbound({ log, clock, allow: ['127.0.0.1'] })
      return {
        resources: [db, outside],
        prepare: async () => void (await sql`create table notes (id int)`.execute(on(db))),
        routes: implement(contract, {
          read: async (c) => {
            await on(db).selectFrom('notes').select('id').where('id', '=', 7).execute()
            await (await outside.fetch(`${other}/stock?sku=1`)).text()
            c.log.info('note read', { noteId: c.params.id, apiKey: 'canary-key', sizes: [1, 2.5], deep: { ok: true } })
          },
          fail: () => {
            throw new Error('the disk is full')
          },
        }),
      }
    },
  })
}

async function run(t: TestContext, overrides: Record<string, unknown>, env: Record<string, string> = {}): Promise<Running> {
  const other = createServer((_, response) => void response.end('ok')).listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.after(() => other.close())
  const log = openLog({ level: 'info', destination: { write() {} } })
  return bootTest(notes(`http://127.0.0.1:${(other.address() as AddressInfo).port}`), overrides, {
    log,
    sources: { env, argv: [], mode: 'test', overrides: { port: 0, idleLinger: 0, ...overrides } },
  })
}
const inside = (received: Received, resource: string, scope: string, list: string): SentSpan[] => {
  const [first] = received.document[resource] as Record<string, Record<string, unknown>[]>[]
  return first![scope]![0]![list] as SentSpan[]
}
const spansOf = (all: readonly Received[]) =>
  all.filter(({ path }) => path === '/v1/traces').flatMap((one) => inside(one, 'resourceSpans', 'scopeSpans', 'spans'))

describe('a collector', () => {
  it('gets traces, metrics and logs as OTLP says, joined by their ids, and none of the secrets · M17.18, M17.7', async (t) => {
    const collector = await openCollector()
    t.after(() => collector.close())
    const running = await run(t, { otlpUrl: collector.url })
    const response = await fetch(`${running.url}/notes/7?token=canary-token`, { headers: { 'x-api-key': 'canary-header' } })
    const id = response.headers.get('x-request-id')!
    await (await fetch(`${running.url}/fail`)).text()
    const [operation] = running.recorder.find(id)
    await running.close()

    for (const received of collector.all) {
      assertOtlp(received)
      assert.equal(received.headers['content-type'], 'application/json')
      const [{ resource }] = Object.values(received.document)[0] as [{ resource: unknown }]
      const attributes = attributesOf(resource)
      assert.deepEqual([attributes['service.name'], attributes['service.version']], ['notes', '1.2.3'])
      assert.ok(String(attributes['service.instance.id']).endsWith(`-${process.pid}`))
    }
    assert.deepEqual([...new Set(collector.all.map(({ path }) => path))].toSorted(), ['/v1/logs', '/v1/metrics', '/v1/traces'])
    assert.doesNotMatch(JSON.stringify(collector.all), /canary/)

    const spans = spansOf(collector.all).filter(({ traceId }) => traceId === operation!.traceId)
    const server = spans.find(({ kind }) => kind === 2)!
    assert.deepEqual([server.name, server.spanId, server.status.code], ['GET /notes/{id}', operation!.spanId, 0])
    const about = attributesOf(server)
    assert.deepEqual(
      ['http.request.method', 'http.route', 'http.response.status_code', 'url.path'].map((key) => about[key]),
      ['GET', '/notes/{id}', '204', '/notes/7'],
    )
    const sqlSpan = spans.find((span) => attributesOf(span)['db.system.name'] === 'postgresql')!
    assert.deepEqual([sqlSpan.name, sqlSpan.kind], ['select', 3])
    assert.equal(attributesOf(sqlSpan)['db.query.text'], 'select "id" from "notes" where "id" = $1')
    const call = spans.find((span) => attributesOf(span)['server.port'] !== undefined)!
    assert.deepEqual(
      [call.name, call.kind, attributesOf(call)['server.address'], attributesOf(call)['url.path']],
      ['GET', 3, '127.0.0.1', '/stock'],
    )
    const index = operation!.spans.findIndex(({ kind }) => kind === 'fetch')
    assert.equal(call.spanId, spanIdOf(operation!.spanId, index))
    const known = new Set(spans.map(({ spanId }) => spanId))
    for (const { parentSpanId, startTimeUnixNano, endTimeUnixNano } of spans) {
      assert.ok(parentSpanId === undefined || known.has(parentSpanId))
      assert.ok(BigInt(endTimeUnixNano) >= BigInt(startTimeUnixNano))
    }
    const failed = spansOf(collector.all).find(({ name }) => name === 'GET /fail')!
    assert.deepEqual([failed.status.code, failed.events?.[0]?.name], [2, 'exception'])

    const lines = collector.all
      .filter(({ path }) => path === '/v1/logs')
      .flatMap((one) => inside(one, 'resourceLogs', 'scopeLogs', 'logRecords'))
    const line = lines.find((record) => JSON.stringify(record).includes('note read')) as unknown as {
      traceId: string
      severityNumber: number
    }
    assert.deepEqual([line.traceId, line.severityNumber], [operation!.traceId, 9])
    const metrics = collector.all
      .filter(({ path }) => path === '/v1/metrics')
      .flatMap((one) => inside(one, 'resourceMetrics', 'scopeMetrics', 'metrics'))
    const duration = metrics.find(({ name }) => name === 'http_server_request_duration_seconds')
    assert.ok(JSON.stringify(duration).includes(operation!.traceId), 'an exemplar')
  })

  it('is found, and let in, by the variables of OpenTelemetry’s own libraries', async (t) => {
    const collector = await openCollector()
    t.after(() => collector.close())
    const running = await run(
      t,
      {},
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
        OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20key, x-tenant=7',
        OTEL_SERVICE_NAME: 'renamed',
        OTEL_LOGS_EXPORTER: 'none',
      },
    )
    await running.close()
    const { headers, document } = collector.all[0]!
    assert.deepEqual([headers['api-key'], headers['x-tenant']], ['a key', '7'])
    assert.match(JSON.stringify(document), /renamed/)
    assert.deepEqual(
      collector.all.map(({ path }) => path),
      ['/v1/metrics'],
    )
  })

  it('is asked again when it says later, as late as it says, and not when it refuses', async (t) => {
    let busy = 1
    const collector = await openCollector((response, { path }) => {
      if (path === '/v1/metrics') response.writeHead(400).end()
      else if (path === '/v1/logs' || busy-- <= 0) response.end('{}')
      else response.writeHead(503, { 'retry-after': '0' }).end()
    })
    t.after(() => collector.close())
    const running = await run(t, { otlpUrl: collector.url })
    await fetch(`${running.url}/notes/7`)
    await running.close()
    const paths = collector.all.map(({ path }) => path)
    assert.equal(paths.filter((path) => path === '/v1/traces').length, 2)
    assert.equal(paths.filter((path) => path === '/v1/metrics').length, 1)
    const [first, second] = collector.all.filter(({ path }) => path === '/v1/traces')
    assert.deepEqual(first!.document, second!.document)
  })

  it('that never answers slows no request, and a stop by three seconds at most; what it did not take is counted', async (t) => {
    const collector = await openCollector(() => {})
    t.after(() => collector.close())
    const running = await run(t, { otlpUrl: collector.url })
    for (let i = 0; i < 80; i++) await fetch(`${running.url}/fail`)
    await collector.until(({ path }) => path === '/v1/traces')
    const before = performance.now()
    for (let i = 0; i < 20; i++) await fetch(`${running.url}/fail`)
    assert.ok(performance.now() - before < 2_000)
    const stopping = performance.now()
    assert.equal(await running.close(), 0)
    assert.ok(performance.now() - stopping < 6_000)
  })

  it('that is nowhere stops nothing', async (t) => {
    const gone = await openCollector()
    await gone.close()
    const running = await run(t, { otlpUrl: gone.url })
    assert.equal((await fetch(`${running.url}/notes/7`)).status, 204)
    assert.equal(await running.close(), 0)
  })
})
