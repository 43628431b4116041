import { type ChildProcess, execFile, spawn, type SpawnOptions } from 'node:child_process'
import { closeSync, openSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client, DatabaseError, type PoolConfig } from 'pg'
import { BootError } from '../../../../std/errors.ts'
import { isRunning } from '../lock.ts'
import type { Account } from './account.ts'
import type { Binaries } from './binaries.ts'

export interface Cluster {
  binaries: Binaries
  account: Account | undefined
  data: string
  /** Holds the server's socket. */
  run: string
  logFile: string
  connection: PoolConfig
}

const pollMs = 20
const startTimeoutMs = 60_000
const stopTimeoutMs = 10_000

// The caller's own variables (PGDATA, PGPORT, LANG, TZ) must not shape the server.
const environment = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' }

export async function initialize(cluster: Pick<Cluster, 'binaries' | 'account' | 'data'>, passwordFile: string): Promise<void> {
  const { binaries, account, data } = cluster
  const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--encoding=UTF8']
  const login = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
  try {
    await promisify(execFile)(binaries.initdb, [`--pgdata=${data}`, ...login, ...locale], {
      ...account,
      cwd: data,
      env: environment,
      timeout: startTimeoutMs,
    })
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error)
    throw new BootError('database-unreachable', `initdb could not make a database in ${data}: ${said}`, { cause: error })
  }
}

/** The pid of the server for this folder: of one that a killed process left behind, or of a new one. */
export async function startServer(cluster: Cluster): Promise<number> {
  const giveUpAt = performance.now() + startTimeoutMs
  while (!(await answers(cluster))) {
    const child = spawnServer(cluster)
    const refusal = await whenReady(cluster, child)
    if (refusal === undefined) child.unref()
    // The children of a server that was killed take a moment to notice.
    else if (!refusal.includes('shared memory block') || performance.now() > giveUpAt) {
      throw new BootError('database-unreachable', `PostgreSQL did not start in ${cluster.data}. It said: ${refusal}`)
    }
  }
  return serverPid(cluster)
}

function spawnServer(cluster: Cluster): ChildProcess {
  const log = openSync(cluster.logFile, 'a', 0o600)
  const settings = ['-c', 'listen_addresses=', '-c', `unix_socket_directories=${cluster.run}`, '-c', 'timezone=UTC']
  // A session of its own: Ctrl-C in the terminal would stop the server before the application has finished with it.
  const options: SpawnOptions = { ...cluster.account, cwd: cluster.data, env: environment, detached: true, stdio: ['ignore', log, log] }
  const child = spawn(cluster.binaries.postgres, ['-D', cluster.data, ...settings], options)
  closeSync(log)
  return child
}

/** Resolves to undefined, or to what the server said when it did not start. */
async function whenReady(cluster: Cluster, child: ChildProcess): Promise<string | undefined> {
  let failed: Error | undefined
  child.once('error', (error) => (failed = error))
  for (let waited = 0; waited < startTimeoutMs; waited += pollMs) {
    if (failed !== undefined || child.exitCode !== null || child.signalCode !== null) break
    if (await answers(cluster)) return undefined
    await delay(pollMs)
  }
  child.kill('SIGQUIT')
  return failed?.message ?? readFileSync(cluster.logFile, 'utf8').trim().split('\n').slice(-3).join(' ')
}

/** Whether this folder's server, and no other, takes our password at the socket. One that is still recovering is waited for. */
async function answers(cluster: Cluster): Promise<boolean> {
  for (;;) {
    const client = new Client({ ...cluster.connection, connectionTimeoutMillis: 2000 })
    client.on('error', () => undefined)
    try {
      await client.connect()
      const { rows } = await client.query<{ data_directory: string }>('show data_directory')
      return rows[0] !== undefined && realpathSync(rows[0].data_directory) === realpathSync(cluster.data)
    } catch (error) {
      const isStarting = error instanceof DatabaseError && error.code === '57P03'
      if (!isStarting) return false
      await delay(pollMs)
    } finally {
      await client.end().catch(() => undefined)
    }
  }
}

function serverPid(cluster: Cluster): number {
  return Number(readFileSync(join(cluster.data, 'postmaster.pid'), 'utf8').split('\n')[0])
}

/** A fast shutdown: sessions are ended, everything is written, and the next start needs no recovery. */
export async function stopServer(pid: number): Promise<void> {
  if (!isRunning(pid)) return
  process.kill(pid, 'SIGINT')
  for (let waited = 0; waited < stopTimeoutMs; waited += pollMs) {
    await delay(pollMs)
    if (!isRunning(pid)) return
  }
  process.kill(pid, 'SIGQUIT')
}
