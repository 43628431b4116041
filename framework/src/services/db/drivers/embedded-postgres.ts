import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BootError } from '../../../std/errors.ts'
import { readParameters } from '../../../std/service-url.ts'
import type { DbDriver, OpenDbDriver } from '../driver.ts'
import { sendCancel } from './cancel-request.ts'
import { type Account, checkReachable, makeServerFolder, serverAccount } from './embedded-postgres/account.ts'
import { loadBinaries } from './embedded-postgres/binaries.ts'
import { type Cluster, initialize, startServer, stopServer } from './embedded-postgres/server.ts'
import { folderOf, socketFolder, socketName, socketPort, writingTo } from './folder.ts'
import { lockFolder } from './lock.ts'

const major = '18'

/**
 * A PostgreSQL 18 server of this process's own: `embedded-postgres:FOLDER`, from the optional package `embedded-postgres`.
 *
 * It listens on a socket in the folder only, with a random password, and is stopped by `close()`. When the process is killed the server
 * stays; the next `open()` finds it and goes on with it. Not on Windows.
 */
export const open: OpenDbDriver = async (url) => {
  readParameters(url, [])
  const binaries = await loadBinaries()
  const folder = folderOf(url)
  await writingTo(folder, () => mkdirSync(folder, { recursive: true }))
  const account = serverAccount()
  checkReachable(folder, account)
  const lock = await writingTo(folder, () => lockFolder(folder))
  try {
    const cluster = await writingTo(folder, () => prepare({ binaries, account }, folder))
    const pid = await startServer(cluster)
    return driver(cluster, async () => {
      await stopServer(pid)
      lock.release()
    })
  } catch (error) {
    lock.release()
    throw error
  }
}

function driver(cluster: Cluster, close: () => Promise<void>): DbDriver {
  return {
    name: 'embedded-postgres',
    durability: 'power loss',
    prepares: true,
    // PostgreSQL's default of 100, less the three that it keeps for superusers.
    maxConnections: 97,
    connection: () => Promise.resolve(cluster.connection),
    cancel: (processId, secretKey) => sendCancel(join(cluster.run, socketName), processId, secretKey),
    close,
  }
}

async function prepare(server: Pick<Cluster, 'binaries' | 'account'>, folder: string): Promise<Cluster> {
  const run = socketFolder(join(folder, 'run'))
  makeServerFolder(run, server.account)
  const data = join(folder, 'data')
  const passwordFile = join(folder, 'password')
  if (!existsSync(data)) await create({ ...server, folder, data, passwordFile })
  checkVersion(folder, data)
  const password = readFileSync(passwordFile, 'utf8').trim()
  const connection = { host: run, port: socketPort, user: 'postgres', database: 'postgres', password, ssl: false }
  return { ...server, data, run, logFile: join(folder, 'postgres.log'), connection }
}

interface NewCluster extends Pick<Cluster, 'binaries' | 'account' | 'data'> {
  folder: string
  passwordFile: string
}

/** Under another name until it is whole, so that a crash leaves nothing that looks like a database. */
async function create({ folder, data, passwordFile, ...server }: NewCluster): Promise<void> {
  const draft = join(folder, 'data.draft')
  rmSync(draft, { recursive: true, force: true })
  makeServerFolder(draft, server.account)
  writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 })
  const readable = copyFor(passwordFile, server.account)
  try {
    await initialize({ ...server, data: draft }, readable)
  } finally {
    rmSync(readable, { force: true })
  }
  renameSync(draft, data)
}

/** initdb reads the password as the server's account; our own file stays closed to it. */
function copyFor(passwordFile: string, account: Account | undefined): string {
  const copy = `${passwordFile}.initdb`
  writeFileSync(copy, readFileSync(passwordFile), { mode: 0o600 })
  if (account !== undefined) chownSync(copy, account.uid, account.gid)
  return copy
}

function checkVersion(folder: string, data: string): void {
  const written = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim()
  if (written === major) return
  throw new BootError('data-folder-version', `The data folder ${folder} was written by PostgreSQL ${written}; this is PostgreSQL ${major}.`)
}
