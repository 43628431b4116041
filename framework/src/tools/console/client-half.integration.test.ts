import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { operation } from '../../../test/operation.ts'
import { application, type Running } from '../../app.ts'
import { endpoint } from '../../contract/endpoint.ts'
import type { ClientTimings } from '../../contract/trace/client-timings.ts'
import { waterfall } from '../../contract/trace/waterfall.ts'
import { implement } from '../../http/implement.ts'
import { serverSettings, settings } from '../../system/config/index.ts'
import { bootTest } from '../testing/boot-test.ts'
import { ClientHalves } from './client-halves.ts'
import type { TraceView } from './views.ts'

const read = endpoint('GET /notes/{id}', { summary: 'Reads', auth: 'none', returns: z.object({ id: z.string() }) })
const notes = application({
  name: 'notes',
  version: '1.2.3',
  settings: settings(serverSettings),
  wire: () => ({ routes: implement({ read }, { read: ({ params }) => ({ id: params.id }) }) }),
})
const token = 'g7Kx2mQ9vR4tZ8wL1nB6yD3sF5hJ0pCa'

const timings: ClientTimings = {
  startedAt: 1_700_000_000_000,
  total: 60,
  phases: [
    { name: 'dns', start: 0, ms: 5, note: 'a resolver knew', parts: [{ name: 'resolver', start: 1, ms: 3, note: 'A shop.test' }] },
    { name: 'tcp', start: 5, ms: 5, note: '' },
    { name: 'request', start: 10, ms: 1, note: '' },
    { name: 'waiting', start: 11, ms: 40, note: '' },
    { name: 'content', start: 51, ms: 9, note: '' },
  ],
}
const sent = { name: 'request', start: 0, ms: 0, note: '' }
const only = { name: 'waiting', start: 0, ms: 60, note: '' }
const withPhases = (...phases: readonly object[]) => ({ ...timings, phases })

async function readTrace(running: Running, id: string, headers: Record<string, string> = {}): Promise<TraceView> {
  return (await (await fetch(`${running.url}/console/api/traces/${id}`, { headers })).json()) as TraceView
}

