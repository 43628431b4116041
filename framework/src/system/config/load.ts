import { SettingsError } from './mistake.ts'
import { resolve, type Sources } from './resolve.ts'
import { isLeaf, type Settings, type Tree, type ValuesOf } from './settings.ts'

/**
 * Gives every setting its value, frozen to the last level: defaults, then files, then the environment, then flags.
 *
 * Throws a `SettingsError` (a `BootError`, exit 78) that reports every mistake at once.
 *
 * ```ts
 * import { integer, loadSettings, settings } from 'throughline/config'
 *
 * const description = settings({ http: { port: integer({ env: 'PORT', default: 3000, min: 0, max: 65_535, describe: 'Where to listen.' }) } })
 * const { http } = loadSettings(description, { env: { PORT: '8080' }, argv: ['--http.port', '9090'], cwd: '.' })
 * http.port // 9090
 * ```
 */
export function loadSettings<T extends Tree>(description: Settings<T>, sources: Sources): ValuesOf<T> {
  const { values, mistakes } = resolve(description, sources)
  if (mistakes.length > 0) throw new SettingsError(mistakes)
  return nested(description.tree, { values, path: [] }) as ValuesOf<T>
}

function nested(tree: Tree, { values, path }: { values: ReadonlyMap<string, unknown>; path: readonly string[] }): object {
  const entries = Object.entries(tree).map(([name, node]) => {
    const below = [...path, name]
    return [name, isLeaf(node) ? values.get(below.join('.')) : nested(node, { values, path: below })]
  })
  return Object.freeze(Object.fromEntries(entries))
}
