import { basename, isAbsolute, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ProfiledFunction } from '../../std/profile.ts'
import { frameworkFolder, ownerOf } from '../../std/stack.ts'

/** How V8 names a function in a profile. Lines count from 0. */
export interface CallFrame {
  readonly functionName: string
  readonly scriptId: string
  readonly url: string
  readonly lineNumber: number
  readonly columnNumber: number
}

/** A function as others may see it: where it is in the project, and nothing of the machine around that. */
export function functionOf({ functionName, scriptId, url, lineNumber }: CallFrame, root: string): ProfiledFunction {
  // Functions of V8, and those that stand for no function at all, are in no script.
  if (url === '' && scriptId === '0') return { name: nameOf(functionName), file: '', line: 0, of: 'node' }
  // What was compiled at run time, such as a pipeline.
  if (url === '') return { name: nameOf(functionName), file: '(compiled)', line: lineNumber + 1, of: 'framework' }
  return { name: nameOf(functionName), ...maskedFile(url, root), line: lineNumber + 1 }
}

function nameOf(name: string): string {
  return name === '' ? '(anonymous)' : name
}

/** `src/orders.ts`, `node_modules/pg/lib/client.js`, `throughline/src/app.ts`, `node:net`: never where on the disk it is. */
export function maskedFile(url: string, root: string): Pick<ProfiledFunction, 'file' | 'of'> {
  if (url.startsWith('node:')) return { file: url, of: 'node' }
  const path = pathOf(url)
  if (path === undefined) return { file: `(${url.split(':')[0]!.slice(0, 20)})`, of: 'package' }
  const of = ownerOf(path)
  const inside = relative(root, path)
  if (!inside.startsWith('..') && !isAbsolute(inside)) return { file: slashes(inside), of }
  const packages = path.lastIndexOf(`${sep}node_modules${sep}`)
  if (packages >= 0) return { file: slashes(path.slice(packages + 1)), of }
  if (of === 'framework' && frameworkFolder !== undefined)
    return { file: `throughline/${slashes(relative(`${frameworkFolder}..`, path))}`, of }
  return { file: `…/${basename(path)}`, of }
}

function pathOf(url: string): string | undefined {
  if (isAbsolute(url)) return url
  if (!url.startsWith('file:')) return undefined
  try {
    return fileURLToPath(url.split('?')[0]!)
  } catch {
    return undefined
  }
}

function slashes(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/')
}
