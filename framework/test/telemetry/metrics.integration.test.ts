import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { application, type Running } from 'throughline'
import { serverSettings, settings } from 'throughline/config'
import { endpoint } from 'throughline/contract'
import { implement } from 'throughline/http'
import { bootTest } from 'throughline/testing'
import * as z from 'zod'
import { parseExposition, type ExposedFamily } from './exposition.ts'

const contract = {
  read: endpoint('GET /notes/{id}', { summary: 'Reads', auth: 'none', returns: z.object({ id: z.string() }) }),
  fail: endpoint('GET /fail', { summary: 'Fails', auth: 'none', status: 204 }),
}
const notes = application({
  name: 'notes',
  version: '1.0.0',
  settings: settings(serverSettings),
  wire: ({ metrics }) => {
    const reads = metrics.counter('notes_read_total', { help: 'Notes read.', labels: ['title'] })
    return {
      routes: implement(contract, {
        read: ({ params }) => {
          reads.with({ title: params.id }).add()
          return { id: params.id }
        },
        fail: () => {
          throw new Error('the disk is full')
        },
      }),
    }
  },
})
const prometheus =
  'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2'

describe('/metrics', () => {
  let running: Running
  before(async () => void (running = await bootTest(notes)))
  after(() => running.close())

  async function scrape(accept?: string): Promise<{ type: string; vary: string; families: Map<string, ExposedFamily> }> {
    const response = await fetch(`${running.url}/metrics`, accept === undefined ? {} : { headers: { accept } })
    const families = parseExposition(await response.text()).map((family) => [family.name, family] as const)
    return { type: response.headers.get('content-type')!, vary: response.headers.get('vary')!, families: new Map(families) }
  }
  const ask = async (path: string) => void (await (await fetch(running.url + path)).text())

  it('is Prometheus’s format, or OpenMetrics where that is asked for, and neither is cached for the other · M17.7', async () => {
    const [plain, old, open] = [await scrape(), await scrape('text/plain;version=0.0.4'), await scrape(prometheus)]
    assert.match(plain.type, /^text\/plain; version=0\.0\.4/)
    assert.match(old.type, /^text\/plain; version=0\.0\.4/)
    assert.match(open.type, /^application\/openmetrics-text; version=1\.0\.0/)
    for (const { vary } of [plain, open]) assert.match(vary, /accept/i)
  })

  it('names a trace that the console has, beside the bucket of its duration · M17.7, M17.16', async () => {
    await ask('/notes/7')
    const { families } = await scrape(prometheus)
    const exemplars = families
      .get('http_server_request_duration_seconds')!
      .samples.filter(({ labels, exemplar }) => labels['route'] === '/notes/{id}' && exemplar !== undefined)
    assert.equal(exemplars.length, 1)
    const trace = running.recorder.find(exemplars[0]!.exemplar!.labels['trace_id']!)
    assert.equal(trace[0]?.http?.target, '/notes/7')
    assert.ok(exemplars[0]!.exemplar!.value <= Number(exemplars[0]!.labels['le']!.replace('+Inf', 'Infinity')))
  })

  it('has rate, errors and duration of each route, by its template and not its path · M17.9, M17.8', async () => {
    for (const path of ['/notes/1', '/notes/2', '/fail', '/nowhere/1', '/nowhere/2']) await ask(path)
    const { families } = await scrape()
    const counts = families.get('http_server_request_duration_seconds')!.samples.filter(({ name }) => name.endsWith('_count'))
    const routes = new Set(counts.map(({ labels }) => labels['route']))
    assert.ok(routes.has('/notes/{id}') && ![...routes].some((route) => /\d/.test(route ?? '')), [...routes].join())
    assert.equal(counts.find(({ labels }) => labels['route'] === '/fail' && labels['status'] === '500')?.value, 1)
  })

  it('stays valid when callers choose label values · M17.8', async () => {
    for (const hostile of ['"} 1\n# EOF', 'a\\', '\u2028\r\n', '{x="y"}']) await ask(`/notes/${encodeURIComponent(hostile)}`)
    const titles = (await scrape(prometheus)).families.get('notes_read')!.samples.map(({ labels }) => labels['title'])
    assert.ok(titles.includes('"} 1\n# EOF') && titles.includes('a\\') && titles.includes('{x="y"}'), JSON.stringify(titles))
  })
})

describe('ten thousand series', () => {
  it('are one valid answer · M17.8', async (t) => {
    const many = application({
      ...notes,
      wire: ({ metrics }) => {
        for (let i = 0; i < 10; i++) {
          const family = metrics.counter(`many_${i}_total`, { help: 'Many.', labels: ['n'] })
          for (let n = 0; n < 1_000; n++) family.with({ n: String(n) }).add()
        }
        return { routes: [] }
      },
    })
    const running = await bootTest(many)
    t.after(() => running.close())
    const pages = await Promise.all([0, 1].map(async () => (await fetch(`${running.url}/metrics`)).text()))
    for (const page of pages) assert.equal(parseExposition(page).filter(({ name }) => name.startsWith('many_')).length, 10)
  })
})
