import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { attach } from './pglite.ts'
import { bootErrorWith, clientOf, openAt, scratchFolder } from './fixtures/pglite.ts'

const { newFolder, remove } = scratchFolder()
after(remove)

async function startWriter(folder: string): Promise<{ child: ChildProcess; lines: string[]; seen: (count: number) => Promise<void> }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./fixtures/pglite-writer.ts', import.meta.url)), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  const reader = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  reader.on('line', (line) => lines.push(line))
  await once(reader, 'line')
  const seen = async (count: number) => {
    while (lines.length < count) await once(reader, 'line')
  }
  return { child, lines, seen }
}

async function killNow(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

describe('the data folder of pglite', { timeout: 120_000 }, () => {
  it('keeps every acknowledged commit, and no half transfer, through kill -9 · M10.3 M10.6 M22.23', async () => {
    const folder = newFolder()
    let acknowledged = 0
    for (const rows of [5, 120, 300]) {
      const writer = await startWriter(folder)
      await writer.seen(rows)
      await killNow(writer.child)
      acknowledged = Number(writer.lines.at(-1))
    }
    const driver = await openAt(folder)
    const client = await clientOf(driver)
    const counted = await client.query<{ rows: number; highest: number; sum: number; moved: number }>(
      `select count(*)::int as rows, max(id) as highest, (select sum(cents)::int from account) as sum,
        (select cents from account where name = 'b') as moved from written`,
    )
    const found = counted.rows[0]
    await client.end()
    await driver.close()
    assert.ok(found !== undefined && acknowledged >= 400)
    // The kill may come between a commit and the line that reports it, once a round.
    assert.ok(found.highest >= acknowledged && found.highest <= acknowledged + 3)
    assert.equal(found.rows, found.highest)
    assert.equal(found.moved, found.rows)
    assert.equal(found.sum, 0)
  })

  it('refuses a second opener and names the process that has the folder, until it is gone', async () => {
    const folder = newFolder()
    const writer = await startWriter(folder)
    await assert.rejects(openAt(folder), bootErrorWith('data-folder-locked', new RegExp(`process ${writer.child.pid}.*\\.s\\.PGSQL`)))
    await killNow(writer.child)
    const driver = await openAt(folder)
    await assert.rejects(openAt(folder), bootErrorWith('data-folder-locked', new RegExp(`process ${process.pid}`)))
    await driver.close()
    assert.ok(!existsSync(join(folder, 'lock')))
    assert.ok(!existsSync(join(folder, '.s.PGSQL.5432')))
  })

  it('takes over the lock of a dead process, and of two that try at once lets one win', async () => {
    const folder = newFolder()
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: process.pid, started: 'another time', id: 'dead', socket: '' }))
    const outcomes = await Promise.allSettled([openAt(folder), openAt(folder), openAt(folder)])
    const winners = outcomes.filter((outcome) => outcome.status === 'fulfilled')
    const losers = outcomes.filter((outcome) => outcome.status === 'rejected')
    for (const winner of winners) await winner.value.close()
    assert.equal(winners.length, 1)
    for (const loser of losers) assert.ok(bootErrorWith('data-folder-locked', /in use/)(loser.reason))
  })

  it('takes over a lock that a power failure cut off', async () => {
    const folder = newFolder()
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'lock'), '{"pid":')
    await (await openAt(folder)).close()
  })

  it('refuses a folder of another engine version and names both', async () => {
    const folder = newFolder()
    await (await openAt(folder)).close()
    const stamp = join(folder, 'data', 'PGLITE_VERSION')
    const version = readFileSync(stamp, 'utf8').trim()
    writeFileSync(stamp, '0.1.0\n')
    await assert.rejects(openAt(folder), bootErrorWith('data-folder-version', new RegExp(`0\\.1\\.0.*${version.replaceAll('.', '\\.')}`)))
    assert.ok(!existsSync(join(folder, 'lock')))
  })

  it('says in one sentence that a folder cannot be written', async () => {
    const file = newFolder()
    writeFileSync(file, '')
    await assert.rejects(openAt(join(file, 'db')), bootErrorWith('data-folder-unwritable', /a part of its path is a file\.$/))
  })

  it('refuses parameters that it does not know, and a deadline that is none', async () => {
    await assert.rejects(openAt(newFolder(), { parameters: '?fsync=on' }), bootErrorWith('driver-parameter-unknown', /statementDeadline/))
    await assert.rejects(openAt(newFolder(), { parameters: '?statementDeadline=soon' }), bootErrorWith('config-invalid', /"soon"/))
  })

  it('puts its socket elsewhere when the path of the folder is too long for one', async () => {
    const folder = join(newFolder(), 'long'.repeat(30))
    const driver = await openAt(folder)
    const guestDriver = await attach(new URL(`pglite:${folder}`))
    assert.ok(guestDriver !== undefined)
    const guest = await clientOf(guestDriver)
    assert.deepEqual((await guest.query('select 1 as one')).rows, [{ one: 1 }])
    await guest.end()
    await driver.close()
  })
})
