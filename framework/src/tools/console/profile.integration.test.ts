import assert from 'node:assert/strict'
import { pbkdf2Sync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { application, type Running } from '../../app.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { implement } from '../../http/implement.ts'
import type { Profile } from '../../std/profile.ts'
import { serverSettings, settings } from '../../system/config/index.ts'
import { main } from '../cli/main.ts'
import { bootTest } from '../testing/boot-test.ts'

const contract = {
  burn: endpoint('GET /burn/{how}', { summary: 'Burns', auth: 'none', returns: z.object({ sum: z.number() }) }),
}

function burnInARow(): number {
  let sum = 0
  const until = performance.now() + 150
  while (performance.now() < until) for (let i = 1; i < 5_000; i++) sum += Math.sqrt(i)
  return sum
}
/** In this file, of the loop above. */
const burningLines = [22, 23, 24]

function hashSlowly(): number {
  return pbkdf2Sync('a', 'b', 400_000, 32, 'sha256').length
}

const keeper: { kept: unknown[] } = { kept: [] }
function keepMuch(): number {
  keeper.kept = Array.from({ length: 200_000 }, (_, i) => ({ i }))
  return keeper.kept.length
}

const works: Readonly<Record<string, () => number>> = { cpu: burnInARow, hash: hashSlowly, memory: keepMuch }

const busy = application({
  name: 'busy',
  version: '1.0.0',
  settings: settings(serverSettings),
  wire: () => ({
    routes: implement(contract, {
      burn: ({ params: { how } }) => ({ sum: works[how]!() }),
    }),
  }),
})
const token = 'g7Kx2mQ9vR4tZ8wL1nB6yD3sF5hJ0pCa'

async function profile(url: string, body: object, headers: Record<string, string> = {}): Promise<{ status: number; view: Profile }> {
  const response = await fetch(`${url}/console/api/profile`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return { status: response.status, view: (await response.json()) as Profile }
}

/** Asks for `work` again and again until `done` is settled. */
async function during<Result>(url: string, how: string, done: Promise<Result>): Promise<Result> {
  const over = done.then(() => true)
  while (!(await Promise.race([over, fetch(`${url}/burn/${how}`).then((response) => response.text().then(() => false))])));
  return done
}

describe('a profile', () => {
  let running: Running
  before(async () => void (running = await bootTest(busy)))
  after(() => running.close())

  it('names the function that burns the processor, its line, and what blocked the event loop · M19.3', async () => {
    const { view } = await during(running.url, 'cpu', profile(running.url, { seconds: 1 }))
    const [hottest] = view.hottest
    assert.equal(hottest?.name, 'burnInARow')
    assert.match(hottest.file, /^(?:framework\/)?src\/tools\/console\/profile\.integration\.test\.ts$/)
    assert.ok(burningLines.includes(hottest.hotLine), String(hottest.hotLine))
    assert.ok(hottest.own > view.total / 2 && view.total <= view.ms + 1)
    const [worst] = view.blockers
    assert.equal(worst?.name, 'burnInARow')
    assert.ok(burningLines.includes(worst.hotLine), JSON.stringify(worst))
    assert.ok(worst.ms >= 100)
    // Tells nobody where on this machine it is, and no line of what it runs.
    const text = JSON.stringify(view)
    assert.ok(!text.includes(process.cwd()) && !text.includes('Math.sqrt'))
  })

  it('blames whoever called what of Node.js took the time', async () => {
    const { view } = await during(running.url, 'hash', profile(running.url, { seconds: 1 }))
    const blocker = view.blockers.find(({ name }) => name === 'hashSlowly')
    assert.deepEqual([blocker?.called, blocker?.file.endsWith('profile.integration.test.ts')], ['pbkdf2Sync', true])
  })

  it('is of memory as well: who asks for it', async () => {
    const { view } = await during(running.url, 'memory', profile(running.url, { seconds: 1, kind: 'allocation' }))
    assert.equal(view.unit, 'bytes')
    assert.ok(view.hottest.slice(0, 3).some(({ name, file }) => name === 'keepMuch' || file.endsWith('profile.integration.test.ts')))
  })

  it('is taken one at a time, for half a minute at most', async () => {
    const first = profile(running.url, { seconds: 1 })
    const second = profile(running.url, { seconds: 1 })
    assert.deepEqual(
      [(await first).status, (await second).status].toSorted((a, b) => a - b),
      [200, 409],
    )
    assert.equal((await profile(running.url, { seconds: 31 })).status, 422)
  })

  it('ends with the process that it is of', async () => {
    const other = await bootTest(busy)
    const asked = profile(other.url, { seconds: 30 })
    // Until it runs, another one may still be taken.
    while ((await profile(other.url, { seconds: 1 })).status !== 409);
    await other.close()
    const { status, view } = await asked
    assert.equal(status, 200)
    assert.ok(view.ms < 25_000)
  })

  it('is for those only whom the console lets in, in production too', async (t) => {
    const overrides = { consoleToken: token }
    const closed = await bootTest(busy, overrides, {
      sources: { mode: 'production', overrides: { port: 0, logLevel: 'silent', ...overrides } },
    })
    t.after(() => closed.close())
    const stranger = await fetch(`${closed.url}/console/api/overview`)
    assert.equal((await profile(closed.url, { seconds: 1 })).status, stranger.status)
    assert.equal((await profile(closed.url, { seconds: 1 }, { authorization: `Bearer ${token}` })).status, 200)
    const elsewhere = { authorization: `Bearer ${token}`, 'sec-fetch-site': 'cross-site' }
    assert.equal((await profile(closed.url, { seconds: 1 }, elsewhere)).status, 401)
  })

  it('is printed by `throughline profile`, or written for the DevTools of Chrome', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'profile-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const run = async (...words: string[]) => {
      const written = { out: '', err: '' }
      const stdout = { write: (text: string) => void (written.out += text), on: () => {} }
      const stderr = { write: (text: string) => void (written.err += text) }
      const argv = ['profile', '--seconds', '1', '--url', running.url, ...words]
      const code = await main(argv, { stdout, stderr, env: {}, cwd: () => folder })
      return { code, ...written }
    }
    const printed = await during(running.url, 'cpu', run())
    assert.match(printed.out, /OWN MS.*\n +[\d.]+ +\d+ % +[\d.]+ +burnInARow +\S+profile\.integration\.test\.ts:2[2-4]/)
    assert.match(printed.out, /blocked \d+ ms: burnInARow in \S+:2[2-4]/)
    const file = join(folder, 'busy.cpuprofile')
    assert.match((await during(running.url, 'cpu', run('--cpuprofile', file))).out, /busy\.cpuprofile/)
    const raw = JSON.parse(readFileSync(file, 'utf8')) as {
      nodes: { callFrame: { url: string } }[]
      samples: number[]
      timeDeltas: number[]
    }
    assert.ok(raw.samples.length > 0 && raw.samples.length === raw.timeDeltas.length)
    assert.ok(raw.nodes.every(({ callFrame: { url } }) => !url.startsWith('file:') && !url.startsWith('/')))
    assert.equal((await run('--kind', 'gold')).code, 64)
  })
})
