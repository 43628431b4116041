import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { BootError } from '../../../std/errors.ts'

/** The folder that `pglite:` and `embedded-postgres:` URLs name; a relative one is relative to where the process was started. */
export function folderOf(url: URL): string {
  return resolve(decodeURIComponent(url.pathname))
}

const reasons: Record<string, string> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'its file system is read-only',
  ENOSPC: 'its disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'there is a file of that name',
  ENOENT: 'it cannot be made there',
}

/** Runs `work`, which writes to `folder`; what the disk refuses becomes `data-folder-unwritable`. */
export async function writingTo<Result>(folder: string, work: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? reasons[String(error.code)] : undefined
    if (reason === undefined || error instanceof BootError) throw error
    throw new BootError('data-folder-unwritable', `The data folder ${folder} cannot be written: ${reason}.`, { cause: error })
  }
}

/**
 * The folder for the socket of a data folder: itself, or a short one in the temporary folder.
 *
 * The kernel cuts socket paths off at 108 bytes (104 on macOS). PostgreSQL's own file name lets `psql -h FOLDER` find it.
 */
export function socketFolder(folder: string): string {
  if (Buffer.byteLength(join(folder, socketName)) <= 100) return folder
  const short = join(tmpdir(), `throughline-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`)
  mkdirSync(short, { recursive: true, mode: 0o700 })
  chmodSync(short, 0o700)
  return short
}

export const socketPort = 5432
export const socketName = `.s.PGSQL.${socketPort}`
