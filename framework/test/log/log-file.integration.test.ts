import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, readlink, rename, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, it, type TestContext } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { openLogFile, type LogFileOptions } from '../../src/system/log/log-file.ts'
import { testClock } from '../../src/tools/testing/test-clock.ts'

const day = 86_400_000

async function setUp(t: TestContext, options: Partial<LogFileOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'log-file-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'app.log')
  const clock = testClock(new Date())
  const lost: number[] = []
  const open = () => openLogFile({ path, ...options }, { clock, onLost: (lines) => lost.push(lines) })
  const file = open()
  const write = async (...lines: string[]) => {
    for (const line of lines) file.write(`${line}\n`)
    file.flush?.()
    await file.settled()
  }
  const old = async () => (await readdir(folder)).filter((name) => name !== 'app.log').toSorted()
  const linesOf = async (name: string) => {
    const bytes = await readFile(join(folder, name))
    return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().trimEnd().split('\n')
  }
  return { folder, path, clock, lost, open, file, write, old, linesOf }
}

describe('a log in a file', () => {
  it('is put away before it grows too large, compressed, and no line is lost or cut in two · M17.6', async (t) => {
    const { write, old, linesOf } = await setUp(t, { maxBytes: 1_000 })
    const lines = Array.from({ length: 100 }, (_, i) => `line ${i} ${'x'.repeat(90)}`)
    for (const line of lines) await write(line)
    const names = await old()
    assert.ok(names.length >= 9 && names.every((name) => /^app\.log\.\d{4}-.*Z-\d+\.gz$/.test(name)), names.join())
    const byCount = names.toSorted((one, other) => Number(/-(\d+)\.gz$/.exec(one)![1]) - Number(/-(\d+)\.gz$/.exec(other)![1]))
    const read = []
    for (const name of [...byCount, 'app.log']) read.push(...(await linesOf(name)))
    assert.deepEqual(read, lines)
  })

  it('is put away when the day is over, also one that an earlier process left behind · M17.6', async (t) => {
    const { path, clock, write, old, linesOf } = await setUp(t)
    await writeFile(path, 'yesterday\n')
    await utimes(path, new Date(clock.now().getTime() - day), new Date(clock.now().getTime() - day))
    await write('today')
    assert.deepEqual(await linesOf('app.log'), ['today'])
    clock.advance(day)
    await write('tomorrow')
    assert.deepEqual([await linesOf('app.log'), (await old()).length], [['tomorrow'], 2])
  })

  it('is kept for so many days and so many bytes · M17.6', async (t) => {
    const byAge = await setUp(t, { keepMs: 3 * day })
    for (let i = 0; i < 8; i++) {
      await byAge.write(`day ${i}`)
      byAge.clock.advance(day)
    }
    assert.equal((await byAge.old()).length, 4)
    const bySize = await setUp(t, { maxBytes: 1_000, keepBytes: 2_000 })
    for (let i = 0; i < 20; i++) {
      const random = Array.from({ length: 900 }, () => String.fromCharCode(97 + Math.random() * 26)).join('')
      await bySize.write(random)
    }
    const kept = await bySize.old()
    assert.ok(kept.length >= 2 && kept.length <= 3, kept.join())
  })

  it('leaves files of others alone, and finishes what a killed process had begun · M17.6', async (t) => {
    const { folder, write, old } = await setUp(t, { keepMs: day })
    const stamp = new Date().toISOString().replaceAll(':', '-')
    await writeFile(join(folder, 'app.log.backup'), 'not ours')
    await writeFile(join(folder, 'app.login'), 'not ours')
    await writeFile(join(folder, `app.log.${stamp}-1`), 'put away, not compressed\n')
    await writeFile(join(folder, `app.log.${stamp}-1.gz.part`), 'half')
    await write('on')
    assert.deepEqual(await old(), [`app.log.${stamp}-1.gz`, 'app.log.backup', 'app.login'])
  })

  it('is opened again where others have moved it away · M17.6', async (t) => {
    const { folder, path, file, write, linesOf } = await setUp(t)
    await write('one')
    await rename(path, join(folder, 'moved'))
    await write('two')
    file.reopen()
    await write('three')
    assert.deepEqual([await linesOf('moved'), await linesOf('app.log')], [['one', 'two'], ['three']])
  })

  it('that is a device stays where it is · M17.6', async (t) => {
    const { clock, path, file, lost, write, old } = await setUp(t, { maxBytes: 10 })
    await symlink('/dev/null', path)
    await write('a line of more than ten bytes')
    clock.advance(day)
    await write('and another one')
    file.reopen()
    await write('and the last one')
    assert.deepEqual([await old(), lost, await readlink(path)], [[], [], '/dev/null'])
  })

  it('tells at the start where it cannot be opened · M17.6', async (t) => {
    const { folder } = await setUp(t)
    const within = join(folder, 'file')
    await writeFile(within, '')
    const file = openLogFile({ path: join(within, 'app.log') }, { clock: testClock(), onLost: () => {} })
    assert.throws(() => file.reopen(), { code: 'config-invalid', message: /app\.log cannot be opened: (ENOTDIR|EEXIST)/ })
  })

  it('goes on without a disk that is full, and says how much is missing once there is room · M17.6', async (t) => {
    const { path, file, lost, write, linesOf } = await setUp(t)
    await symlink('/dev/full', path)
    await write('lost', 'lost as well')
    assert.deepEqual(lost, [])
    await unlink(path)
    file.reopen()
    await write('written')
    assert.deepEqual([lost, await linesOf('app.log')], [[2], ['written']])
  })

  it('is what LOG_FILE names: nothing on stdout, and all of it in the file when the process ends · M17.6 M17.3', async (t) => {
    const { path, linesOf } = await setUp(t)
    const program = fileURLToPath(new URL('chatty.ts', import.meta.url))
    const child = spawn(process.execPath, [program, '5000', 'exit', path], { stdio: ['ignore', 'pipe', 'inherit'], env: {} })
    t.after(() => child.kill('SIGKILL'))
    const said: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => said.push(chunk))
    assert.deepEqual(await once(child, 'exit'), [0, null])
    const lines = await linesOf('app.log')
    assert.deepEqual([said.length, lines.length, (JSON.parse(lines.at(-1)!) as { line: number }).line], [0, 5_000, 4_999])
  })
})
