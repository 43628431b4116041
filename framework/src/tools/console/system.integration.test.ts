import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { application, type Running } from '../../app.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { implement } from '../../http/implement.ts'
import { database, sql, tables } from '../../services/db/index.ts'
import { serverSettings, settings, url as urlSetting } from '../../system/config/index.ts'
import type { RootLog } from '../../system/log/index.ts'
import { silentLog, type LogFields } from '../../std/log.ts'
import { bootTest } from '../testing/boot-test.ts'
import { testClock } from '../testing/test-clock.ts'
import type { DatabaseView, HealthView, PlanView, RoutesView, SettingsView } from './system-views.ts'
import type { OverviewView } from './views.ts'

const Note = z.object({ id: z.int(), text: z.string() })
const contract = {
  list: endpoint('GET /notes', { summary: 'Every note, one by one', auth: 'none', returns: z.array(Note) }),
  read: endpoint('GET /notes/{id}', { summary: 'One note', auth: 'none', status: 204, deprecated: true }),
  fail: endpoint('GET /fail', { summary: 'Fails', auth: 'none', status: 204 }),
}
const on = tables<{ notes: z.infer<typeof Note> }>()
const notes = application({
  name: 'notes',
  version: '1.0.0',
  settings: settings({ ...serverSettings, partnerUrl: urlSetting({ optional: true, describe: 'A partner.' }) }),
  wire: ({ log, clock: time, metrics }) => {
    const db = database('pglite:memory', { log, clock: time, meter: metrics })
    return {
      resources: [db],
      routes: implement(contract, {
        list: async () => {
          const ids = await on(db).selectFrom('notes').select('id').limit(6).execute()
          return Promise.all(ids.map(({ id }) => on(db).selectFrom('notes').selectAll().where('id', '=', id).executeTakeFirstOrThrow()))
        },
        read: async () => void (await sql`select text from notes where text = 'canary literal'`.execute(on(db))),
        fail: async () => void (await sql`select 1 from nowhere`.execute(on(db))),
      }),
      prepare: async () => {
        await sql`create table notes (id int primary key, text text not null)`.execute(on(db))
        await sql`insert into notes select n, 'note' from generate_series(1, 5000) n`.execute(on(db))
        await sql`analyze notes`.execute(on(db))
      },
    }
  },
})

