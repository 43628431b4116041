import { fileURLToPath } from 'node:url'
import type { CodeOwner } from './profile.ts'

/** One line of a stack, as V8 writes it. */
export interface Frame {
  /** The function, empty where it has no name. */
  readonly call: string
  /** A path, or `node:…`. */
  readonly file: string
  readonly line: number
  readonly column: number
  /** Whose code it is. */
  readonly of: CodeOwner
}

// Behind `node_modules/` once it is installed, and not while it is developed.
const framework = new URL('../', import.meta.url)
const atLine = /^\s*at (?:async )?(?:(.*?) \()?(\S.*?):(\d+):(\d+)\)?$/
/** Somebody's message may look like anything: what is longer than this is no frame, and would take long to be found out. */
const longestLine = 600

/** The frames of an error's stack, innermost first. `message` is told apart from them, as it may have lines that look like theirs. */
export function framesOf(stack: string, message = ''): Frame[] {
  const behind = message === '' ? -1 : stack.indexOf(message)
  const lines = (behind < 0 ? stack : stack.slice(behind + message.length)).split('\n')
  return lines.map(toFrame).filter((frame) => frame !== undefined)
}

function toFrame(line: string): Frame | undefined {
  const match = line.length > longestLine ? null : atLine.exec(line)
  if (match === null) return undefined
  const [, call = '', place = '', row, column] = match
  const file = toPath(place)
  return { call, file, line: Number(row), column: Number(column), of: ownerOf(file) }
}

function toPath(place: string): string {
  if (!place.startsWith('file://')) return place
  try {
    // Source that was compiled on the way is found with a query behind its name.
    return fileURLToPath(place.split('?')[0]!)
  } catch {
    return place
  }
}

/** Where the framework itself is; undefined where it is no folder. */
export const frameworkFolder = framework.protocol === 'file:' ? fileURLToPath(framework) : undefined

/** Whose code a file is. */
export function ownerOf(file: string): CodeOwner {
  if (file.startsWith('node:')) return 'node'
  // What is written at boot, such as a compiled pipeline, has no file.
  if (file.includes('<anonymous>') || file.startsWith('eval at')) return 'framework'
  if (frameworkFolder !== undefined && file.startsWith(frameworkFolder)) return 'framework'
  return /[\\/]node_modules[\\/]/.test(file) ? 'package' : 'application'
}
