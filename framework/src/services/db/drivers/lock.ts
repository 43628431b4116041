import { randomBytes } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { BootError } from '../../../std/errors.ts'
import { socketFolder, socketName } from './folder.ts'

const probeTimeoutMs = 5_000

/** Who has a data folder open. */
export interface Owner {
  pid: number
  /** When that process began: a pid is used again, the pair is not. */
  started: string
  /** Distinguishes two lockings by the same process. */
  id: string
  socket: string
}

export interface FolderLock {
  owner: Owner
  release(): void
}

/** Locks `folder` for this process. Throws `data-folder-locked` while another one has it; takes it over from one that died. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = lockPath(folder)
  const mine: Owner = {
    pid: process.pid,
    started: processStart(process.pid) ?? '',
    id: randomBytes(8).toString('hex'),
    socket: join(socketFolder(folder), socketName),
  }
  const other = await acquire(path, mine)
  if (other !== undefined) {
    throw new BootError(
      'data-folder-locked',
      `The data folder ${folder} is in use by process ${other.pid}, which can be reached at the socket ${other.socket}.`,
    )
  }
  return { owner: mine, release: () => releaseLock(path, mine) }
}

/** The process that has `folder` open, if one is alive. */
export async function folderOwner(folder: string): Promise<Owner | undefined> {
  const owner = readOwner(lockPath(folder))
  return owner !== undefined && (await isAlive(owner)) ? owner : undefined
}

/** Resolves to the owner that is alive, or to undefined when `path` is now `mine`. */
async function acquire(path: string, mine: Owner): Promise<Owner | undefined> {
  for (;;) {
    if (tryCreate(path, mine)) return undefined
    const owner = readOwner(path)
    if (owner === undefined) continue
    if (await isAlive(owner)) return owner
    // Removing a dead owner's lock is itself locked: of two that saw the same dead owner, the slower one would remove the quicker one's new lock.
    const rival = await acquire(`${path}.takeover`, mine)
    if (rival !== undefined) return rival
    try {
      if (readOwner(path)?.id === owner.id) {
        replace(path, mine)
        return undefined
      }
    } finally {
      releaseLock(`${path}.takeover`, mine)
    }
  }
}

/** Appears with its whole content or not at all, and only when there is none. */
function tryCreate(path: string, owner: Owner): boolean {
  const draft = writeDraft(path, owner)
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

function replace(path: string, owner: Owner): void {
  renameSync(writeDraft(path, owner), path)
}

function writeDraft(path: string, owner: Owner): string {
  const draft = join(dirname(path), `.${owner.id}.draft`)
  writeFileSync(draft, JSON.stringify(owner), { mode: 0o600 })
  return draft
}

function readOwner(path: string): Owner | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  try {
    return JSON.parse(text) as Owner
  } catch {
    // Cut off by a power failure: whoever wrote it is not running any more.
    return { pid: 0, started: '', id: text, socket: '' }
  }
}

function releaseLock(path: string, mine: Owner): void {
  if (readOwner(path)?.id === mine.id) rmSync(path, { force: true })
}

async function isAlive(owner: Owner): Promise<boolean> {
  if (owner.pid > 0 && isRunning(owner.pid) && processStart(owner.pid) === owner.started) return true
  // Its pid means nothing in this container when it runs in another one that shares the folder; its socket still answers.
  return owner.socket !== '' && (await answers(owner.socket))
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function processStart(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
      // The second field is the program's name in brackets and may hold spaces; the start is the 20th after it.
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    }
    if (process.platform === 'win32') return ''
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', timeout: probeTimeoutMs }).trim()
  } catch {
    return undefined
  }
}

function answers(socket: string): Promise<boolean> {
  return new Promise((done) => {
    const probe = connect(socket)
    probe.once('connect', () => {
      probe.destroy()
      done(true)
    })
    probe.once('error', () => done(false))
    // Somebody is there who is too busy even to say so.
    probe.setTimeout(probeTimeoutMs, () => {
      probe.destroy()
      done(true)
    })
  })
}

function lockPath(folder: string): string {
  return join(folder, 'lock')
}
