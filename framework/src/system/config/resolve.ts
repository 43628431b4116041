import { resolve as resolvePath } from 'node:path'
import { openEnvironment, readEnvironment } from './environment.ts'
import { readFiles, readTree } from './file.ts'
import { readFlags, type Flags } from './flags.ts'
import { collector, type Findings, type Found } from './found.ts'
import type { Mode } from './leaf.ts'
import { mistake, type Mistake } from './mistake.ts'
import type { Setting, Settings } from './settings.ts'

/** Where settings come from, weakest first: defaults, files, environment, flags, `overrides`. */
export interface Sources {
  env: Readonly<Record<string, string | undefined>>
  /** Without node and the script: `process.argv.slice(2)`. */
  argv: readonly string[]
  /** Where `config.json`, `config.{mode}.json` and, in development, `.env` are looked for. */
  cwd: string
  /** A settings file instead of the two; `--config` and APP_CONFIG do the same. */
  file?: string
  /** Instead of NODE_ENV. */
  mode?: Mode
  /** Shaped as a file, above all others: for tests and embedding. */
  overrides?: Readonly<Record<string, unknown>>
  /** Secrets may be missing: for checking a production configuration where nobody knows them. */
  secretsElsewhere?: boolean
}

export interface Resolved {
  readonly mode: Mode
  /** By key, weakest first; the last one wins. */
  readonly candidates: ReadonlyMap<string, readonly Found[]>
  readonly values: ReadonlyMap<string, unknown>
  readonly mistakes: readonly Mistake[]
}

/** Finds, weighs and reads every setting. Never throws: what is wrong is in `mistakes`. */
export function resolve(description: Settings, sources: Sources): Resolved {
  const flags = readFlags(description, sources.argv)
  const mode = modeOf(description, { sources, flags })
  const environment = openEnvironment(sources.env, mode === 'development' ? resolvePath(sources.cwd, '.env') : undefined)
  const file = flags.file ?? (sources.env['APP_CONFIG'] || undefined) ?? sources.file
  const layers: Findings[] = [
    readFiles(description, { cwd: sources.cwd, mode, file, env: environment.values }),
    readEnvironment(description, environment, sources.cwd),
    flags,
    readOverrides(description, sources),
  ]

  const candidates = new Map<string, readonly Found[]>()
  const values = new Map<string, unknown>()
  const mistakes = [...environment.mistakes, ...layers.flatMap((layer) => layer.mistakes)]
  const refused = new Set(mistakes.map(({ key }) => key))
  for (const setting of description.all) {
    const all = [...defaults(setting), ...layers.flatMap((layer) => layer.found.get(setting.key) ?? [])]
    candidates.set(setting.key, all)
    const reading = read(setting, { winner: all.at(-1), mode, sources })
    if ('value' in reading) values.set(setting.key, reading.value)
    // Who gave a value that could not be read at all need not be told as well that there is none.
    else if (all.length > 0 || !refused.has(setting.key)) mistakes.push(reading)
  }
  const told = values.get('mode')
  if (told !== undefined && told !== mode) {
    mistakes.push(
      mistake(
        candidates.get('mode')!.at(-1)!.name,
        `cannot set the mode: it decides which files are read, so set NODE_ENV before the start.`,
        'mode',
      ),
    )
  }
  return { mode, candidates, values, mistakes }
}

/** Known before any file is read. What is not a mode gets the strictest rules, so that a misspelt `prodution` does not relax them. */
function modeOf(description: Settings, { sources, flags }: { sources: Sources; flags: Flags }): Mode {
  const names = description.all.find(({ key }) => key === 'mode')?.env ?? ['NODE_ENV']
  const told =
    sources.mode ?? flags.found.get('mode')?.at(-1)?.input ?? names.map((name) => sources.env[name]).findLast(Boolean) ?? 'development'
  return told === 'development' || told === 'test' ? told : 'production'
}

function readOverrides(description: Settings, { overrides, mode }: Sources): Findings {
  const into = collector()
  if (mode !== undefined && Object.hasOwn(description.tree, 'mode')) into.add('mode', { source: 'code', name: 'the code', input: mode })
  if (overrides !== undefined)
    readTree(overrides, { tree: description.tree, path: [], source: 'code', name: 'the code', into, env: undefined })
  return into
}

function defaults({ leaf }: Setting): readonly Found[] {
  return leaf.fallback === undefined ? [] : [{ source: 'default', name: 'the default', input: leaf.fallback }]
}

function read(
  { key, leaf, env }: Setting,
  { winner, mode, sources }: { winner: Found | undefined; mode: Mode; sources: Sources },
): Mistake | { value: unknown } {
  const isSecret = leaf.type === 'secret'
  const outside = winner !== undefined && winner.source !== 'default'
  if (isSecret && !outside && sources.secretsElsewhere) return { value: undefined }
  if (winner === undefined) {
    if (leaf.optional) return { value: undefined }
    return mistake(
      env[0]!,
      `is not set, expected ${leaf.expected}${isSecret ? '' : ` (or "${key}" in config.json)`}. ${leaf.describe}`,
      key,
    )
  }
  if (isSecret && !outside && mode === 'production') {
    return {
      key,
      name: env[0]!,
      code: 'secret-weak',
      message: 'is not set, and the default is known to everybody who has the source: set a random value of at least 32 bytes.',
    }
  }
  const reading = leaf.read(winner.input, mode)
  if ('value' in reading) return reading
  const name =
    winner.source === 'file' || winner.source === 'code' ? `${key} in ${winner.name}` : winner.source === 'default' ? key : winner.name
  return { key, name, code: reading.code ?? 'config-invalid', message: reading.problem }
}
