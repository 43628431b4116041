import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'
import { describe, it, type TestContext } from 'node:test'
import * as z from 'zod'
import { operation } from '../../../test/operation.ts'
import { application } from '../../app.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { clientLimits, type ClientTimings } from '../../contract/trace/client-timings.ts'
import { waterfall } from '../../contract/trace/waterfall.ts'
import { implement } from '../../http/implement.ts'
import { systemClock } from '../../std/clock.ts'
import type { Operation } from '../../std/operation.ts'
import { serverSettings, settings } from '../../system/config/index.ts'
import { main } from '../cli/main.ts'
import type { TraceView } from '../console/views.ts'
import { bootTest } from '../testing/boot-test.ts'
import { http } from './fixtures/servers.ts'
import { Resolver } from './dns/resolver.ts'
import { tellConsole } from './tell-console.ts'
import { Tracer } from './tracer.ts'

const read = endpoint('GET /notes/{id}', { summary: 'Reads', auth: 'none', returns: z.object({ id: z.string() }) })
const notes = application({
  name: 'notes',
  version: '1.2.3',
  settings: settings(serverSettings),
  wire: () => ({ routes: implement({ read }, { read: ({ params }) => ({ id: params.id }) }) }),
})

async function throughline(...argv: string[]) {
  const texts = { out: '', err: '' }
  const stream = (name: 'out' | 'err') => ({ write: (part: string) => (texts[name] += part), on: () => undefined })
  const code = await main(argv, { stdout: stream('out'), stderr: stream('err'), env: {}, cwd: () => import.meta.dirname })
  return { code, ...texts }
}

interface Report {
  readonly attempts: readonly (Pick<ClientTimings, 'phases' | 'total'> & { traceId: string; rows: readonly object[] })[]
}

describe('throughline trace', () => {
  for (const mode of ['test', 'production'] as const)
    it(`leaves its half with the console, which then draws what the command drew: ${mode} · M01.1 M01.20`, async (t) => {
      const token = 'g7Kx2mQ9vR4tZ8wL1nB6yD3sF5hJ0pCa'
      const running = await bootTest(notes, { consoleToken: token, traceStore: '0B' }, { sources: { mode } })
      t.after(() => running.close())
      const { code, out, err } = await throughline('trace', `${running.url}/notes/7`, '--times', '2', '--token', token, '--json')
      assert.deepEqual([code, err], [0, ''])
      const { attempts } = JSON.parse(out) as Report
      assert.equal(attempts.length, 2)
      for (const { traceId, phases, total, rows } of attempts) {
        const response = await fetch(`${running.url}/console/api/traces/${traceId}`, { headers: { authorization: `Bearer ${token}` } })
        const { operations, clients } = (await response.json()) as TraceView
        assert.deepEqual([clients[0]?.timings.phases, clients[0]?.timings.total], [phases, total])
        assert.deepEqual(waterfall({ client: clients[0]!.timings, operations }).rows, rows)
      }
    })

  it('says where both halves are shown', async (t) => {
    const running = await bootTest(notes)
    t.after(() => running.close())
    const { out } = await throughline('trace', `${running.url}/notes/7`)
    const [recorded] = running.recorder.newest()
    assert.match(out, new RegExp(`^console +${running.url}/console/requests/${recorded!.id}$`, 'm'))
  })
})

const phase = (name: ClientTimings['phases'][number]['name'], start: number) => ({ name, start, ms: 1, note: '' })
const timings: ClientTimings = { startedAt: 0, total: 2, spanId: 'c'.repeat(16), phases: [phase('request', 0), phase('waiting', 1)] }
const own = operation({ id: 'r 1', parentId: timings.spanId!, startedAt: 5 })

async function consoleOf(t: TestContext, status: number) {
  const told: { readonly request: IncomingMessage; readonly half: ClientTimings }[] = []
  const { port, close } = await http((request, response) => {
    void json(request).then((half) => {
      told.push({ request, half: half as ClientTimings })
      response.writeHead(status).end()
    })
  })
  t.after(close)
  const resolver = new Resolver({
    clock: systemClock,
    system: { servers: [], search: [], dots: 1, hosts: new Map() },
    chain: false,
    addresses: ['127.0.0.1'],
  })
  const tracer = new Tracer({ clock: systemClock, resolver, timeout: 10_000, insecure: false, ca: [], reconnect: false })
  t.after(() => tracer.close())
  const tell = (host: string, token: string | undefined, init: { operations?: readonly Operation[]; timings?: ClientTimings } = {}) =>
    tellConsole(tracer, { origin: new URL(`http://${host}:${port}/`), token, timings, operations: [own], ...init })
  return { told, tell }
}

describe("the client's half", () => {
  it('is not missed where it is refused', async (t) => {
    const { told, tell } = await consoleOf(t, 404)
    assert.equal(await tell('127.0.0.1', undefined), undefined)
    assert.equal(told.length, 1)
  })

  it('goes with the token, and without one to this machine only: others could pretend to have a console', async (t) => {
    const { told, tell } = await consoleOf(t, 204)
    assert.equal(await tell('shop.example', undefined), undefined)
    assert.equal(told.length, 0)
    assert.match((await tell('shop.example', 'right'))!, /^http:\/\/shop\.example:\d+\/console\/requests\/r%201$/)
    assert.deepEqual(
      [told[0]!.request.url, told[0]!.request.headers.authorization],
      ['/console/api/operations/r%201/client', 'Bearer right'],
    )
  })

  it('belongs to the request that it sent, or else to the first one of its trace', async (t) => {
    const { told, tell } = await consoleOf(t, 204)
    const later = { ...own, id: 'later', parentId: 'd'.repeat(16), startedAt: 9 }
    const first = { ...later, id: 'first', startedAt: 1 }
    await tell('127.0.0.1', undefined, { operations: [later, first, own] })
    await tell('127.0.0.1', undefined, { operations: [later, first, { ...first, kind: 'job', startedAt: 0 }] })
    assert.deepEqual(
      told.map(({ request }) => request.url),
      ['/console/api/operations/r%201/client', '/console/api/operations/first/client'],
    )
    assert.equal(await tell('127.0.0.1', undefined, { operations: [] }), undefined)
  })

  it('is cut to what a console takes', async (t) => {
    const { told, tell } = await consoleOf(t, 204)
    const long = { name: 'n'.repeat(300), start: 0, ms: 0, note: 'x'.repeat(5_000) }
    const phases = [{ ...timings.phases[0]!, note: long.note, parts: Array.from({ length: 100 }, () => long) }, timings.phases[1]!]
    await tell('127.0.0.1', undefined, { timings: { ...timings, phases } })
    const [sent] = told[0]!.half.phases
    assert.deepEqual(
      [sent!.note.length, sent!.parts!.length, sent!.parts![0]!.name.length, sent!.parts![0]!.note.length],
      [clientLimits.note, clientLimits.parts, clientLimits.name, clientLimits.note],
    )
  })
})
