import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmdirSync, statfsSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import type { Db } from '../../services/db/index.ts'
import { withDatabase } from './databases.ts'

export interface Finding {
  readonly name: string
  readonly status: 'ok' | 'warn' | 'fail'
  readonly found: string
  /** What to do about it. */
  readonly fix?: string
}

const mebibyte = 1024 * 1024

export function checkNode(version: string): Finding {
  const name = 'node'
  if (Number(version.split('.')[0]) >= 24) return { name, status: 'ok', found: version }
  return { name, status: 'fail', found: `${version} is too old`, fix: 'Install Node.js 24 or newer.' }
}

const lockfiles = ['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock']

/** A lockfile in the folder or above it; and of npm's, whether it is what was installed. */
export function checkLockfile(cwd: string): Finding {
  const name = 'lockfile'
  let folder = resolve(cwd)
  while (!lockfiles.some((file) => existsSync(join(folder, file)))) {
    if (folder === dirname(folder))
      return { name, status: 'warn', found: 'none', fix: 'Commit one: without it every installation may get other versions.' }
    folder = dirname(folder)
  }
  const found = join(
    folder,
    lockfiles.find((file) => existsSync(join(folder, file)))!,
  )
  const differing = found.endsWith('package-lock.json') ? differingPackages(found, join(folder, 'node_modules/.package-lock.json')) : []
  if (differing.length === 0) return { name, status: 'ok', found }
  return {
    name,
    status: 'warn',
    found: `${differing.length} installed packages have another version, ${differing[0]} for one`,
    fix: 'Run npm ci.',
  }
}

function differingPackages(locked: string, installed: string): string[] {
  if (!existsSync(installed)) return []
  const wanted = versionsIn(locked)
  return [...versionsIn(installed)]
    .filter(([path, version]) => wanted.has(path) && wanted.get(path) !== version)
    .map(([path]) => path.replace(/^.*node_modules\//, ''))
}

function versionsIn(lockfile: string): Map<string, string | undefined> {
  const { packages = {} } = JSON.parse(readFileSync(lockfile, 'utf8')) as { packages?: Record<string, { version?: string }> }
  return new Map(Object.entries(packages).map(([path, { version }]) => [path, version]))
}

export function checkDataFolder(dataDir: string): Finding {
  const name = 'data folder'
  const folder = existing(dataDir)
  const isThere = folder === resolve(dataDir)
  try {
    accessSync(folder, constants.W_OK)
    // Asking is not enough: root may write anywhere, and still not on a disk that is mounted read-only.
    rmdirSync(mkdtempSync(join(folder, '.doctor-')))
  } catch (error) {
    return {
      name,
      status: 'fail',
      found: `${folder} cannot be written: ${(error as Error).message}`,
      fix: 'Make it writable, or set DATA_DIR to another folder.',
    }
  }
  return { name, status: 'ok', found: isThere ? folder : `${resolve(dataDir)} (the first start makes it)` }
}

export function checkDisk(dataDir: string): Finding {
  const name = 'disk'
  const { bavail, bsize } = statfsSync(existing(dataDir))
  const free = Math.floor((bavail * bsize) / mebibyte)
  const found = free < 1024 ? `${free} MiB free` : `${(free / 1024).toFixed(1)} GiB free`
  if (free < 100) return { name, status: 'fail', found, fix: 'Free some space, or set DATA_DIR to a folder on another disk.' }
  return free < 1024 ? { name, status: 'warn', found, fix: 'Free some space soon.' } : { name, status: 'ok', found }
}

export async function checkPort(host: string, port: number): Promise<Finding> {
  const name = 'port'
  if (port === 0) return { name, status: 'ok', found: 'any free one' }
  const place = `${host}:${port}`
  const problem = await new Promise<NodeJS.ErrnoException | undefined>((settle) => {
    const server = createServer()
    server.once('error', settle)
    server.listen(port, host, () => server.close(() => settle(undefined)))
  })
  if (problem === undefined) return { name, status: 'ok', found: `${place} is free` }
  // A warning only, because mostly it is this very application that is running.
  if (problem.code === 'EADDRINUSE')
    return {
      name,
      status: 'warn',
      found: `${place} is taken`,
      fix: 'Fine when this application is running; else stop the other program or set PORT.',
    }
  return {
    name,
    status: 'fail',
    found: `${place} cannot be opened (${problem.code})`,
    fix: 'Choose a port above 1023, and a HOST of this machine.',
  }
}

/** Rejects with the database's own `BootError` when it cannot be opened. */
export async function checkDatabase(db: Db, dataDir: string): Promise<Finding> {
  const name = 'database'
  // Looking must not create anything.
  if (!/^postgres(ql)?:/.test(db.place) && !existsSync(dataDir))
    return { name, status: 'ok', found: `${db.place} (the first start makes it)` }
  return withDatabase(db, async ({ engine, migrations, place }): Promise<Finding> => {
    const found = `${place}, PostgreSQL ${engine.version}, commits survive a ${engine.durability}`
    const states = (await migrations.status()).map(({ state }) => state)
    const broken = states.filter((state) => state === 'edited' || state === 'missing').length
    const pending = states.filter((state) => state === 'pending').length
    if (broken > 0)
      return {
        name,
        status: 'fail',
        found: `${found}; ${broken} migrations were edited or are missing`,
        fix: '`throughline migrate status` names them.',
      }
    if (pending > 0)
      return {
        name,
        status: 'warn',
        found: `${found}; ${pending} migrations pending`,
        fix: 'The next start applies them, or `throughline migrate up`.',
      }
    return { name, status: 'ok', found }
  })
}

/** The folder, or what there is of the way to it. */
function existing(dataDir: string): string {
  let folder = resolve(dataDir)
  while (!existsSync(folder)) folder = dirname(folder)
  return folder
}
