import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, watch } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { silentLog, systemClock, type Operation } from 'throughline/std'
import { recorder, TraceStore, type Recorder } from 'throughline/trace'
import type { OperationsView, TraceView } from '../../src/tools/console/views.ts'
import { operation } from '../operation.ts'
import { mountSmallDisk } from './small-disk.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'traces-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const made = (id: string, more: Partial<Operation> = {}) =>
  operation({ id, traceId: id.padStart(32, '0'), spanId: id.padStart(16, '0'), startedAt: 1_000, ms: 5, ...more })
const open = async (kept: Recorder, more: { maxBytes?: number; folder?: string } = {}) => {
  const store = new TraceStore({ recorder: kept, folder, maxBytes: 1 << 20, clock: systemClock, log: silentLog, ...more })
  await store.open()
  return store
}
const idsOf = (kept: Recorder) => [...kept.newest()].map(({ id }) => id)

describe('what was recorded', () => {
  it('is there again after a restart, newest first, as much of it as is held · M17.12', async () => {
    const first = recorder()
    const store = await open(first)
    for (const id of ['1', '2', '3']) first.add(made(id))
    await store.close()
    const second = recorder({ capacity: 2 })
    const heard: string[] = []
    second.listen(({ id }) => heard.push(id))
    const again = await open(second)
    assert.deepEqual(idsOf(second), ['3', '2'])
    assert.deepEqual(heard, [])
    second.add(made('4'))
    await again.close()
    const third = recorder()
    const last = await open(third)
    assert.deepEqual(idsOf(third), ['4', '3', '2', '1'])
    await last.close()
  })

  it('stays within its bytes, and loses the oldest · M17.12', async () => {
    const kept = recorder()
    const store = await open(kept, { maxBytes: 40_000 })
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < 50; i++) kept.add(made(String(round * 50 + i)))
      await store.close()
      await store.open()
    }
    await store.close()
    const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
    assert.ok(bytes <= 40_000 + 12_000, String(bytes))
    const after = recorder({ capacity: 10 })
    await (await open(after)).close()
    assert.deepEqual(
      idsOf(after),
      Array.from({ length: 10 }, (_, i) => String(999 - i)),
    )
  })

  it('is read by nobody else on the machine', async () => {
    const kept = recorder()
    const store = await open(kept)
    kept.add(made('1'))
    await store.close()
    assert.equal(statSync(join(folder, readdirSync(folder)[0]!)).mode & 0o077, 0)
  })

  it('is counted where it cannot be written, and served on: a full disk, and what is no JSON · M17.12', async (t) => {
    const disk = mountSmallDisk(t, 16 * 1024)
    if (disk === undefined) return
    const kept = recorder()
    const store = await open(kept, { folder: disk })
    kept.add(made('1', { logs: [{ level: 'info', event: 'x', at: 0, fields: { n: 1n } }] }))
    for (let i = 0; i < 100; i++) kept.add(made(String(i), { name: 'x'.repeat(1_000) }))
    await store.close()
    assert.ok(store.lost > 50, String(store.lost))
    assert.equal(kept.size, 101)
  })
})

describe('a process that is killed', () => {
  const children: ChildProcess[] = []
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
  })

  async function run(): Promise<{ url: string; child: ChildProcess }> {
    const child = spawn(process.execPath, ['-C', '@throughline/source', join(import.meta.dirname, 'recorded-main.ts')], {
      env: { ...process.env, NODE_ENV: 'development', PORT: '0', LOG_LEVEL: 'silent', TELEMETRY_DIR: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    for await (const line of createInterface(child.stdout!)) {
      const url = /^ready (\S+)/.exec(line)?.[1]
      if (url !== undefined) return { url, child }
    }
    throw new Error('The application did not start.')
  }

  async function written(text: string): Promise<void> {
    const found = () =>
      readdirSync(folder).some((name) => name.startsWith('traces') && readFileSync(join(folder, name), 'utf8').includes(text))
    const changes = watch(folder)
    try {
      while (!found()) await once(changes, 'change')
    } finally {
      changes.close()
    }
  }

  it('can be asked by its successor what it did last, with the trace of it · M17.12, M17.15', async () => {
    const { url, child } = await run()
    await (await fetch(`${url}/notes/7`)).text()
    const id = (await fetch(`${url}/fail`)).headers.get('x-request-id')!
    await written(id)
    child.kill('SIGKILL')
    await once(child, 'exit')
    for (const name of readdirSync(folder)) if (name.startsWith('traces')) appendFileSync(join(folder, name), '00000000 {"id":"to')

    const next = await run()
    const { rows } = (await (await fetch(`${next.url}/console/api/operations`)).json()) as OperationsView
    assert.deepEqual(
      rows.map(({ name }) => name),
      ['GET /fail', 'GET /notes/{id}'],
    )
    const trace = (await (await fetch(`${next.url}/console/api/traces/${id}`)).json()) as TraceView
    assert.equal(trace.operations[0]?.error?.message, 'the last thing that happened')
    assert.ok(trace.operations[0].spans.some(({ kind }) => kind === 'stage'))
  })
})