describe('what the console shows of the system', () => {
  let running: Running
  before(async () => {
    const overrides = { consoleToken: 'canary-token-of-the-console', partnerUrl: 'https://user:canary-password@partner.example/' }
    running = await bootTest(notes, overrides)
    for (const path of ['/notes', '/notes', '/notes/7', '/fail']) await (await fetch(running.url + path)).text()
  })
  after(() => running.close())
  const api = async <View>(path: string, body?: unknown, method = body === undefined ? 'GET' : 'POST') => {
    const response = await fetch(`${running.url}/console/api${path}`, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, view: (text === '' ? undefined : JSON.parse(text)) as View }
  }

  it('is each route with its pipeline, its calls and failures, and who still calls what is deprecated · M01.16 M17.9 M03.24', async () => {
    const { routes } = (await api<RoutesView>('/routes')).view
    assert.ok(routes.every(({ path }) => !path.startsWith('/console')))
    const { calls, failures, p50, steps } = routes.find(({ name }) => name === 'list')!
    assert.deepEqual([calls, failures], [2, 0])
    assert.ok(p50 !== undefined)
    assert.deepEqual(steps.at(-1)?.stage, 'handle')
    assert.ok(steps.every(({ ms }) => ms === undefined || ms >= 0) && steps.some(({ ms }) => ms !== undefined))
    const failed = routes.find(({ name }) => name === 'fail')!
    assert.deepEqual([failed.calls, failed.failures], [1, 1])
    const old = routes.find(({ name }) => name === 'read')!
    assert.deepEqual([old.deprecated, old.callers?.length], [true, 1])
  })

  it('is the database: its pool, its statements by the time they take, and who sends one for each row · M17.9 M17.14', async () => {
    assert.deepEqual((await api<OverviewView>('/overview')).view.pages, ['database'])
    const { view } = await api<DatabaseView>('/database')
    assert.match(view.engine, /^PostgreSQL 18.* \(pglite\)$/)
    assert.deepEqual([view.pool.inUse, view.pool.max], [0, 1])
    const single = view.statements.find((one) => one.sql === 'select * from "notes" where "id" = $1')!
    assert.deepEqual([single.calls, single.failures, single.rows, single.routes], [12, 0, 12, ['GET /notes']])
    const nowhere = view.statements.find((one) => one.sql.includes('nowhere'))!
    assert.deepEqual([nowhere.calls, nowhere.failures], [1, 1])
    assert.ok(view.statements.every((one) => one.routes.length > 0 && !one.sql.startsWith('create')))
    const kinds = view.smells.map(({ kind }) => kind)
    assert.ok(kinds.includes('n-plus-one') && kinds.includes('select-star'), kinds.join())
    assert.match(view.smells.find(({ kind }) => kind === 'n-plus-one')!.text, /GET \/notes sent the same statement 6 times/)
  })

  it('plans a statement that was sent, without running it, and no other one', async () => {
    const { view } = await api<DatabaseView>('/database')
    const shown = view.statements.find((one) => one.sql.includes('where text ='))!.sql
    assert.doesNotMatch(JSON.stringify(view), /canary literal/)
    const plan = (await api<PlanView>('/database/plan', { sql: shown })).view
    assert.match(plan.lines[0]!, /Seq Scan on notes/)
    const indexed = (await api<PlanView>('/database/plan', { sql: 'select * from "notes" where "id" = $1' })).view
    assert.match(indexed.lines[0]!, /Index Scan using notes_pkey/)
    assert.equal((await api('/database/plan', { sql: 'drop table notes' })).status, 404)
    assert.equal((await api('/database/plan', { sql: 'select 1; drop table notes' })).status, 404)
    const failing = (await api<PlanView>('/database/plan', { sql: 'select 1 from nowhere' })).view
    assert.match(failing.problem!, /nowhere/)
  })

  it('is every setting with where it came from, and no secret · M16.5', async () => {
    const { view } = await api<SettingsView>('/settings')
    const port = view.settings.find(({ key }) => key === 'port')!
    assert.deepEqual([port.value, port.candidates.at(0)?.text, port.candidates.length], ['0', '3000', 2])
    assert.equal(view.settings.find(({ key }) => key === 'consoleToken')?.secret, true)
    assert.doesNotMatch(JSON.stringify(view), /canary/)
  })

  it('is how everything is, and what a stop would do, in order · M18.6', async () => {
    const { view } = await api<HealthView>('/health')
    assert.equal(view.state, 'ready')
    assert.deepEqual(
      view.resources.map(({ name, healthy }) => [name, healthy]),
      [
        ['telemetry', true],
        ['errors', true],
        ['limits', true],
        ['db', true],
        ['prepare', true],
        ['background', true],
        ['http', true],
      ],
    )
    assert.deepEqual([view.shutdown.at(0)?.step, view.shutdown.at(-1)?.step], ['drain', 'exit'])
    assert.ok(view.shutdown.find(({ step }) => step === 'close')?.of.includes('db'))
  })

  it('tells a developer of one statement for each row, once a route', async (t) => {
    const lines: (LogFields | undefined)[] = []
    const log: RootLog = {
      ...silentLog,
      level: 'info',
      changes: [],
      change: () => () => {},
      flush() {},
      tap: () => () => {},
      reopen() {},
      watch() {},
      warn: (event, fields) => void (event === 'one statement for each row' && lines.push(fields)),
      child: () => log,
    }
    const developed = await bootTest(notes, {}, { log, sources: { mode: 'development' } })
    t.after(() => developed.close())
    for (let i = 0; i < 2; i++) await (await fetch(`${developed.url}/notes`)).text()
    assert.deepEqual(
      lines.map((fields) => [fields?.['route'], fields?.['times']]),
      [['GET /notes', 6]],
    )
  })

  it('is measured: the pool, and statements by what they do · M17.7 M17.10', async () => {
    const text = await (await fetch(`${running.url}/metrics`)).text()
    assert.match(text, /^db_pool_in_use 0$/m)
    assert.match(text, /db_client_operation_duration_seconds_count\{operation="select",collection="notes",outcome="ok"\} \d+/)
    assert.match(text, /db_client_operation_duration_seconds_count\{operation="select",collection="nowhere",outcome="failed"\} 1/)
  })
})

describe('the level of the log', () => {
  it('is lower for a while when somebody asks for it, and goes up again by itself · M17.1', async (t) => {
    const clock = testClock()
    // Without a database: its timers must not see five minutes pass in a moment.
    const empty = application({ name: 'empty', version: '1.0.0', settings: settings(serverSettings), wire: () => ({ routes: [] }) })
    const running = await bootTest(empty, {}, { clock })
    t.after(() => running.close())
    const health = async () => (await (await fetch(`${running.url}/console/api/health`)).json()) as HealthView
    const levelOf = async () => (await health()).logLevel
    const ask = async (level: string, only: object = {}) =>
      (
        await fetch(`${running.url}/console/api/log-level`, {
          method: 'PUT',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ level, minutes: 5, ...only }),
        })
      ).status
    assert.equal(await levelOf(), 'silent')
    assert.equal(await ask('error'), 204)
    assert.equal(await levelOf(), 'error')
    clock.advance(5 * 60_000)
    assert.equal(await levelOf(), 'silent')
    assert.equal(await ask('loud'), 422)
    assert.equal(await ask('error', { module: 'db', userId: 'u1' }), 204)
    const { logLevel, logChanges } = await health()
    assert.deepEqual(
      [logLevel, logChanges.map(({ level, module, userId }) => [level, module, userId])],
      ['silent', [['error', 'db', 'u1']]],
    )
  })
})
