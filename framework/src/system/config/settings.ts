import type { Leaf } from './leaf.ts'

export interface Tree {
  readonly [key: string]: Leaf | Tree
}

export type ValuesOf<T> = { readonly [Key in keyof T]: T[Key] extends Leaf<infer Value> ? Value : ValuesOf<T[Key]> }

/** A leaf and all the names it goes by. */
export interface Setting {
  /** `http.bodyLimit` */
  readonly key: string
  readonly path: readonly string[]
  readonly leaf: Leaf
  /** Weakest first. */
  readonly env: readonly string[]
  /** `--http.body-limit` */
  readonly flag: string
}

export interface Settings<T extends Tree = Tree> {
  readonly kind: 'settings'
  readonly tree: T
  readonly all: readonly Setting[]
}

/** The values that `loadSettings` gives for a description. */
export type SettingsOf<Description> = Description extends Settings<infer T> ? ValuesOf<T> : never

/**
 * Describes every setting of an application, in groups as deep as you like.
 *
 * Throws a `TypeError` when two settings go by the same name.
 *
 * ```ts
 * import { duration, secret, settings, url, type SettingsOf } from 'throughline/config'
 *
 * export const description = settings({
 *   databaseUrl: url({ default: 'pglite:./.data/db', describe: 'Where the data is.' }),
 *   auth: {
 *     secret: secret({ env: 'JWT_SECRET', describe: 'Signs access tokens.' }),
 *     accessTtl: duration({ default: '15m', describe: 'How long an access token is good for.' }),
 *   },
 * })
 * export type AppSettings = SettingsOf<typeof description>
 * ```
 */
export function settings<const T extends Tree>(tree: T): Settings<T> {
  const all = flatten(tree, [])
  assertDistinct(all)
  return Object.freeze({ kind: 'settings', tree, all: Object.freeze(all) })
}

export function isLeaf(node: unknown): node is Leaf {
  return typeof node === 'object' && node !== null && 'kind' in node && node.kind === 'leaf'
}

function flatten(tree: Tree, above: readonly string[]): Setting[] {
  return Object.entries(tree).flatMap(([name, node]) => {
    const path = [...above, name]
    return isLeaf(node) ? [named(path, node)] : flatten(node, path)
  })
}

function named(path: readonly string[], leaf: Leaf): Setting {
  const plain = leaf.env ?? (path.length === 1 ? toSnake(path[0]!) : undefined)
  const generic = ['APP', ...path.map(toSnake)].join('__')
  return Object.freeze({
    key: path.join('.'),
    path,
    leaf,
    env: plain === undefined ? [generic] : [plain, generic],
    flag: `--${leaf.flag ?? path.map(toKebab).join('.')}`,
  })
}

function assertDistinct(all: readonly Setting[]): void {
  const owners = new Map<string, string>([
    ['--config', 'the settings file'],
    ['APP_CONFIG', 'the settings file'],
  ])
  for (const { key, env, flag } of all) {
    for (const name of [flag, ...env, ...env.map((variable) => `${variable}_FILE`)]) {
      const owner = owners.get(name)
      if (owner !== undefined)
        throw new TypeError(`The settings ${owner} and ${key} are both called ${name}: give one of them another \`env\` or \`flag\`.`)
      owners.set(name, key)
    }
  }
}

function toKebab(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase()
}

function toSnake(name: string): string {
  return toKebab(name).replaceAll('-', '_').toUpperCase()
}
