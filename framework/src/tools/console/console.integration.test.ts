import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { application, type Running } from '../../app.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { implement } from '../../http/implement.ts'
import { serverSettings, settings } from '../../system/config/index.ts'
import { bootTest } from '../testing/boot-test.ts'
import type { ErrorsView, OperationRow, OperationsView, OverviewView, TraceView } from './views.ts'

const contract = {
  read: endpoint('GET /notes/{id}', { summary: 'Reads', auth: 'none', returns: z.object({ id: z.string() }) }),
  fail: endpoint('GET /fail', { summary: 'Fails', auth: 'none', status: 204 }),
}
const notes = application({
  name: 'notes',
  version: '1.2.3',
  settings: settings(serverSettings),
  wire: () => ({
    routes: implement(contract, {
      read: ({ params }) => ({ id: params.id }),
      fail: () => {
        throw new Error('the disk is full')
      },
    }),
  }),
})
const token = 'g7Kx2mQ9vR4tZ8wL1nB6yD3sF5hJ0pCa'
const production = { sources: { mode: 'production' } } as const

async function get<View>(url: string, headers: Record<string, string> = {}): Promise<{ status: number; view: View; headers: Headers }> {
  const response = await fetch(url, { headers })
  return { status: response.status, view: (await response.json()) as View, headers: response.headers }
}

