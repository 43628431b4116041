import type { JsonSchema } from '../compiled-schema.ts'
import type { Endpoint } from '../endpoint.ts'
import { callNames, type CallNames } from './call-names.ts'
import { nameTree } from './name-tree.ts'
import { fromWritten, renamedPath, toWritten } from './rename.ts'
import { writtenSchema } from './written-schema.ts'

/** How the names of a contract are written on the wire: `snakeCase`, `camelCase`, or one of your own. */
export interface Naming {
  readonly name: string
  /** One name, as it is written. */
  readonly word: (name: string) => string
  /** Everything about one schema; `where` is named when two members would be written alike. */
  readonly of: (schema: JsonSchema, where: string) => WrittenNames
  /** What a client needs to call an endpoint. */
  readonly calls: (endpoint: Endpoint) => CallNames
}

/** One schema under its written names, and its values there and back. */
export interface WrittenNames {
  readonly schema: JsonSchema
  readonly toWritten: (value: unknown) => unknown
  readonly fromWritten: (value: unknown) => unknown
  /** The steps to a place, under written names. */
  readonly pathToWritten: (steps: readonly string[]) => string[]
  readonly pathFromWritten: (steps: readonly string[]) => string[]
  /** What stands, or is to stand, at a place. */
  readonly toWrittenAt: (steps: readonly string[], value: unknown) => unknown
}

/**
 * A naming of your own. `word` gives the written name of one of the contract's; it is asked at boot and never in a request.
 *
 * ```ts
 * import { naming } from 'throughline/contract'
 *
 * export const kebabCase = naming('kebab-case', (name) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`))
 * ```
 */
export function naming(name: string, word: (name: string) => string): Naming {
  const calls = new WeakMap<Endpoint, CallNames>()
  const self: Naming = {
    name,
    word,
    of: (schema, where) => {
      const tree = nameTree(schema, word, where)
      // Defaults and examples belong to one part of the schema, whose references start at its root.
      const rename = (part: JsonSchema, value: unknown) =>
        typeof value === 'object' ? toWritten(nameTree({ ...part, $defs: schema['$defs'] }, word, where), value) : value
      return {
        schema: writtenSchema(schema, word, rename),
        toWritten: (value) => toWritten(tree, value),
        fromWritten: (value) => fromWritten(tree, value),
        pathToWritten: (steps) => renamedPath(tree, steps, 'written').steps,
        pathFromWritten: (steps) => renamedPath(tree, steps, 'name').steps,
        toWrittenAt(steps, value) {
          const { tree: there } = renamedPath(tree, steps, 'written')
          return there === undefined ? value : toWritten(there, value)
        },
      }
    },
    calls: (endpoint) => {
      const known = calls.get(endpoint) ?? callNames(endpoint, self)
      calls.set(endpoint, known)
      return known
    },
  }
  return Object.freeze(self)
}

/**
 * `createdAt` in code, `created_at` on the wire: bodies both ways, queries, places in errors, and OpenAPI. Names of free-form members stay.
 *
 * For an application (`wire`), a `group()` or one endpoint; the typed client takes it, too. Where it is not used it costs nothing.
 *
 * ```ts
 * import { endpoint, snakeCase } from 'throughline/contract'
 * import * as z from 'zod'
 *
 * export const readPrice = endpoint('GET /price', {
 *   summary: 'Read the price',
 *   auth: 'none',
 *   naming: snakeCase,
 *   returns: z.object({ unitPrice: z.string() }), // {"unit_price":"2.50"}
 * })
 * ```
 */
export const snakeCase: Naming = naming('snake_case', (name) =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase(),
)

/** The other way round: for a contract in `snake_case` whose callers want `createdAt`. */
export const camelCase: Naming = naming('camelCase', (name) =>
  name.replaceAll(/(?<=[A-Za-z0-9])_+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
)
