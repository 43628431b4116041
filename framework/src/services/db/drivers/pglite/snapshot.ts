import { hash } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { join as joinBytes } from './protocol.ts'
import { makeSnapshot } from './thread.ts'

const digestBytes = 32

/**
 * An empty database as a tar: made once per engine version, then read from the cache.
 *
 * Making one takes about 1.5 s, unpacking it a tenth of that. A cache that cannot be read or written costs time, nothing else.
 */
export async function emptyDatabase(version: string, cacheFolder: string = defaultCacheFolder()): Promise<Uint8Array<ArrayBuffer>> {
  const path = join(cacheFolder, `pglite-${version}.tar`)
  const cached = readCached(path)
  if (cached !== undefined) return cached
  const tar = await makeSnapshot()
  writeCached(path, tar)
  return tar
}

function readCached(path: string): Uint8Array<ArrayBuffer> | undefined {
  let file: Buffer<ArrayBuffer>
  try {
    file = readFileSync(path)
  } catch {
    return undefined
  }
  const tar = file.subarray(0, -digestBytes)
  if (file.length > digestBytes && digest(tar).equals(file.subarray(-digestBytes))) return tar
  forget(path)
  return undefined
}

function writeCached(path: string, tar: Uint8Array): void {
  const draft = `${path}.${process.pid}`
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(draft, joinBytes([tar, digest(tar)]), { mode: 0o600 })
    renameSync(draft, path)
  } catch {
    forget(draft)
  }
}

function forget(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // Its folder cannot be written either: the next boot pays once more.
  }
}

function digest(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer')
}

function defaultCacheFolder(): string {
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) && isWritable(folder)) return join(folder, 'node_modules', '.cache', 'throughline')
    if (folder === dirname(folder)) return join(tmpdir(), `throughline-cache-${process.getuid?.() ?? 'user'}`)
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}
