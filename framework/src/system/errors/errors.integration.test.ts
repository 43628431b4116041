import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
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

describe('groups of errors in a file', () => {
  let folder: string
  before(async () => void (folder = await mkdtemp(join(tmpdir(), 'errors-'))))
  after(() => rm(folder, { recursive: true }))

  function open(path: string, version: string) {
    const lines: [string, LogFields | undefined][] = []
    const log = { ...silentLog, warn: (event: string, fields?: LogFields) => void lines.push([event, fields]) }
    const clock = testClock()
    const errors = new ErrorGroups({ log, clock, version, path })
    return { errors, lines, clock }
  }

  it('are there again after a restart, and know a regression in the next release · M15.23', async () => {
    const path = join(folder, 'telemetry', 'errors.json')
    const first = open(path, '1.0.0')
    await first.errors.open()
    first.errors.add(failed)
    first.errors.add(failed)
    first.errors.mark(first.errors.list()[0]!.fingerprint, 'resolved')
    await first.errors.close()
    assert.deepEqual(await readdir(join(folder, 'telemetry')), ['errors.json'])
    assert.equal((await stat(path)).mode & 0o077, 0)

    const second = open(path, '1.1.0')
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
  })

  it('are written a while after a change, not with each of them', async () => {
    const path = join(folder, 'later.json')
    const { errors, clock } = open(path, '1.0.0')
    for (let i = 0; i < 100; i++) errors.add(failed)
    await assert.rejects(readFile(path))
    assert.equal(clock.waiting, 1)
    clock.advance(5_000)
    await errors.close()
    assert.match(await readFile(path, 'utf8'), /"count":100/)
  })

  it('begin anew, with a line, where the file is not theirs', async () => {
    for (const text of ['{"version":1,"groups":[{"fingerprint":7}]}', '{"version":2}', 'half a docum', 'null']) {
      const path = join(folder, 'broken.json')
      await writeFile(path, text)
      const { errors, lines } = open(path, '1.0.0')
      await errors.open()
      assert.deepEqual(errors.list(), [])
      assert.deepEqual(
        lines.map(([event]) => event),
        ['error groups unreadable'],
      )
    }
  })

  it('stay in memory, with one line, where nothing can be written', async () => {
    await writeFile(join(folder, 'file'), '')
    const { errors, lines, clock } = open(join(folder, 'file', 'errors.json'), '1.0.0')
    for (let i = 0; i < 3; i++) {
      errors.add({ ...failed, name: `GET /${i}` })
      clock.advance(5_000)
    }
    await errors.close()
    assert.equal(errors.list()[0]!.count, 3)
    assert.deepEqual(
      lines.map(([event]) => event),
      ['new error', 'error groups not written'],
    )
  })
})
