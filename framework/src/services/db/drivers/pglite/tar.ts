import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const block = 512

/** Writes the files of a POSIX tar into `folder`. It reads our own snapshots only: plain files and folders, short names. */
export function unpackTar(tar: Uint8Array, folder: string): void {
  const bytes = Buffer.from(tar.buffer, tar.byteOffset, tar.byteLength)
  const made = new Set<string>()
  const makeFolder = (path: string) => {
    if (made.has(path)) return
    mkdirSync(path, { recursive: true, mode: 0o700 })
    made.add(path)
  }
  makeFolder(folder)
  for (let at = 0; at + block <= bytes.length && bytes[at] !== 0;) {
    const size = Number.parseInt(text(bytes, at + 124, 12), 8)
    const path = join(folder, text(bytes, at, 100))
    if (text(bytes, at + 156, 1) === '5') makeFolder(path)
    else {
      makeFolder(dirname(path))
      writeFileSync(path, bytes.subarray(at + block, at + block + size), { mode: 0o600 })
    }
    at += block + Math.ceil(size / block) * block
  }
}

function text(bytes: Buffer, at: number, length: number): string {
  const end = bytes.indexOf(0, at)
  return bytes.toString('utf8', at, end === -1 ? at + length : Math.min(end, at + length))
}
