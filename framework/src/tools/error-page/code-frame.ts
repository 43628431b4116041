import { readFileSync, statSync } from 'node:fs'
import type { Frame } from '../../std/stack.ts'

export interface CodeLine {
  readonly number: number
  readonly text: string
  /** It is the one that threw. */
  readonly isIt: boolean
}

const around = 6
const largestFile = 1 << 20
const longestLine = 200

/** The lines around a frame; undefined where the source is not at hand. */
export function codeFrame({ file, line }: Frame): CodeLine[] | undefined {
  let source: string
  try {
    if (statSync(file).size > largestFile) return undefined
    source = readFileSync(file, 'utf8')
  } catch {
    return undefined // Built elsewhere, or never a file: the stack says as much as there is to say.
  }
  const lines = source.split('\n')
  if (line < 1 || line > lines.length) return undefined
  const first = Math.max(1, line - around)
  return lines
    .slice(first - 1, line + around)
    .map((text, i) => ({ number: first + i, text: text.slice(0, longestLine), isIt: first + i === line }))
}
