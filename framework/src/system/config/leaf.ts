import type { Secret } from '../../std/secret.ts'

export type Mode = 'development' | 'production' | 'test'

/** What reading one value came to: the value, or a sentence about what is wrong with it that never shows a secret. */
export type Reading<Value> = { readonly value: Value } | { readonly problem: string; readonly code?: 'secret-weak' }

/** A sentence when the value is refused. */
export type Rule<Value> = (value: Value) => string | undefined

export interface LeafOptions<Value, Default = Value> {
  /** One sentence for `config explain` and `.env.example`. */
  describe: string
  /** Without one, and without `optional`, the setting must be given. */
  default?: Default
  optional?: boolean
  /** Default: the key in upper snake case at the top level, `databaseUrl` is DATABASE_URL; none deeper down. `APP__GROUP__KEY` always works. */
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
  readonly secret: boolean
  readonly describe: string
  /** What is accepted, to follow "expected". */
  readonly expected: string
  /** As a person would write it. */
  readonly fallback: string | undefined
  readonly optional: boolean
  readonly env: string | undefined
  readonly flag: string | undefined
  /** `input` is text from the environment and flags, JSON from a file. */
  read(input: unknown, mode: Mode): Reading<Value>
}
export type SecretLeaf = Leaf<Secret<string>>
