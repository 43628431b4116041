import { BootError } from '../../std/errors.ts'
import type { JsonSchema } from '../compiled-schema.ts'
import { followRef, isSchema } from '../json-pointer.ts'

/**
 * Which names of a schema are its own, and how each is written. Names of free-form members (`additionalProperties`, patterns) are data
 * and stay. Branches of a union are one place: a name that any of them declares is written the same in all. Trees of recursive schemas are cyclic.
 */
export interface NameTree {
  /** By the contract's name. */
  readonly members: Map<string, Named>
  /** By the written one. */
  readonly written: Map<string, Named>
  readonly prefix: NameTree[]
  items: NameTree | undefined
  /** What members have that nobody named; undefined where there may be none. */
  rest: NameTree | undefined
}

export interface Named {
  readonly name: string
  readonly written: string
  readonly tree: NameTree
}

/** Throws `BootError('contract-invalid')` where two members would be written alike. */
export function nameTree(root: JsonSchema, word: (name: string) => string, where: string): NameTree {
  const trees = new Map<string, NameTree>()
  const ids = new Map<unknown, number>()
  const idOf = (schema: unknown) => ids.get(schema) ?? (ids.set(schema, ids.size), ids.size - 1)

  const treeOf = (schemas: readonly unknown[]): NameTree => {
    const parts = partsOf(root, schemas)
    const key = parts.map(idOf).join()
    const known = trees.get(key)
    if (known !== undefined) return known
    const tree: NameTree = { members: new Map(), written: new Map(), prefix: [], items: undefined, rest: undefined }
    // On the list before it is complete: so recursion ends.
    trees.set(key, tree)
    fill(tree, parts)
    return tree
  }

  const fill = (tree: NameTree, parts: readonly JsonSchema[]) => {
    const declared = parts.flatMap((part) => Object.entries((part['properties'] ?? {}) as JsonSchema))
    for (const [name, schemas] of Map.groupBy(declared, ([own]) => own)) {
      const written = word(name)
      const other = tree.written.get(written)
      if (other !== undefined)
        throw new BootError('contract-invalid', `${where}: ${other.name} and ${name} would both be written ${written}.`, {
          fix: 'Rename one of the two.',
        })
      const named = { name, written, tree: treeOf(schemas.map(([, schema]) => schema)) }
      tree.members.set(name, named)
      tree.written.set(written, named)
    }
    const all = (keyword: string) => parts.map((part) => part[keyword]).filter((value) => value !== undefined)
    const longest = Math.max(0, ...all('prefixItems').map((list) => (list as unknown[]).length))
    for (let at = 0; at < longest; at++) tree.prefix.push(treeOf(all('prefixItems').map((list) => (list as unknown[])[at])))
    if (all('items').length > 0) tree.items = treeOf(all('items'))
    const patterns = all('patternProperties').flatMap((one) => Object.values(one as JsonSchema))
    const rest = [...all('additionalProperties'), ...all('unevaluatedProperties'), ...patterns].filter((one) => one !== false)
    if (rest.length > 0 || declared.length === 0) tree.rest = treeOf(rest)
  }
  return treeOf([root])
}

/** Everything that may hold at one place: references and combinations followed. */
function partsOf(root: JsonSchema, schemas: readonly unknown[], seen = new Set<unknown>()): JsonSchema[] {
  return schemas.flatMap((schema) => {
    if (!isSchema(schema) || typeof schema === 'boolean' || seen.has(schema)) return []
    seen.add(schema)
    const { $ref: ref, allOf = [], anyOf = [], oneOf = [], dependentSchemas = {} } = schema
    const target = typeof ref === 'string' ? [followRef(root, ref)] : []
    const branches = [allOf, anyOf, oneOf, Object.values(dependentSchemas as object)].flat() as unknown[]
    return [schema, ...partsOf(root, [...target, ...branches, schema['if'], schema['then'], schema['else']], seen)]
  })
}
