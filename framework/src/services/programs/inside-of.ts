import { lstat, realpath } from 'node:fs/promises'
import { basename, dirname, join, posix, sep, win32 } from 'node:path'
import { pathRefused } from './errors.ts'

const never: ReadonlySet<unknown> = new Set(['ENOTDIR', 'ELOOP', 'ENAMETOOLONG'])

/**
 * The absolute path of what a stranger's `path` names inside of the folder `root`, links followed; a file that does not exist yet is named in
 * a folder that does. It begins with a slash, so that no program takes it for an option.
 *
 * Rejects with `path-refused` (422) for what is absolute, has `..`, a backslash or a control character in it, or leads outside through a link.
 * It is true of this moment: where others may change the folder, a link can take a folder's place before the path is used.
 *
 * ```ts
 * import { insideOf } from 'throughline/programs'
 *
 * export const pictureOf = (name: string) => insideOf('/srv/pictures', name)
 * ```
 */
export async function insideOf(root: string, path: string): Promise<string> {
  if (path === '' || /[\p{Cc}\\]/u.test(path) || posix.isAbsolute(path) || path.split('/').includes('..')) throw pathRefused()
  // `C:x` is relative to another drive's folder, and `x:y` a hidden stream of x.
  if (/^[a-z]:/i.test(path) || (sep === win32.sep && path.includes(':'))) throw pathRefused()
  const folder = await realpath(root)
  const found = await realPath(join(folder, path))
  if (found !== folder && !found.startsWith(folder.endsWith(sep) ? folder : folder + sep)) throw pathRefused()
  return found
}

async function realPath(path: string): Promise<string> {
  const found = await existing(path)
  if (found !== undefined) return found
  // A link to nothing is something: whoever writes to it writes to where it leads.
  const isLink = await lstat(path).then(
    () => true,
    () => false,
  )
  const folder = isLink ? undefined : await existing(dirname(path))
  if (folder === undefined) throw pathRefused()
  return join(folder, basename(path))
}

async function existing(path: string): Promise<string | undefined> {
  try {
    return await realpath(path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    if (error.code === 'ENOENT') return undefined
    // Through a file, in circles, or too long to be one.
    throw never.has(error.code) ? pathRefused() : error
  }
}
