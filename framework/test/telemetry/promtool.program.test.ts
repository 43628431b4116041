import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { application } from 'throughline'
import { serverSettings, settings } from 'throughline/config'
import { toYaml } from 'throughline/contract'
import { alertRules, objective } from 'throughline/metrics'
import { bootTest } from 'throughline/testing'
import { installed } from '../programs/installed.ts'

const promtool = installed('promtool')
const skip = promtool === undefined && 'promtool is not installed: apt-get install prometheus'

describe('Prometheus’s own checker', { skip }, () => {
  it('reads every built-in metric and has nothing to say about its name, help or unit · M17.7, M17.8', async (t) => {
    const idle = application({ name: 'idle', version: '1.0.0', settings: settings(serverSettings), wire: () => ({ routes: [] }) })
    const running = await bootTest(idle)
    t.after(() => running.close())
    for (const path of ['/health/live', '/nowhere', '/metrics']) await (await fetch(running.url + path)).text()
    const page = await (await fetch(`${running.url}/metrics`)).text()
    const { status, stdout, stderr } = spawnSync(promtool!, ['check', 'metrics'], { input: page, encoding: 'utf8', timeout: 20_000 })
    assert.equal(status, 0, stdout + stderr)
    assert.equal(stdout + stderr, '')
  })

  it('takes the alerting rules · M15.24', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'rules-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const objectives = [objective('reads', { route: 'GET /notes/{id}', target: 0.999, within: 1_000 }), objective('all', { target: 0.99 })]
    const onCall = { owner: 'notes: "team"', runbook: 'https://runbooks.example/notes#top' }
    writeFileSync(join(folder, 'rules.yaml'), toYaml(alertRules('notes', objectives, onCall)))
    const { status, stdout, stderr } = spawnSync(promtool!, ['check', 'rules', join(folder, 'rules.yaml')], {
      encoding: 'utf8',
      timeout: 20_000,
    })
    assert.equal(status, 0, stdout + stderr)
    assert.match(stdout, /12 rules found/)
  })
})
