import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { root } from '../source-tree.ts'

/** Where a program is that this machine may lack: in `.cache/bin`, where `.ci/run` puts what it builds, or on the path. */
export function installed(name: string): string | undefined {
  const folders = [join(root, '.cache/bin'), ...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
  return folders.map((folder) => join(folder, name)).find(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
