import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { LogFields } from '../../std/log.ts'
import { silentLog } from '../../std/log.ts'
import type { Operation } from '../../std/operation.ts'
import { testClock } from '../../tools/testing/test-clock.ts'
import { ErrorGroups } from './errors.ts'

const failed: Operation = {
  id: 'r-1',
  kind: 'background',
  name: 'GET /orders',
  traceId: '1'.repeat(32),
  spanId: '1'.repeat(16),
  startedAt: 0,
  ms: 1,
  status: 0,
  outcome: 'failed',
  kept: 'error',
  spans: [],
  dropped: 0,
  logs: [],
  error: { type: 'TypeError', message: 'x is not a function', stack: 'TypeError: x is not a function\n    at place (/app/orders.ts:1:2)' },
}

describe('groups of errors in files', () => {
  let root: string
  let folders = 0
  before(async () => void (root = await mkdtemp(join(tmpdir(), 'errors-'))))
  after(() => rm(root, { recursive: true }))
  const newFolder = () => join(root, String(++folders), 'telemetry')

  function open(folder: string, version = '1.0.0', clock = testClock()) {
    const lines: [string, LogFields | undefined][] = []
    const log = { ...silentLog, warn: (event: string, fields?: LogFields) => void lines.push([event, fields]) }
    const errors = new ErrorGroups({ log, clock, version, folder })
    return { errors, lines, clock }
  }

  const eventsOf = (lines: readonly [string, unknown][]) => lines.map(([event]) => event)

  it('are there again after a restart, and know a regression in the next release · M15.23', async () => {
    const folder = newFolder()
    const first = open(folder)
    await first.errors.open()
    first.errors.add(failed)
    first.errors.add(failed)
    first.errors.mark(first.errors.list()[0]!.fingerprint, 'resolved')
    await first.errors.close()
    const [name, ...others] = await readdir(folder)
    assert.deepEqual(others, [])
    assert.equal((await stat(join(folder, name!))).mode & 0o077, 0)

    const second = open(folder, '1.1.0')
    await second.errors.open()
    assert.deepEqual(second.errors.list(), first.errors.list())
    second.errors.add(failed)
    const [group] = second.errors.list()
    assert.deepEqual([group!.count, group!.state, group!.regressed, group!.versions], [3, 'open', true, ['1.0.0', '1.1.0']])
    assert.deepEqual(
      second.lines.map(([event, fields]) => [event, fields?.['version'], fields?.['newVersion']]),
      [['error came back', '1.1.0', true]],
    )
    await second.errors.close()
    assert.equal((await readdir(folder)).length, 1, 'the second process went on with the file of the first')
  })

  it('are written a while after a change, not with each of them', async () => {
    const folder = newFolder()
    const { errors, clock } = open(folder)
    for (let i = 0; i < 100; i++) errors.add(failed)
    await assert.rejects(readdir(folder))
    assert.equal(clock.waiting, 1)
    clock.advance(5_000)
    await errors.close()
    const [name] = await readdir(folder)
    assert.match(await readFile(join(folder, name!), 'utf8'), /"count":100/)
  })

  it('of processes that share a folder are added up by whoever looks, and none writes over another’s · M15.23', async () => {
    const folder = newFolder()
    const [one, other] = [open(folder, '1.0.0'), open(folder, '2.0.0')]
    await Promise.all([one.errors.open(), other.errors.open()])
    one.errors.add({ ...failed, name: 'GET /one' })
    one.errors.add(failed)
    other.errors.add({ ...failed, name: 'GET /other' })
    for (const { clock } of [one, other]) clock.advance(5_000)
    await Promise.all([one.errors.close(), other.errors.close()])
    const reader = open(folder)
    await reader.errors.open()
    const [group, ...more] = reader.errors.list()
    assert.deepEqual(more, [])
    assert.deepEqual([group!.count, group!.routes.toSorted()], [3, ['GET /one', 'GET /orders', 'GET /other']])
    assert.deepEqual(group!.versions.toSorted(), ['1.0.0', '2.0.0'])
    assert.equal(
      group!.perMinute.reduce((all, count) => all + count),
      3,
    )
    await reader.errors.close()
  })

  it('that are new elsewhere are not new here, and what is said here of those elsewhere counts there as well · M15.23', async (t) => {
    const folder = newFolder()
    const [one, other] = [open(folder), open(folder)]
    await Promise.all([one.errors.open(), other.errors.open()])
    t.after(() => Promise.all([one.errors.close(), other.errors.close()]))
    one.errors.add(failed)
    await written(one)
    await other.errors.refresh()
    const { fingerprint } = other.errors.list()[0]!
    assert.ok(other.errors.mark(fingerprint, 'resolved'))
    await written(other)
    await one.errors.refresh()
    assert.equal(one.errors.list()[0]!.state, 'resolved')
    one.clock.advance(60_000)
    one.errors.add(failed)
    assert.deepEqual(eventsOf(one.lines), ['new error', 'error came back'])
    await written(one)
    await other.errors.refresh()
    const [group] = other.errors.list()
    assert.deepEqual([group!.state, group!.regressed, group!.count], ['open', true, 2])
    other.errors.add(failed)
    assert.deepEqual(eventsOf(other.lines), [])
  })

  it('that went on here while they were resolved elsewhere have come back, once that is heard · M15.23', async (t) => {
    const folder = newFolder()
    const [one, other] = [open(folder), open(folder)]
    await Promise.all([one.errors.open(), other.errors.open()])
    t.after(() => Promise.all([one.errors.close(), other.errors.close()]))
    one.errors.add(failed)
    await written(one)
    await other.errors.refresh()
    other.errors.mark(other.errors.list()[0]!.fingerprint, 'resolved')
    await written(other)
    one.clock.advance(60_000)
    one.errors.add(failed)
    assert.deepEqual(eventsOf(one.lines), ['new error'])
    await written(one)
    assert.deepEqual(eventsOf(one.lines), ['new error', 'error came back'])
    assert.equal(one.errors.list()[0]!.regressed, true)
  })

  it('of a process that was killed are gone on with when it was silent for a quarter of an hour, and not before', async (t) => {
    const folder = newFolder()
    const killed = open(folder)
    await killed.errors.open()
    killed.errors.add(failed)
    await written(killed)
    const soon = open(folder, '1.0.0', testClock('2026-01-01T00:10:00Z'))
    await soon.errors.open()
    soon.errors.add(failed)
    assert.equal(soon.errors.list()[0]!.count, 2)
    await soon.errors.close()
    assert.equal((await readdir(folder)).length, 2)
    const later = open(folder, '1.0.0', testClock('2026-01-01T00:20:00Z'))
    await later.errors.open()
    t.after(() => later.errors.close())
    assert.equal(later.errors.list()[0]!.count, 2)
    assert.equal((await readdir(folder)).length, 2)
  })

  it('are gone when nobody touched their file for fifteen days, and so are drafts that nobody finished', async () => {
    const folder = newFolder()
    const { errors } = open(folder)
    await errors.open()
    errors.add(failed)
    await errors.close()
    await writeFile(join(folder, 'errors-0123456789ab.json.new'), '{')
    const past = new Date('2026-01-01T00:00:00Z')
    await utimes(join(folder, 'errors-0123456789ab.json.new'), past, past)
    const later = open(folder, '1.0.0', testClock('2026-01-17T00:00:00Z'))
    await later.errors.open()
    assert.deepEqual(later.errors.list(), [])
    assert.deepEqual(await readdir(folder), [])
    await later.errors.close()
  })

  it('keep two real processes apart that fail at the same time · M15.23', async () => {
    const folder = newFolder()
    const script = `
      const { ErrorGroups } = await import(${JSON.stringify(import.meta.resolve('./errors.ts'))})
      const { systemClock } = await import(${JSON.stringify(import.meta.resolve('../../std/clock.ts'))})
      const { silentLog } = await import(${JSON.stringify(import.meta.resolve('../../std/log.ts'))})
      const errors = new ErrorGroups({ log: silentLog, clock: systemClock, version: '1.0.0', folder: ${JSON.stringify(folder)} })
      await errors.open()
      process.stdout.write('open')
      await new Promise((resolve) => process.stdin.once('data', resolve))
      for (let i = 0; i < 50; i++) errors.add(${JSON.stringify(failed)})
      await errors.close()
      process.exit()`
    const children = [0, 1].map(() =>
      spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] }),
    )
    await Promise.all(children.map((child) => once(child.stdout, 'data')))
    const ends = children.map((child) => once(child, 'exit'))
    for (const child of children) child.stdin.write('go')
    assert.deepEqual(await Promise.all(ends), [
      [0, null],
      [0, null],
    ])
    const { errors } = open(folder)
    await errors.open()
    assert.deepEqual(
      errors.list().map(({ count }) => count),
      [100],
    )
    await errors.close()
  })

  it('begin anew, with a line, where the file is not theirs', async () => {
    for (const text of ['{"version":1,"groups":[{"fingerprint":7}]}', '{"version":2}', 'half a docum', 'null']) {
      for (const name of ['errors-0123456789ab.free.json', 'errors-0123456789ab.json']) {
        const folder = newFolder()
        await mkdir(folder, { recursive: true })
        await writeFile(join(folder, name), text)
        const { errors, lines } = open(folder)
        await errors.open()
        assert.deepEqual(errors.list(), [])
        assert.deepEqual(eventsOf(lines), ['error groups unreadable'])
        await errors.close()
      }
    }
  })

  it('stay in memory, with one line, where nothing can be written', async () => {
    await writeFile(join(root, 'file'), '')
    const { errors, lines, clock } = open(join(root, 'file', 'telemetry'))
    for (let i = 0; i < 3; i++) {
      errors.add({ ...failed, name: `GET /${i}` })
      clock.advance(5_000)
    }
    await errors.close()
    assert.equal(errors.list()[0]!.count, 3)
    assert.deepEqual(eventsOf(lines), ['new error', 'error groups not written'])
  })
})

/** Moves the clock on to where what changed is written, and waits for that. */
async function written({ errors, clock }: { errors: ErrorGroups; clock: ReturnType<typeof testClock> }): Promise<void> {
  clock.advance(5_000)
  await errors.refresh()
}