describe('the console', () => {
  let running: Running
  before(async () => void (running = await bootTest(notes)))
  after(() => running.close())
  const api = <View>(path: string, headers?: Record<string, string>) => get<View>(`${running.url}/console/api${path}`, headers)

  it('says what is running', async () => {
    const { view, headers } = await api<OverviewView>('/overview')
    assert.deepEqual([view.name, view.version, view.mode, view.pid], ['notes', '1.2.3', 'test', process.pid])
    assert.match(headers.get('cache-control')!, /no-store/)
  })

  it('lists what was recorded, newest first, and finds it again by any of its ids · M17.16', async () => {
    await get(`${running.url}/notes/7?q=first`, { 'x-request-id': 'by-caller-1' })
    await get(`${running.url}/fail`)
    const { view } = await api<OperationsView>('/operations?limit=2')
    assert.deepEqual(
      view.rows.map(({ name, status, outcome }) => [name, status, outcome]),
      [
        ['GET /fail', 500, 'failed'],
        ['GET /notes/{id}', 200, 'ok'],
      ],
    )
    for (const id of ['by-caller-1', view.rows[1]!.traceId]) {
      const trace = await api<TraceView>(`/traces/${id}`)
      assert.equal(trace.view.operations[0]?.http?.target, '/notes/7?q=first')
      assert.match(trace.view.sentences.find(({ about }) => about === 'status')?.text ?? '', /200/)
    }
    assert.equal((await api('/traces/0af7651916cd43dd8448eb211c80319c')).status, 404)
  })

  it('does not list what it asks for itself, nor probes', async () => {
    await get(`${running.url}/health/live`)
    await api('/overview')
    const { view } = await api<OperationsView>('/operations')
    assert.ok(view.rows.every(({ name }) => !name.includes('/console') && !name.includes('/health')))
  })

  it('filters by outcome, status, name, time and words, and refuses filters that make no sense', async () => {
    await get(`${running.url}/notes/needle`)
    const find = async (query: string) => (await api<OperationsView>(`/operations?${query}`)).view.rows
    assert.ok((await find('outcome=failed')).every(({ status }) => status === 500))
    assert.deepEqual((await find('text=NEEDLE')).length, 1)
    assert.deepEqual(await find('status=418'), [])
    assert.deepEqual(await find('minMs=60000'), [])
    assert.equal((await api('/operations?status=abc')).status, 422)
  })

  it('shows requests as they end, to whoever watches', async () => {
    const response = await fetch(`${running.url}/console/api/operations/live?text=watched`)
    assert.equal(response.headers.get('content-type'), 'text/event-stream')
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    await get(`${running.url}/notes/unseen`)
    await get(`${running.url}/notes/watched`)
    let text = ''
    while (!text.includes('event: rows')) text += (await reader.read()).value ?? ''
    const { rows } = JSON.parse(/data: (.*)/.exec(text)![1]!) as { rows: OperationRow[] }
    assert.deepEqual(
      rows.map(({ target }) => target),
      ['/notes/watched'],
    )
    await reader.cancel()
  })

  it('lists failures in groups, and keeps what was decided about one · M15.23', async () => {
    for (let i = 0; i < 3; i++) await get(`${running.url}/fail`)
    const { view } = await api<ErrorsView>('/errors')
    const group = view.groups.find(({ message }) => message === 'the disk is full')!
    assert.deepEqual([group.type, group.state, group.routes, group.versions], ['Error', 'open', ['GET /fail'], ['1.2.3']])
    assert.ok(group.count >= 3)
    const mark = (fingerprint: string, body: object) =>
      fetch(`${running.url}/console/api/errors/${fingerprint}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    assert.equal((await mark(group.fingerprint, { state: 'resolved' })).status, 204)
    assert.equal(
      (await api<ErrorsView>('/errors')).view.groups.find(({ fingerprint }) => fingerprint === group.fingerprint)!.state,
      'resolved',
    )
    assert.equal((await mark('0123456789abcdef', { state: 'ignored' })).status, 404)
    assert.equal((await mark(group.fingerprint, { state: 'deleted' })).status, 422)
  })

  it('is not counted among what it shows: a live view is a request of hours', async () => {
    await api('/overview')
    const text = await (await fetch(`${running.url}/metrics`)).text()
    assert.match(text, /route="\/notes\/\{id\}"/)
    assert.doesNotMatch(text, /route="\/console/)
  })

  it('is no part of the API that OpenAPI describes', async () => {
    const { view } = await get<{ paths: object }>(`${running.url}/openapi.json`)
    assert.deepEqual(
      Object.keys(view.paths).filter((path) => path.startsWith('/console/api')),
      [],
    )
  })

  it('is closed to pages of another name that point here (DNS rebinding), and to requests that other sites cause', async () => {
    const { hostname, port } = new URL(running.url)
    const { request } = await import('node:http')
    const status = await new Promise((resolve) => {
      request({ host: hostname, port, path: '/console/api/overview', headers: { host: 'evil.example' } }, (response) => {
        response.resume()
        resolve(response.statusCode)
      }).end()
    })
    assert.equal(status, 401)
    assert.equal((await api('/overview', { 'sec-fetch-site': 'cross-site' })).status, 401)
  })
})

describe('the console in production', () => {
  it('is not there without a token, not even to be refused', async (t) => {
    const running = await bootTest(notes, {}, production)
    t.after(() => running.close())
    assert.equal((await get(`${running.url}/console/api/overview`)).status, 404)
    assert.equal((await fetch(`${running.url}/console/api/overview`, { method: 'OPTIONS' })).status, 404)
  })

  it('opens to its token, as a header or as a cookie that a script cannot read, and to nothing else', async (t) => {
    const running = await bootTest(notes, { consoleToken: token }, production)
    t.after(() => running.close())
    const url = `${running.url}/console/api/overview`
    assert.equal((await get(url)).status, 401)
    assert.equal((await get(url, { authorization: `Bearer ${token}x` })).status, 401)
    assert.equal((await get(url, { authorization: `Bearer ${token}` })).status, 200)
    const signIn = (body: object) =>
      fetch(`${running.url}/console/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    assert.equal((await signIn({ token: 'guess' })).status, 401)
    const cookie = (await signIn({ token })).headers.get('set-cookie')!
    assert.match(cookie, /HttpOnly; SameSite=Strict/)
    const session = cookie.split(';')[0]!
    assert.ok(!session.includes(token))
    assert.equal((await get(url, { cookie: session })).status, 200)
    const [until, signed] = session.split('=')[1]!.split('.')
    assert.equal((await get(url, { cookie: `console-session=${Number(until) + 1}.${signed}` })).status, 401)
  })

  it('keeps failures without bodies, and what its holder asks to have recorded · M17.15', async (t) => {
    // What earlier runs have kept in this folder would be listed as well.
    const running = await bootTest(notes, { consoleToken: token, traceShare: 0, traceStore: '0B' }, production)
    t.after(() => running.close())
    await get(`${running.url}/notes/1`)
    await get(`${running.url}/fail`)
    const traced = await get(`${running.url}/notes/2`, { 'x-debug-grant': token })
    assert.match(traced.headers.get('server-timing')!, /total;dur=/)
    const { view } = await get<OperationsView>(`${running.url}/console/api/operations`, { authorization: `Bearer ${token}` })
    assert.deepEqual(
      view.rows.map(({ target, kept }) => [target, kept]),
      [
        ['/notes/2', 'asked'],
        ['/fail', 'error'],
      ],
    )
    assert.doesNotMatch(JSON.stringify([...running.recorder.newest()]), new RegExp(token))
  })

  it('knows the failures of the process before it, and which release brought one back · M15.23', async (t) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'console-'))
    t.after(() => rm(dataDir, { recursive: true }))
    const authorization = `Bearer ${token}`
    const lines: string[] = []
    const from = async (version: string, work: (url: string, group: ErrorsView['groups'][number]) => Promise<unknown>) => {
      const logTo = { write: (line: string) => void lines.push(line) }
      const running = await bootTest(
        application({ ...notes, version }),
        { consoleToken: token, dataDir, logLevel: 'warn' },
        { ...production, logTo },
      )
      try {
        await get(`${running.url}/fail`)
        const { view } = await get<ErrorsView>(`${running.url}/console/api/errors`, { authorization })
        await work(
          running.url,
          view.groups.find(({ routes }) => routes.includes('GET /fail'))!,
        )
      } finally {
        await running.close()
      }
    }
    await from('1.0.0', async (url, { fingerprint, regressed }) => {
      assert.equal(regressed, false)
      const body = JSON.stringify({ state: 'resolved' })
      const headers = { authorization, 'content-type': 'application/json' }
      assert.equal((await fetch(`${url}/console/api/errors/${fingerprint}`, { method: 'PUT', body, headers })).status, 204)
    })
    await from('1.1.0', async (_, group) => {
      assert.deepEqual([group.count, group.regressed, group.state, group.versions], [2, true, 'open', ['1.0.0', '1.1.0']])
    })
    const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ fingerprint }) => fingerprint !== undefined)
    assert.deepEqual(
      told.map((line) => [line['msg'] ?? line['event'], line['level'], line['newVersion']]),
      [
        ['new error', 'warn', true],
        ['error came back', 'warn', true],
      ],
    )
  })
})
