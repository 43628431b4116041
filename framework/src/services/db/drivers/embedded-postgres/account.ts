import { execFileSync } from 'node:child_process'
import { chownSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { BootError } from '../../../../std/errors.ts'

/** Whom the server runs as. */
export interface Account {
  uid: number
  gid: number
}

/** PostgreSQL refuses to run as root: then it is the user `postgres`, which is made when there is none. Everybody else runs it as themselves. */
export function serverAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  try {
    return { uid: idOf('-u'), gid: idOf('-g') }
  } catch {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'], {
      stdio: 'pipe',
      timeout: 10_000,
    })
    return { uid: idOf('-u'), gid: idOf('-g') }
  }
}

function idOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: 'pipe', timeout: 10_000 }))
}

/** A folder that only the server may use. The folders above it stay as they are. */
export function makeServerFolder(path: string, account: Account | undefined): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  if (account !== undefined) chownSync(path, account.uid, account.gid)
}

/** Refuses a folder that the server's account cannot get to, before initdb fails with half a sentence. */
export function checkReachable(folder: string, account: Account | undefined): void {
  if (account === undefined) return
  for (let path = folder; ; path = dirname(path)) {
    const { mode, uid, gid } = statSync(path)
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
    if ((mode & bit) === 0) {
      throw new BootError(
        'data-folder-unwritable',
        `The data folder ${folder} is closed to the user postgres, as whom the server runs when this process is root: it may not enter ${path}.`,
        { fix: 'Do not run as root, or use a folder that every user may enter, for example below /tmp or /var/lib.' },
      )
    }
    if (path === dirname(path)) return
  }
}
