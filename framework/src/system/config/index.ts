import { BootError } from '../../std/errors.ts'
import type { Secret } from '../../std/secret.ts'
import type { Leaf, LeafOptions, Mode } from './leaf.ts'

export type { Leaf, LeafOptions, Mode, Reading, Rule } from './leaf.ts'

type Optional = { optional: true }
export interface TextOptions extends LeafOptions<string> { min?: number; max?: number; pattern?: RegExp }
export interface NumberOptions extends LeafOptions<number> { min?: number; max?: number }
export interface AmountOptions extends LeafOptions<number, string> { min?: string; max?: string }
export interface UrlOptions extends LeafOptions<string> { schemes?: readonly string[] }
export interface SecretOptions extends LeafOptions<string> { minBytes?: number }
export interface ListOptions extends LeafOptions<readonly string[]> { item?: (text: string) => string | undefined }

export declare function text(options: TextOptions & Optional): Leaf<string | undefined>
export declare function text(options: TextOptions): Leaf<string>
export declare function integer(options: NumberOptions & Optional): Leaf<number | undefined>
export declare function integer(options: NumberOptions): Leaf<number>
export declare function number(options: NumberOptions & Optional): Leaf<number | undefined>
export declare function number(options: NumberOptions): Leaf<number>
export declare function flag(options: LeafOptions<boolean> & Optional): Leaf<boolean | undefined>
export declare function flag(options: LeafOptions<boolean>): Leaf<boolean>
export declare function choice<const Option extends string>(allowed: readonly Option[], options: LeafOptions<Option>): Leaf<Option>
/** Milliseconds. */
export declare function duration(options: AmountOptions & Optional): Leaf<number | undefined>
export declare function duration(options: AmountOptions): Leaf<number>
/** Bytes. */
export declare function bytes(options: AmountOptions & Optional): Leaf<number | undefined>
export declare function bytes(options: AmountOptions): Leaf<number>
export declare function url(options: UrlOptions & Optional): Leaf<string | undefined>
export declare function url(options: UrlOptions): Leaf<string>
export declare function list(options: ListOptions): Leaf<readonly string[]>
export declare function secret(options: SecretOptions & Optional): Leaf<Secret<string> | undefined>
export declare function secret(options: SecretOptions): Leaf<Secret<string>>

export interface Tree { readonly [key: string]: Leaf | Tree }
export type ValuesOf<T> = { readonly [Key in keyof T]: T[Key] extends Leaf<infer Value> ? Value : ValuesOf<T[Key]> }
export interface Setting { readonly key: string; readonly path: readonly string[]; readonly leaf: Leaf; readonly env: readonly string[]; readonly flag: string }
export interface Settings<T extends Tree = Tree> { readonly kind: 'settings'; readonly tree: T; readonly all: readonly Setting[] }
export type SettingsOf<Description> = Description extends Settings<infer T> ? ValuesOf<T> : never
export declare function settings<const T extends Tree>(tree: T): Settings<T>

export interface Sources {
  env: Readonly<Record<string, string | undefined>>
  /** Without node and the script: `process.argv.slice(2)`. */
  argv: readonly string[]
  cwd: string
  /** Instead of `config.json` and `config.{mode}.json`; as `--config` and APP_CONFIG. */
  file?: string
  /** Instead of NODE_ENV. */
  mode?: Mode
  /** Above all others, shaped as a file: for tests and embedding. */
  overrides?: Readonly<Record<string, unknown>>
  /** Secrets may be missing: for checking a production configuration where they are not known. */
  secretsElsewhere?: boolean
}
export interface Mistake { readonly key: string | undefined; readonly name: string; readonly code: 'config-invalid' | 'secret-weak'; readonly message: string }
export declare class SettingsError extends BootError { readonly mistakes: readonly Mistake[] }
/** Throws a `SettingsError` (a `BootError`, exit 78) that reports every mistake at once. */
export declare function loadSettings<T extends Tree>(description: Settings<T>, sources: Sources): ValuesOf<T>

export interface Candidate { readonly source: 'default' | 'file' | 'environment' | 'flag' | 'code'; readonly name: string; readonly text: string; readonly wins: boolean }
export interface Explanation { readonly key: string; readonly describe: string; readonly expected: string; readonly candidates: readonly Candidate[]; readonly problem: string | undefined }
export declare function explainSetting(description: Settings, sources: Sources, key: string): Explanation
/** The text of `.env.example`. */
export declare function envExample(description: Settings): string
export declare const serverSettings: {
  readonly mode: Leaf<Mode>
  readonly port: Leaf<number>
  readonly host: Leaf<string>
  readonly dataDir: Leaf<string>
  readonly logLevel: Leaf<'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'>
  readonly shutdownGrace: Leaf<number>
  readonly drainDelay: Leaf<number>
  readonly requestDeadline: Leaf<number>
  readonly bodyLimit: Leaf<number>
  readonly trustedProxies: Leaf<readonly string[]>
}
