import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PoolConfig } from 'pg'
import { BootError } from '../../../std/errors.ts'
import { readParameters } from '../../../std/service-url.ts'
import type { DbDriver, DbDriverNeeds, OpenDbDriver } from '../driver.ts'
import { sendCancel } from './cancel-request.ts'
import { folderOf, socketPort, writingTo } from './folder.ts'
import { folderOwner, lockFolder } from './lock.ts'
import { Engine } from './pglite/engine.ts'
import { EngineServer } from './pglite/server.ts'
import { emptyDatabase } from './pglite/snapshot.ts'
import { EngineStream } from './pglite/stream.ts'
import { unpackTar } from './pglite/tar.ts'
import type { WorkerTask } from './pglite/worker.ts'

const login = { user: 'postgres', database: 'postgres', ssl: false } as const

/**
 * PostgreSQL 18 inside this process: `pglite:FOLDER`, or `pglite:memory` for one that is forgotten at the end.
 *
 * `?statementDeadline=` is in milliseconds, 30,000 unless told. An acknowledged commit survives a crash of the process, not of the machine:
 * the engine never calls fsync. Ending a statement ends the engine's thread: in a folder the next one replays the log, in memory it is empty again.
 */
export const open: OpenDbDriver = (url, needs) => (url.pathname === 'memory' ? openMemory(url, needs) : openFolder(url, needs))

async function openMemory(url: URL, needs: DbDriverNeeds): Promise<DbDriver> {
  const snapshot = await emptyDatabase(engineVersion())
  let threads = 0
  const task = (): WorkerTask => {
    threads += 1
    if (threads > 1) needs.log.error('database-memory-lost', { fix: 'Use pglite:FOLDER where statements may be cancelled.' })
    return { kind: 'serve-memory', snapshot: new Uint8Array(snapshot) }
  }
  const engine = new Engine({ task, statementDeadline: statementDeadline(url), ...needs })
  await engine.start()
  return driver(engine, () => engine.close())
}

async function openFolder(url: URL, needs: DbDriverNeeds): Promise<DbDriver> {
  const deadline = statementDeadline(url)
  const folder = folderOf(url)
  await writingTo(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }))
  const lock = await writingTo(folder, () => lockFolder(folder))
  try {
    const data = join(folder, 'data')
    if (!existsSync(data)) await writingTo(folder, () => createData(data))
    checkVersion(folder, data)
    const engine = new Engine({ task: () => ({ kind: 'serve', folder: data }), statementDeadline: deadline, ...needs })
    await engine.start()
    const server = new EngineServer(engine, lock.owner.socket)
    await server.open()
    return driver(engine, async () => {
      await server.close()
      await engine.close()
      lock.release()
    })
  } catch (error) {
    lock.release()
    throw error
  }
}

function driver(engine: Engine, close: () => Promise<void>): DbDriver {
  return {
    name: 'pglite',
    durability: 'process crash',
    maxConnections: 1,
    prepares: true,
    connection: () => Promise.resolve({ ...login, stream: () => new EngineStream(engine) }),
    cancel: (processId, secretKey) => engine.cancel(processId, secretKey),
    close,
  }
}

/**
 * The same database while another process has its folder open, through that process.
 *
 * Resolves to undefined when nobody has it open: then `open` it. The engine is one backend: what an attached client sets, prepares or
 * locks for its session is seen by the owner too, and a transaction makes the owner wait, 30 s at most.
 */
export async function attach(url: URL): Promise<DbDriver | undefined> {
  const owner = url.pathname === 'memory' ? undefined : await folderOwner(folderOf(url))
  if (owner === undefined) return undefined
  const connection: PoolConfig = { ...login, host: dirname(owner.socket), port: socketPort }
  return {
    name: 'pglite',
    durability: 'process crash',
    maxConnections: 1,
    prepares: false,
    connection: () => Promise.resolve(connection),
    cancel: (processId, secretKey) => sendCancel(owner.socket, processId, secretKey),
    close: () => Promise.resolve(),
  }
}

/** A crash leaves the draft, which the next boot starts anew, or the whole folder: never half a database under its name. */
async function createData(data: string): Promise<void> {
  const draft = `${data}.draft`
  rmSync(draft, { recursive: true, force: true })
  const version = engineVersion()
  unpackTar(await emptyDatabase(version), draft)
  writeFileSync(join(draft, versionFile), `${version}\n`)
  renameSync(draft, data)
}

const versionFile = 'PGLITE_VERSION'

function checkVersion(folder: string, data: string): void {
  const written = existsSync(join(data, versionFile)) ? readFileSync(join(data, versionFile), 'utf8').trim() : 'unknown'
  const running = engineVersion()
  if (written === running) return
  throw new BootError('data-folder-version', `The data folder ${folder} was written by PGlite ${written}; this is PGlite ${running}.`)
}

function engineVersion(): string {
  const manifest = new URL('../package.json', import.meta.resolve('@electric-sql/pglite'))
  return (JSON.parse(readFileSync(fileURLToPath(manifest), 'utf8')) as { version: string }).version
}

function statementDeadline(url: URL): number {
  const { statementDeadline: text = '30000' } = readParameters(url, ['statementDeadline'])
  const milliseconds = Number(text)
  if (Number.isInteger(milliseconds) && milliseconds > 0 && milliseconds < 2 ** 31) return milliseconds
  throw new BootError('config-invalid', `statementDeadline is "${text}". Give a whole number of milliseconds, 1 or more.`)
}
