import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { systemClock } from '../../../std/clock.ts'
import { BootError } from '../../../std/errors.ts'
import { silentLog } from '../../../std/log.ts'
import type { DbDriver } from '../driver.ts'
import { open } from './embedded-postgres.ts'

const scratch = mkdtempSync(join(tmpdir(), 'embedded-test-'))
// mkdtemp makes it private, and the server may run as another user.
chmodSync(scratch, 0o755)
after(() => rmSync(scratch, { recursive: true, force: true }))

function openAt(folder: string, parameters = ''): Promise<DbDriver> {
  return open(new URL(`embedded-postgres:${folder}${parameters}`), { clock: systemClock, log: silentLog })
}

async function clientOf(driver: DbDriver): Promise<pg.Client> {
  const client = new pg.Client(await driver.connection())
  client.on('error', () => undefined)
  await client.connect()
  return client
}

function serverPid(folder: string): number {
  return Number(readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8').split('\n')[0])
}

describe('the embedded-postgres driver', { timeout: 60_000 }, () => {
  it('starts a server, keeps its data over a restart, and leaves nothing running · M22.18', async () => {
    const folder = join(scratch, 'restart')
    const first = await openAt(folder)
    const client = await clientOf(first)
    await client.query('create table kept as select 7 as id')
    assert.match((await client.query<{ server_version: string }>('show server_version')).rows[0]?.server_version ?? '', /^18/)
    assert.equal((await client.query<{ fsync: string }>('show fsync')).rows[0]?.fsync, 'on')
    await client.end()
    const pid = serverPid(folder)
    await first.close()
    assert.throws(() => process.kill(pid, 0))
    const second = await openAt(folder)
    const next = await clientOf(second)
    assert.deepEqual((await next.query('select id from kept')).rows, [{ id: 7 }])
    await next.end()
    await second.close()
    assert.ok(!existsSync(join(folder, 'lock')))
    assert.equal(statSync(join(folder, 'password')).mode & 0o777, 0o600)
  })

  it('goes on with the server that a killed process left behind · M10.6 M22.23', async () => {
    const folder = join(scratch, 'orphan')
    const child = spawn(process.execPath, [fileURLToPath(new URL('./fixtures/embedded-writer.ts', import.meta.url)), folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    const ended = once(child, 'exit')
    await assert.rejects(openAt(folder), (error) => error instanceof BootError && error.code === 'data-folder-locked')
    child.kill('SIGKILL')
    await ended
    const orphan = serverPid(folder)
    const driver = await openAt(folder)
    const client = await clientOf(driver)
    assert.equal(serverPid(folder), orphan)
    assert.deepEqual((await client.query('select id from written')).rows, [{ id: 1 }])
    await client.end()
    await driver.close()
    assert.throws(() => process.kill(orphan, 0))
  })

  it('recovers from a server that was killed', async () => {
    const folder = join(scratch, 'killed')
    const first = await openAt(folder)
    const client = await clientOf(first)
    await client.query('create table kept as select 1 as id')
    const gone = new Promise((resolve) => client.once('end', resolve))
    process.kill(serverPid(folder), 'SIGKILL')
    await gone
    await first.close()
    const second = await openAt(folder)
    const next = await clientOf(second)
    assert.deepEqual((await next.query('select id from kept')).rows, [{ id: 1 }])
    await next.end()
    await second.close()
  })

  it('cancels a statement with 57014 and keeps the connection', async () => {
    const driver = await openAt(join(scratch, 'cancel'))
    const client = await clientOf(driver)
    const { processID, secretKey } = client as unknown as { processID: number; secretKey: number }
    const running = assert.rejects(
      client.query('select pg_sleep(600)'),
      (error) => error instanceof pg.DatabaseError && error.code === '57014',
    )
    const watcher = await clientOf(driver)
    const isSleeping = async () =>
      (await watcher.query(`select 1 from pg_stat_activity where pid = $1 and wait_event = 'PgSleep'`, [processID])).rowCount === 1
    while (!(await isSleeping()));
    await driver.cancel(processID, secretKey)
    await running
    assert.deepEqual((await client.query('select 1 as one')).rows, [{ one: 1 }])
    await client.end()
    await watcher.end()
    await driver.close()
  })

  it('refuses a folder of another major version', async () => {
    const folder = join(scratch, 'older')
    mkdirSync(join(folder, 'data'), { recursive: true })
    writeFileSync(join(folder, 'data', 'PG_VERSION'), '15\n')
    await assert.rejects(
      openAt(folder),
      (error) => error instanceof BootError && error.code === 'data-folder-version' && /15.*18/.test(error.message),
    )
  })

  it('says that the user postgres may not enter the folder', { skip: process.getuid?.() !== 0 && 'not root' }, async () => {
    const closed = join(scratch, 'closed')
    mkdirSync(closed, { mode: 0o700 })
    await assert.rejects(
      openAt(join(closed, 'pg')),
      (error) => error instanceof BootError && error.code === 'data-folder-unwritable' && error.message.includes(`may not enter ${closed}`),
    )
  })

  it('refuses parameters', async () => {
    await assert.rejects(
      openAt(join(scratch, 'x'), '?a=b'),
      (error) => error instanceof BootError && error.code === 'driver-parameter-unknown',
    )
  })
})