function put(running: Running, id: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${running.url}/console/api/operations/${id}/client`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

describe('the client’s half of a request', () => {
  let running: Running
  before(async () => void (running = await bootTest(notes)))
  after(() => running.close())
  const ask = async (id: string) => void (await (await fetch(`${running.url}/notes/7`, { headers: { 'x-request-id': id } })).text())

  it('is kept with the request that it is about, and drawn around what the server did · M01.1 M01.20', async () => {
    await ask('client-half-1')
    assert.deepEqual((await readTrace(running, 'client-half-1')).clients, [])
    assert.equal((await put(running, 'client-half-1', timings)).status, 204)
    const { operations, clients } = await readTrace(running, 'client-half-1')
    assert.deepEqual(clients, [{ spanId: operations[0]!.spanId, timings }])
    const { rows } = waterfall({ client: clients[0]!.timings, operations })
    const waiting = rows.findIndex(({ name }) => name === 'waiting')
    assert.deepEqual([rows[waiting + 1]!.name, rows[waiting + 1]!.depth], ['GET /notes/{id}', 1])
    const sum = rows.filter(({ side, depth }) => side === 'client' && depth === 0).reduce((all, { ms }) => all + ms, 0)
    assert.ok(Math.abs(sum - timings.total) <= 1)
  })

  it('is replaced by what is told later', async () => {
    await ask('client-half-2')
    await put(running, 'client-half-2', timings)
    await put(running, 'client-half-2', withPhases(sent, only))
    const { clients } = await readTrace(running, 'client-half-2')
    assert.deepEqual(clients[0]!.timings.phases, [sent, only])
  })

  it('of a request that nobody recorded is 404, and so is that of a trace', async () => {
    await ask('client-half-3')
    const { traceId } = await readTrace(running, 'client-half-3')
    assert.equal((await put(running, 'nobody', timings)).status, 404)
    assert.equal((await put(running, traceId, timings)).status, 404)
  })

  it('is refused with numbers that no request has, texts that nobody reads, and what it does not know', async () => {
    await ask('client-half-4')
    const wrong: readonly [body: unknown, status: number][] = [
      [withPhases({ ...only, ms: -1 }), 422],
      [withPhases({ ...only, start: -0.5 }), 422],
      [JSON.stringify({ ...timings, total: 1 }).replace('"total":1', '"total":1e999'), 400],
      [{ ...timings, total: 900_001 }, 422],
      [{ ...timings, startedAt: -1 }, 422],
      [{ ...timings, spanId: '<script>' }, 422],
      [{ ...timings, html: '' }, 422],
      [withPhases(), 422],
      [withPhases({ ...only, name: 'lunch' }), 422],
      [withPhases({ ...only, failed: 'yes' }), 422],
      [withPhases({ ...only, note: 'x'.repeat(401) }), 422],
      [withPhases({ ...only, parts: [{ ...only, name: 'x'.repeat(101) }] }), 422],
      [withPhases({ ...only, parts: Array.from({ length: 65 }, () => only) }), 422],
      ['null', 422],
      ['{', 400],
      [' '.repeat(40_000) + JSON.stringify(timings), 413],
      // Each of these is well formed, and none of them is the sequence of a request that ends with the total.
      [withPhases(only), 400],
      [withPhases({ ...only, name: 'request' }), 400],
      [withPhases(sent, sent, only), 400],
      [withPhases(only, { ...sent, start: 60 }), 400],
      [withPhases(sent, { ...only, start: 5, ms: 55 }), 400],
      [withPhases(sent, { ...only, ms: 58 }), 400],
    ]
    for (const [body, status] of wrong)
      assert.equal((await put(running, 'client-half-4', body)).status, status, JSON.stringify(body)?.slice(0, 200))
    assert.deepEqual((await readTrace(running, 'client-half-4')).clients, [])
  })

  it('ends with the total: a part that goes on is cut there, or it would stretch the axis', async () => {
    await ask('client-half-5')
    const parts = [
      { ...only, name: 'one', start: 50, ms: 800_000 },
      { ...only, name: 'other', start: 700, ms: 1 },
    ]
    assert.equal((await put(running, 'client-half-5', withPhases(sent, { ...only, parts }))).status, 204)
    const { clients, operations } = await readTrace(running, 'client-half-5')
    assert.deepEqual(
      clients[0]!.timings.phases[1]!.parts!.map(({ start, ms }) => [start, ms]),
      [
        [50, 10],
        [60, 0],
      ],
    )
    assert.equal(waterfall({ client: clients[0]!.timings, operations }).span, 60)
  })

  it('is taken from nobody whom the console is closed to', async (t) => {
    const closed = await bootTest(notes, { consoleToken: token, traceStore: '0B' }, { sources: { mode: 'production' } })
    t.after(() => closed.close())
    const grant = { 'x-debug-grant': token, 'x-request-id': 'client-half-6' }
    await (await fetch(`${closed.url}/notes/7`, { headers: grant })).text()
    const authorization = `Bearer ${token}`
    assert.equal((await put(closed, 'client-half-6', timings)).status, 401)
    assert.equal((await put(closed, 'client-half-6', timings, { authorization: 'Bearer guess' })).status, 401)
    assert.equal((await put(running, 'client-half-1', timings, { 'sec-fetch-site': 'cross-site' })).status, 401)
    const [recorded] = closed.recorder.newest()
    assert.equal((await put(closed, recorded!.id, timings, { authorization })).status, 204)
    assert.equal((await readTrace(closed, recorded!.id, { authorization })).clients.length, 1)
  })

  it('is forgotten with its request: nothing is held that the recorder has let go of', () => {
    const halves = new ClientHalves()
    const request = operation()
    halves.keep(request, timings)
    assert.equal(halves.of([request]).length, 1)
    // The same ids in a newer operation are another request.
    assert.deepEqual(halves.of([operation()]), [])
  })
})
