import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { application, inspect } from 'throughline'
import { serverSettings, settings } from 'throughline/config'
import { endpoint } from 'throughline/contract'
import { implement } from 'throughline/http'
import { alertRules, objective, type Objective } from 'throughline/metrics'
import { bootTest, testClock } from 'throughline/testing'
import type { ChartsView } from '../../src/tools/console/system-views.ts'
import { parseExposition } from './exposition.ts'

const contract = {
  read: endpoint('GET /notes', { summary: 'Reads', auth: 'none', status: 204 }),
  fail: endpoint('GET /fail', { summary: 'Fails', auth: 'none', status: 204 }),
}
const promises = [
  objective('reads', { route: 'GET /notes', target: 0.99 }),
  objective('all', { target: 0.9, owner: 'night shift', runbook: 'https://runbooks.example/all' }),
  objective('reads-fast', { route: 'GET /notes', target: 0.99, within: 10_000 }),
]
const notes = (objectives: readonly Objective[]) =>
  application({
    name: 'notes',
    version: '1.0.0',
    settings: settings(serverSettings),
    wire: () => ({
      objectives,
      onCall: { owner: 'notes-team', runbook: 'https://runbooks.example/notes' },
      routes: implement(contract, {
        read: () => undefined,
        fail: () => {
          throw new Error('the disk is full')
        },
      }),
    }),
  })

describe('objectives', () => {
  it('are measured, drawn and exported: what is left of the budget, and how fast it goes · M17.11', async () => {
    const clock = testClock()
    const running = await bootTest(notes(promises), {}, { clock })
    for (let i = 0; i < 38; i++) await fetch(`${running.url}/notes`)
    for (let i = 0; i < 2; i++) await fetch(`${running.url}/fail`)
    clock.advance(600_000)
    const view = (await (await fetch(`${running.url}/console/api/charts?minutes=15`)).json()) as ChartsView
    const [reads, all, fast] = view.objectives
    const { actual, budgetLeft, burnRate, ...declared } = reads!
    assert.deepEqual([actual, budgetLeft, burnRate], [1, 1, 0])
    const [owner, runbook] = ['notes-team', 'https://runbooks.example/notes']
    assert.deepEqual(declared, { name: 'reads', route: 'GET /notes', target: 0.99, window: 15 * 86_400_000, owner, runbook })
    assert.deepEqual([all!.owner, all!.runbook, fast!.within], ['night shift', 'https://runbooks.example/all', 10_000])
    assert.ok(
      Math.abs(all!.actual - 0.95) < 1e-9 && Math.abs(all!.budgetLeft - 0.5) < 1e-9 && Math.abs(all!.burnRate - 0.5) < 1e-9,
      JSON.stringify(all),
    )
    assert.equal(fast!.actual, 1)
    assert.ok(view.charts.every(({ id }) => !id.startsWith('objective')))
    const families = parseExposition(await (await fetch(`${running.url}/metrics`)).text())
    const burn = families.find(({ name }) => name === 'slo_burn_rate')!.samples
    const of = (window: string) => burn.find(({ labels }) => labels['objective'] === 'all' && labels['window'] === window)!.value
    assert.ok(Math.abs(of('1h') - 0.5) < 1e-9)
    // It was ten minutes ago: the short window has forgotten it, so that an alert would end.
    assert.equal(of('5m'), 0)
    await running.close()
  })

  it('that cannot be measured are refused: no such route, target, duration or name', () => {
    const unknown = notes([objective('x', { route: 'GET /note', target: 0.9 })])
    assert.throws(
      () => inspect(unknown, { sources: { env: {}, argv: [], mode: 'test' } }),
      /The objective x is about GET \/note, and there are GET \/notes, GET \/fail/,
    )
    assert.throws(() => objective('x', { target: 99.9 }), /say a share between 0 and 1/)
    assert.throws(() => objective('x', { target: 0.9, within: 300 }), /durations are counted up to .*250, 500/)
    assert.throws(() => objective('Too Loud', { target: 0.9 }), /use small letters/)
  })

  it('that nobody could answer for are refused, and so is such an application: an owner is one line, a runbook an address · M15.25', () => {
    for (const owner of ['', ' shop', 'shop\n', 'a\u0000b', 'x'.repeat(65)])
      assert.throws(() => objective('x', { target: 0.9, owner }), /The owner of x is no name/)
    for (const runbook of ['', 'runbooks/x', 'javascript:alert(1)', 'file:///etc/passwd'])
      assert.throws(() => objective('x', { target: 0.9, runbook }), /The runbook of x is no address/)
    const hidden = application({
      name: 'notes',
      version: '1.0.0',
      settings: settings(serverSettings),
      wire: () => ({ routes: [], onCall: { runbook: 'data:text/html,x' } }),
    })
    assert.throws(() => inspect(hidden, { sources: { env: {}, argv: [], mode: 'test' } }), /The runbook of the application is no address/)
  })

  it('become alerting rules of two windows each, beside saturation and a dead man’s switch · M15.24', () => {
    const { groups } = alertRules('notes', promises)
    const [burns, full, alive] = groups.map(({ rules }) => rules)
    assert.equal(burns!.length, 6)
    assert.equal(
      burns![0]!.expr,
      'sum(rate(http_server_request_duration_seconds_count{method="GET",route="/notes",status=~"5.."}[1h])) / ' +
        'sum(rate(http_server_request_duration_seconds_count{method="GET",route="/notes"}[1h])) > (14.4 * 0.01) and ' +
        'sum(rate(http_server_request_duration_seconds_count{method="GET",route="/notes",status=~"5.."}[5m])) / ' +
        'sum(rate(http_server_request_duration_seconds_count{method="GET",route="/notes"}[5m])) > (14.4 * 0.01)',
    )
    assert.match(burns![4]!.expr, /le=~"10\(\[\.\]0\)\?"/)
    assert.ok(full!.some(({ alert }) => alert === 'PoolExhausted'))
    assert.ok(alive!.some(({ expr }) => expr === 'vector(1)'))
  })

  it('and all other alerts name who hears of them and what to read: the objective’s own, or else the application’s · M15.25', () => {
    const { objectives, onCall } = inspect(notes(promises), { sources: { env: {}, argv: [], mode: 'test' } })
    const rules = alertRules('notes', objectives, onCall).groups.flatMap((group) => group.rules)
    const named = (of: string) =>
      rules
        .filter(({ labels }) => (labels['objective'] ?? '') === of)
        .map(({ labels, annotations }) => `${labels['owner']} ${annotations['runbook_url']}`)
    assert.deepEqual([...new Set(named('all'))], ['night shift https://runbooks.example/all'])
    assert.deepEqual([...new Set(named('reads'))], ['notes-team https://runbooks.example/notes'])
    assert.deepEqual([...new Set(named(''))], ['notes-team https://runbooks.example/notes'])
    const fast = rules.find(({ labels }) => labels['objective'] === 'reads-fast')!
    assert.equal(fast.annotations['description'], 'Promised: 99 % of GET /notes are answered without a server error, within 10000 ms.')
  })

  it('have alerts without an owner where nobody was named', () => {
    const rules = alertRules('notes', [objective('all', { target: 0.9 })]).groups.flatMap((group) => group.rules)
    assert.ok(rules.every(({ labels, annotations }) => !('owner' in labels) && !('runbook_url' in annotations)))
  })
})
