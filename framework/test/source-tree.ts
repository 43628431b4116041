import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root, with a slash at the end. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

export interface SourceFile {
  /** From the root, with `/`. */
  readonly path: string
  readonly text: string
}

export interface Import {
  readonly from: string
  readonly line: number
  /** `node:fs`, a package's name, `throughline/db`, or a path from the root. */
  readonly target: string
  /** Erased before it runs. */
  readonly typesOnly: boolean
  /** By a call: loaded when that is made. */
  readonly later: boolean
}

/** The files that match, without what is installed, built or generated. */
export function sourceFiles(...patterns: string[]): SourceFile[] {
  return globSync(patterns, { cwd: root, exclude: (name) => name === 'node_modules' || name === 'dist' || name === '.cache' })
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}

export function isTest(path: string): boolean {
  return /\.(test|test-d)\.ts$/.test(path) || /(^|\/)test\//.test(path)
}

/** Every static and dynamic import. Statements are found at the start of a line, so that the ones in doc comments are not. */
export function importsOf({ path, text }: SourceFile): Import[] {
  const statements = text.matchAll(/^(?:import|export)\s+(?:(?<type>type)\s)?(?<names>[^'"`;]*?from\s+)?'(?<specifier>[^']+)'/gm)
  const calls = text.matchAll(/^(?!\s*(?:\*|\/\/)).*?\bimport\('(?<specifier>[^']+)'\)/gm)
  const called = [...calls]
  return [...statements, ...called].map((match) => {
    const { type, names, specifier } = match.groups as { type?: string; names?: string; specifier: string }
    return {
      from: path,
      line: text.slice(0, match.index).split('\n').length,
      target: specifier.startsWith('.') ? posix.join(dirname(path), specifier) : specifier,
      typesOnly: type !== undefined || (names !== undefined && everyNameIsType(names)),
      later: called.includes(match),
    }
  })
}

function everyNameIsType(names: string): boolean {
  const inner = /^\{(.*)\}\s*from\s+$/s.exec(names)?.[1]
  if (inner === undefined) return false
  const list = inner.split(',').filter((name) => name.trim() !== '')
  return list.length > 0 && list.every((name) => /^\s*type\s/.test(name))
}

/** Fails with the list as its message: a diff of two arrays would show every entry twice. */
export function none(offenders: readonly (string | undefined)[]): void {
  const list = offenders.filter((entry) => entry !== undefined)
  if (list.length > 0) assert.fail(`\n${list.join('\n')}`)
}
