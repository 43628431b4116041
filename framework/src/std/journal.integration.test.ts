import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { mountSmallDisk } from '../../test/telemetry/small-disk.ts'
import { testClock } from '../tools/testing/test-clock.ts'
import { Journal, type JournalOptions } from './journal.ts'
import { silentLog } from './log.ts'

describe('a journal', () => {
  let folder: string
  beforeEach(() => void (folder = join(mkdtempSync(join(tmpdir(), 'journal-')), 'telemetry')))
  afterEach(() => rmSync(join(folder, '..'), { recursive: true }))

  const journal = (options: Partial<JournalOptions> = {}) =>
    new Journal({ folder, name: 'x', maxBytes: 8_000, clock: testClock(new Date()), log: silentLog, ...options })
  const read = async (from: Journal) => {
    const all: unknown[][] = []
    for await (const records of from.files()) all.unshift(records)
    return all.flat()
  }
  const files = () => readdirSync(folder).toSorted()

  it('gives back what was written, in a new process and behind what others write', async () => {
    const [one, other] = [journal(), journal()]
    await one.append(['1', '{"two":"zwei\\n"}'])
    await other.append(['3'])
    await one.append(['"4"'])
    assert.deepEqual(await read(journal()), [1, { two: 'zwei\n' }, '4', 3])
    assert.deepEqual(files(), ['x-00000001.jsonl', 'x-00000002.jsonl'])
    await Promise.all([one.close(), other.close()])
  })

  it('begins its files with their head, and makes none before there is something to write', async () => {
    const one = journal({ head: () => '"head"' })
    assert.deepEqual(await read(one), [])
    await one.append(['1'])
    assert.deepEqual(await read(one), ['head', 1])
    await one.close()
  })

  it('stays within its bytes: the oldest file goes · M17.12', async () => {
    const one = journal()
    for (let i = 0; i < 2_000; i++) await one.append([JSON.stringify({ i, text: 'x'.repeat(40) })])
    await one.close()
    const bytes = files().reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
    assert.ok(bytes > 5_000 && bytes <= 8_000, String(bytes))
    const left = (await read(journal())) as { i: number }[]
    assert.deepEqual(
      left.map(({ i }) => i),
      Array.from({ length: left.length }, (_, k) => 2_000 - left.length + k),
    )
  })

  it('lets go of files whose time is over', async () => {
    const first = journal({ maxAge: 1_000 })
    await first.append(['1'])
    await first.close()
    utimesSync(join(folder, 'x-00000001.jsonl'), 0, 0)
    const second = journal({ maxAge: 1_000 })
    await second.append(['2'])
    assert.deepEqual(await read(second), [2])
    await second.close()
  })

  it('passes over torn and altered lines, and over nothing else', async () => {
    const one = journal()
    await one.append(['"kept"', '"altered"', '"kept too"', '"torn"'])
    await one.close()
    const path = join(folder, 'x-00000001.jsonl')
    writeFileSync(path, readFileSync(path, 'utf8').replace('altered', 'changed').slice(0, -3))
    assert.deepEqual(await read(journal()), ['kept', 'kept too'])
  })

  it('on a full disk counts what is lost, says so once, and goes on when there is room · M17.12', async (t) => {
    const disk = mountSmallDisk(t, 64 * 1024)
    if (disk === undefined) return
    const lines: string[] = []
    const log = { ...silentLog, warn: (event: string) => void lines.push(event), info: (event: string) => void lines.push(event) }
    const one = journal({ folder: disk, log, maxBytes: 1 << 20 })
    await one.append(['"before"'])
    writeFileSync(join(disk, 'others'), Buffer.alloc(64 * 1024 - 4_096 - 100))
    await one.append([JSON.stringify('x'.repeat(8_000)), '2'])
    await one.append([JSON.stringify('y'.repeat(8_000))])
    assert.equal(one.lost, 3)
    assert.deepEqual(lines, ['cannot be written'])
    rmSync(join(disk, 'others'))
    await one.append(['"after"'])
    assert.deepEqual(lines, ['cannot be written', 'can be written again'])
    assert.deepEqual(await read(one), ['before', 'after'])
    await one.close()
  })

  it('does not fail where there can be no folder', async () => {
    writeFileSync(folder, '')
    const one = journal()
    await one.append(['1'])
    assert.equal(one.lost, 1)
    assert.deepEqual(await read(one), [])
    await one.close()
  })
})
