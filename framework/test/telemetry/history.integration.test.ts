import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { application } from 'throughline'
import { serverSettings, settings } from 'throughline/config'
import { endpoint } from 'throughline/contract'
import { implement } from 'throughline/http'
import { bootTest, testClock } from 'throughline/testing'
import type { ChartsView } from '../../src/tools/console/system-views.ts'

const contract = { read: endpoint('GET /notes', { summary: 'Reads', auth: 'none', status: 204 }) }
const notes = application({
  name: 'notes',
  version: '1.0.0',
  settings: settings(serverSettings),
  wire: () => ({ routes: implement(contract, { read: () => undefined }) }),
})

describe('the charts of the console', () => {
  const folder = mkdtempSync(join(tmpdir(), 'history-'))
  after(() => rmSync(folder, { recursive: true }))
  const charts = async (url: string, minutes: number) =>
    (await (await fetch(`${url}/console/api/charts?minutes=${minutes}`)).json()) as ChartsView

  it('have RED of requests and USE of the process, and survive a restart and a torn file · M17.9, M17.10, M17.12', async () => {
    const clock = testClock()
    const first = await bootTest(notes, { telemetryDir: folder }, { clock })
    for (let i = 0; i < 3; i++) {
      for (let k = 0; k < 20; k++) await fetch(`${first.url}/notes`)
      clock.advance(10_000)
    }
    const { charts: drawn, span } = await charts(first.url, 15)
    assert.equal(span, 900_000)
    const requests = drawn.find(({ id }) => id === 'requests')!
    assert.deepEqual(requests.series.find(({ name }) => name === 'GET /notes')?.values, [2, 2, 2])
    assert.equal(requests.times.length, 3)
    const ids = new Set(drawn.map(({ id }) => id))
    for (const id of ['request-duration', 'cpu', 'event-loop', 'event-loop-lag', 'memory', 'files', 'resources', 'background'])
      assert.ok(ids.has(id), id)
    // Nothing of a database where there is none.
    assert.ok(!ids.has('pool') && !ids.has('statements'))
    await first.close()

    const [file] = readdirSync(folder).filter((name) => name.startsWith('metrics-10s'))
    appendFileSync(join(folder, file!), '0badc0de {"at":')
    clock.advance(60_000)
    const second = await bootTest(notes, { telemetryDir: folder }, { clock })
    const again = (await charts(second.url, 15)).charts.find(({ id }) => id === 'requests')!
    assert.deepEqual(again.series.find(({ name }) => name === 'GET /notes')?.values, [2, 2, 2])
    assert.deepEqual(again.times, requests.times)
    await second.close()
  })

  it('refuse a time that makes no sense', async () => {
    const running = await bootTest(notes)
    assert.equal((await fetch(`${running.url}/console/api/charts?minutes=0`)).status, 422)
    assert.equal((await fetch(`${running.url}/console/api/charts?minutes=99999`)).status, 422)
    await running.close()
  })
})
