import { readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { collector, type Collector, type Findings, type Source } from './found.ts'
import type { Mode } from './leaf.ts'
import { mistake } from './mistake.ts'
import { isLeaf, type Settings, type Tree } from './settings.ts'
import { suggestion } from './suggest.ts'

export interface FileOptions {
  cwd: string
  mode: Mode
  /** Must exist when given; otherwise `config.json` and `config.{mode}.json` are read if they are there. */
  file: string | undefined
  /** For `${NAME}` in texts. */
  env: Readonly<Record<string, string | undefined>>
}

export function readFiles(description: Settings, { cwd, mode, file, env }: FileOptions): Findings {
  const into = collector()
  const names = file === undefined ? ['config.json', `config.${mode}.json`] : [file]
  for (const name of names) {
    const data = readJson(resolve(cwd, name), { into, required: file !== undefined })
    if (data !== undefined) readTree(data, { tree: description.tree, path: [], source: 'file', name: basename(name), into, env })
  }
  return into
}

export interface TreeOptions {
  tree: Tree
  path: readonly string[]
  source: Source
  name: string
  into: Collector
  env: FileOptions['env'] | undefined
}

/** Sorts nested values to the settings they are for. */
export function readTree(data: unknown, options: TreeOptions): void {
  const { tree, path, source, name, into, env } = options
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    into.refuse(mistake(name, `must hold an object${path.length === 0 ? '' : ` at ${path.join('.')}`}.`))
    return
  }
  for (const [member, value] of Object.entries(data)) {
    const node = Object.hasOwn(tree, member) ? tree[member] : undefined
    const key = [...path, member].join('.')
    if (value === null || value === undefined || key === '$schema') continue
    if (node === undefined) into.refuse(mistake(name, `has ${key}, which is not a setting.${suggestion(member, Object.keys(tree))}`))
    else if (!isLeaf(node)) readTree(value, { ...options, tree: node, path: [...path, member] })
    else if (typeof value !== 'string' || env === undefined) into.add(key, { source, name, input: value })
    else {
      const { text, missing } = expand(value, env)
      if (missing.length === 0) into.add(key, { source, name, input: text })
      else
        into.refuse(
          mistake(
            name,
            `has ${key} with \${${missing[0]}}, but ${missing[0]} is not set: set it, or write \${${missing[0]}:-default}.`,
            key,
          ),
        )
    }
  }
}

function readJson(path: string, { into, required }: { into: Collector; required: boolean }): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    if (required || code !== 'ENOENT') into.refuse(mistake(path, `cannot be read (${code}).`))
    return undefined
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    // Of the parser's message only the place: the rest quotes the file, and the file may hold secrets.
    const place = /line \d+ column \d+/.exec(error instanceof Error ? error.message : '')?.[0]
    into.refuse(mistake(path, `is not JSON${place === undefined ? '' : `: look at ${place}`}.`))
    return undefined
  }
}

/** `${NAME}` and `${NAME:-default}`; `$${` stays as `${`. */
function expand(text: string, env: FileOptions['env']): { text: string; missing: string[] } {
  const missing: string[] = []
  const expanded = text.replace(/\$?\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g, (whole, name: string, fallback?: string) => {
    if (whole.startsWith('$$')) return whole.slice(1)
    const value = env[name] || fallback
    if (value === undefined) missing.push(name)
    return value ?? ''
  })
  return { text: expanded, missing }
}
