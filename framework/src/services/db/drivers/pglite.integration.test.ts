import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { type Clock, systemClock } from '../../../std/clock.ts'
import { BootError } from '../../../std/errors.ts'
import { silentLog } from '../../../std/log.ts'
import type { DbDriver } from '../driver.ts'
import { attach, open } from './pglite.ts'

const scratch = mkdtempSync(join(tmpdir(), 'pglite-test-'))
after(() => rmSync(scratch, { recursive: true, force: true }))

let folders = 0
function newFolder(): string {
  folders += 1
  return join(scratch, String(folders))
}

function openAt(folder: string, options: { clock?: Clock; parameters?: string } = {}): Promise<DbDriver> {
  return open(new URL(`pglite:${folder}${options.parameters ?? ''}`), { clock: options.clock ?? systemClock, log: silentLog })
}

async function clientOf(driver: DbDriver): Promise<pg.Client> {
  const client = new pg.Client({ ...(await driver.connection()), pipeline: true })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

async function cancel(driver: DbDriver, client: pg.Client): Promise<void> {
  const { processID, secretKey } = client as unknown as { processID: number; secretKey: number }
  await driver.cancel(processID, secretKey)
}

/** Resolves when the backend that `client` shares is running something. */
function whenSent(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

const sleepForever = 'select count(*) from generate_series(1, 100000000000)'

function rejectsWith(sqlState: string): (error: unknown) => boolean {
  return (error) => error instanceof pg.DatabaseError && error.code === sqlState
}

function bootErrorWith(code: string, text: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof BootError && error.code === code && text.test(error.message)
}

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

describe('the pglite driver', { timeout: 120_000 }, () => {
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

  it('cancels a statement with 57014 and serves the next connection with the data that was committed', async () => {
    const driver = await openAt(newFolder())
    const client = await clientOf(driver)
    await client.query('create table kept (id int)')
    await client.query('insert into kept values (1)')
    await client.query('begin')
    await client.query('insert into kept values (2)')
    const running = client.query(sleepForever)
    await whenSent()
    await Promise.all([assert.rejects(running, rejectsWith('57014')), cancel(driver, client)])
    const next = await clientOf(driver)
    assert.deepEqual((await next.query('select id from kept')).rows, [{ id: 1 }])
    await next.end()
    await driver.close()
  })

  it('leaves a session alone that runs nothing when its cancel comes, or whose key is not known', async () => {
    const driver = await open(new URL('pglite:memory'), { clock: systemClock, log: silentLog })
    const client = await clientOf(driver)
    await client.query('create table kept (id int)')
    await cancel(driver, client)
    const running = client.query('select count(*) from generate_series(1, 100000)')
    await whenSent()
    await driver.cancel(1, 1)
    await running
    assert.deepEqual((await client.query('select * from kept')).rows, [])
    await client.end()
    await driver.close()
  })

  it('kills a statement at its deadline', async () => {
    const driver = await openAt(newFolder(), { parameters: '?statementDeadline=300' })
    const client = await clientOf(driver)
    await assert.rejects(client.query(sleepForever), rejectsWith('57014'))
    const next = await clientOf(driver)
    assert.deepEqual((await next.query('select 1 as one')).rows, [{ one: 1 }])
    await next.end()
    await driver.close()
  })

  it('goes on after the engine gave up, failing only what was in flight', async () => {
    const driver = await openAt(newFolder())
    const client = await clientOf(driver)
    // The engine cannot serve COPY FROM STDIN: it ends the session with FATAL and would spin for ever.
    await assert.rejects(client.query('copy pg_am from stdin'))
    const next = await clientOf(driver)
    assert.deepEqual((await next.query('select 1 as one')).rows, [{ one: 1 }])
    await next.end()
    await driver.close()
  })

  it('delivers notifications after the commit, and none of a rollback', async () => {
    const driver = await open(new URL('pglite:memory'), { clock: systemClock, log: silentLog })
    const client = await clientOf(driver)
    const heard: string[] = []
    client.on('notification', ({ payload }) => heard.push(payload ?? ''))
    await client.query('listen news')
    await client.query(`begin; notify news, 'undone'; rollback`)
    await client.query(`begin; notify news, 'kept'; commit`)
    await client.query('select 1')
    assert.deepEqual(heard, ['kept'])
    await client.end()
    await driver.close()
  })

  it('answers a large result whole', async () => {
    const driver = await open(new URL('pglite:memory'), { clock: systemClock, log: silentLog })
    const client = await clientOf(driver)
    const { rows } = await client.query<{ i: number }>(`select i, repeat('x', 300) from generate_series(1, 20000) i`)
    assert.equal(rows.length, 20_000)
    assert.ok(rows.every((row, index) => row.i === index + 1))
    await client.end()
    await driver.close()
  })

  it('gives a new session nothing of the one before it', async () => {
    const driver = await open(new URL('pglite:memory'), { clock: systemClock, log: silentLog })
    const first = await clientOf(driver)
    await first.query(`set application_name = 'first'`)
    await first.query({ name: 'same', text: 'select 1 as one' })
    await first.query('begin')
    await first.end()
    const second = await clientOf(driver)
    assert.deepEqual((await second.query({ name: 'same', text: 'select 2 as two' })).rows, [{ two: 2 }])
    assert.deepEqual((await second.query('show application_name')).rows, [{ application_name: '' }])
    assert.equal((await second.query('select pg_current_xact_id_if_assigned() as tx')).rows.length, 1)
    await second.end()
    await driver.close()
  })

  it('shares the engine with an attached client, which waits for a transaction to end', async () => {
    const folder = newFolder()
    const url = new URL(`pglite:${folder}`)
    assert.equal(await attach(url), undefined)
    const driver = await openAt(folder)
    const owner = await clientOf(driver)
    await owner.query('create table shared (id int)')
    const guestDriver = await attach(url)
    assert.ok(guestDriver !== undefined)
    const guest = await clientOf(guestDriver)
    await owner.query('begin')
    await owner.query('insert into shared values (1)')
    const reading = guest.query('select id from shared')
    await owner.query('insert into shared values (2)')
    await owner.query('rollback')
    assert.deepEqual((await reading).rows, [])
    await guest.query('insert into shared values (3)')
    await guest.query('begin')
    await guest.query('insert into shared values (4)')
    await guest.end()
    assert.deepEqual((await owner.query('select id from shared')).rows, [{ id: 3 }])
    await owner.end()
    await driver.close()
  })

  it('lets an attached client cancel its own statement', async () => {
    const folder = newFolder()
    const driver = await openAt(folder)
    const guestDriver = await attach(new URL(`pglite:${folder}`))
    assert.ok(guestDriver !== undefined)
    const guest = await clientOf(guestDriver)
    const running = assert.rejects(guest.query(sleepForever), rejectsWith('57014'))
    while ((await Promise.race([running.then(() => 'over'), cancel(guestDriver, guest)])) !== 'over') await whenSent()
    await driver.close()
  })

  it('ends an attached client that sits in a transaction', async () => {
    const timers: (() => void)[] = []
    const clock: Clock = { ...systemClock, after: (ms, work) => (ms === 30_000 ? void timers.push(work) : undefined, () => undefined) }
    const folder = newFolder()
    const driver = await openAt(folder, { clock })
    const guestDriver = await attach(new URL(`pglite:${folder}`))
    assert.ok(guestDriver !== undefined)
    const guest = await clientOf(guestDriver)
    await guest.query('begin')
    const owner = new pg.Client(await driver.connection())
    const connecting = owner.connect()
    timers.at(-1)?.()
    await connecting
    assert.deepEqual((await owner.query('select 1 as one')).rows, [{ one: 1 }])
    await owner.end()
    await driver.close()
  })

  it('understands bytes however the socket splits them', async () => {
    const folder = newFolder()
    const driver = await openAt(folder)
    const socket = connect(join(folder, '.s.PGSQL.5432'))
    const parameters = Buffer.from('\0\u0003\0\0user\0postgres\0\0', 'latin1')
    const startup = Buffer.concat([Buffer.from([0, 0, 0, parameters.length + 4]), parameters])
    const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])
    const text = Buffer.from(`select 'odd' || 'ities'\0`)
    const asked = Buffer.concat([Buffer.from('Q'), Buffer.from([0, 0, 0, text.length + 4]), text])
    let heard = ''
    socket.on('data', (bytes) => (heard += bytes.toString('latin1')))
    for (const byte of Buffer.concat([sslRequest, startup, asked])) {
      socket.write(Buffer.from([byte]))
      await whenSent()
    }
    while (!heard.includes('oddities')) await once(socket, 'data')
    assert.equal(heard[0], 'N')
    socket.destroy()
    await driver.close()
  })

  it('hangs up on a message that cannot be one, and goes on', async () => {
    const folder = newFolder()
    const driver = await openAt(folder)
    const socket = connect(join(folder, '.s.PGSQL.5432'))
    socket.write('GET / HTTP/1.1\r\n\r\n')
    let heard = ''
    socket.on('data', (bytes) => (heard += bytes.toString('latin1')))
    await once(socket, 'close')
    assert.match(heard, /C08P01/)
    const client = await clientOf(driver)
    await client.query('select 1')
    await client.end()
    await driver.close()
  })

  it('vacuums and checkpoints after something was written, not in a transaction', async () => {
    const timers: (() => void)[] = []
    const clock: Clock = { ...systemClock, after: (ms, work) => (ms === 300_000 ? void timers.push(work) : undefined, () => undefined) }
    const driver = await open(new URL('pglite:memory'), { clock, log: silentLog })
    const client = await clientOf(driver)
    await client.query('create table t (id int)')
    await client.query('insert into t select generate_series(1, 500)')
    await client.query('begin')
    timers.at(-1)?.()
    await client.query('select 1')
    await client.query('commit')
    const estimate = await client.query<{ reltuples: number }>(`select reltuples from pg_class where relname = 't'`)
    assert.equal(estimate.rows[0]?.reltuples, 500)
    await client.end()
    await driver.close()
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
    const file = join(scratch, 'a-file')
    writeFileSync(file, '')
    await assert.rejects(openAt(join(file, 'db')), bootErrorWith('data-folder-unwritable', /a part of its path is a file\.$/))
  })

  it('refuses parameters that it does not know, and a deadline that is none', async () => {
    await assert.rejects(openAt(newFolder(), { parameters: '?fsync=on' }), bootErrorWith('driver-parameter-unknown', /statementDeadline/))
    await assert.rejects(
      openAt(newFolder(), { parameters: '?statementDeadline=soon' }),
      bootErrorWith('driver-parameter-unknown', /"soon"/),
    )
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
