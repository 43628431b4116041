import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { application, type Running } from '../../app.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { implement } from '../../http/implement.ts'
import { database, sql, tables } from '../../services/db/index.ts'
import { serverSettings, settings } from '../../system/config/index.ts'
import { main } from '../cli/main.ts'
import { bootTest } from '../testing/boot-test.ts'
import type { WhyView } from './system-views.ts'

const contract = {
  hold: endpoint('POST /orders', { summary: 'Holds the only connection', auth: 'none', status: 204 }),
  plain: endpoint('GET /plain', { summary: 'Waits for nothing', auth: 'none', status: 204 }),
}
const on = tables<object>()
const crowded = application({
  name: 'crowded',
  version: '1.0.0',
  settings: settings(serverSettings),
  wire: ({ log, clock, metrics }) => {
    const db = database('pglite:memory', { log, clock, meter: metrics })
    return {
      resources: [db],
      routes: implement(contract, {
        hold: () =>
          db.transaction(async (tx) => {
            // What it does with the connection while others wait for it.
            await sql`select sum(sqrt(n)) from generate_series(1, 50000) as n`.execute(on(tx))
          }),
        plain: () => {},
      }),
    }
  },
})

describe('why a route takes its time', () => {
  let running: Running
  before(async () => void (running = await bootTest(crowded)))
  after(() => running.close())
  const ask = async (route: string) => {
    const response = await fetch(`${running.url}/console/api/why?route=${encodeURIComponent(route)}`)
    return { status: response.status, view: (await response.json()) as WhyView }
  }

  it('is the pool of one, when all wait for it, and Little’s law agrees · M19.3', async () => {
    for (let round = 0; round < 2; round++)
      await Promise.all(Array.from({ length: 20 }, () => fetch(`${running.url}/orders`, { method: 'POST' })))
    const { view } = await ask('POST /orders')
    const [first] = view.attribution!.median.causes
    assert.equal(first?.kind, 'pool')
    assert.ok(first.share > 0.5)
    assert.match(view.sentences[0]!, /^A usual request takes \d+.* ms: \d\d % waiting for a connection \(pool of 1\)/)
    assert.match(view.sentences.at(-1)!, /^The pool is the limit: .* of 1 in use\./)
    for (const { causes } of [view.attribution!.median, view.attribution!.slowest])
      assert.ok(Math.abs(causes.reduce((sum, { share }) => sum + share, 0) - 1) < 0.001)
  })

  it('is said of a route by its name as well, and is not the pool where nobody asks it', async () => {
    for (let i = 0; i < 3; i++) await fetch(`${running.url}/plain`)
    const { view } = await ask('plain')
    assert.equal(view.route, 'GET /plain')
    assert.ok(view.attribution!.median.causes.every(({ kind }) => kind !== 'pool'))
    assert.match(view.sentences.at(-1)!, /The pool is not the limit/)
    assert.equal((await ask('GET /nowhere')).status, 404)
  })

  it('is said by `throughline why`, with or without quotes, and a slip of the finger is pointed out · M19.3', async () => {
    const run = async (words: string[]) => {
      const written = { out: '', err: '' }
      const stdout = { write: (text: string) => void (written.out += text), on: () => {} }
      const stderr = { write: (text: string) => void (written.err += text) }
      const code = await main(['why', ...words, '--url', running.url], { stdout, stderr, env: {}, cwd: () => import.meta.dirname })
      return { code, ...written }
    }
    const asked = await run(['POST', '/orders'])
    assert.match(
      asked.out,
      /^POST \/orders {2}40 recorded.*\n\nA usual request: .*\n +\d\d % +[\d.]+ ms {2}waiting for a connection \(pool of 1\)\n/s,
    )
    const json = JSON.parse((await run(['POST /orders', '--json'])).out) as WhyView
    assert.equal(json.attribution?.requests, 40)
    const slip = await run(['POST /order'])
    assert.match(slip.err, /There is no route POST \/order\. Did you mean POST \/orders\?/)
    assert.equal((await run([])).code, 64)
  })
})
