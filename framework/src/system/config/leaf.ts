import { maskUrls } from '../../std/mask-urls.ts'

export type Mode = 'development' | 'production' | 'test'

/** What reading one value came to. `problem` follows the name, "is …, expected …", and never shows a secret. */
export type Reading<Value> = { readonly value: Value } | { readonly problem: string; readonly code?: 'secret-weak' }

/** A sentence when the value is refused. */
export type Rule<Value> = (value: Value) => string | undefined

export interface LeafOptions<Value, Default = Value> {
  /** One sentence for `config explain` and `.env.example`. */
  describe: string
  /** Without one, and without `optional`, the setting must be given. */
  default?: Default
  optional?: boolean
  /** Default: at the top level the key in upper snake case, `databaseUrl` is DATABASE_URL; none deeper down. `APP__GROUP__KEY` always works. */
  env?: string
  /** Default: the key in kebab case, groups joined by dots: `--http.body-limit`. */
  flag?: string
  check?: Rule<Value>
  /** Checked in production only. */
  production?: Rule<Value>
}

/** One setting: what it may be, and what it is when nobody says. */
export interface Leaf<Value = unknown> {
  readonly kind: 'leaf'
  readonly type: string
  readonly describe: string
  /** What is accepted, to follow "expected". */
  readonly expected: string
  /** The default as a person would write it. */
  readonly fallback: string | undefined
  readonly optional: boolean
  readonly env: string | undefined
  readonly flag: string | undefined
  /** `input` is text from the environment and flags, JSON from a file. */
  read(input: unknown, mode: Mode): Reading<Value>
}

export interface LeafType<Value> {
  type: string
  expected: string
  /** Gives undefined for what is not of this type. */
  parse(input: unknown): Value | undefined
}

/** Every kind of setting is made here; the ones of this framework are in `leaves.ts`. */
export function leaf<Value>(
  type: LeafType<Value>,
  options: LeafOptions<Value, string | number | boolean | readonly string[]>,
): Leaf<Value> {
  const { describe, default: fallback, optional = false, env, flag, check, production } = options
  const made: Leaf<Value> = {
    kind: 'leaf',
    type: type.type,
    describe,
    expected: type.expected,
    fallback: fallback === undefined ? undefined : String(fallback),
    optional,
    env,
    flag,
    read(input, mode) {
      const value = type.parse(input)
      if (value === undefined) return { problem: `is ${shown(type.type, input)}, expected ${type.expected}` }
      const refused = check?.(value) ?? (mode === 'production' ? production?.(value) : undefined)
      return refused === undefined ? { value } : { problem: `is ${shown(type.type, input)}: ${refused}` }
    },
  }
  assertFallback(made)
  return Object.freeze(made)
}

// A default nobody overrides in tests would otherwise be found wrong by the first user who relies on it.
function assertFallback(made: Leaf): void {
  if (made.fallback === undefined) return
  const reading = made.read(made.fallback, 'development')
  if ('problem' in reading) throw new TypeError(`The default of the setting "${made.describe}" ${reading.problem}`)
}

function shown(type: string, input: unknown): string {
  if (type === 'secret') return 'not shown'
  const text = JSON.stringify(input) ?? String(input)
  const masked = maskUrls(text)
  return masked.length > 80 ? `${masked.slice(0, 80)}…` : masked
}
