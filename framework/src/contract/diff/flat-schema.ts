import type { JsonSchema } from '../compiled-schema.ts'
import { followRef, isSchema } from '../json-pointer.ts'

export type Node = JsonSchema | boolean

/** What holds at one place, with references and conjunctions worked out. Unions stay apart: they are branches to choose from. */
export interface Flat {
  readonly root: JsonSchema
  /** Undefined: any. */
  readonly types: readonly string[] | undefined
  /** The only values there are; undefined: not listed. */
  readonly values: readonly unknown[] | undefined
  /** Each with everything that is said of it. */
  readonly members: ReadonlyMap<string, readonly Node[]>
  /** Whether members are named at all: otherwise an object is free-form. */
  readonly named: boolean
  readonly required: ReadonlySet<string>
  /** Members that nobody named; undefined where nothing is said of them. */
  readonly additional: readonly Node[] | undefined
  readonly items: readonly Node[] | undefined
  readonly prefix: readonly (readonly Node[])[]
  /** Bounds, formats and patterns, the stronger one where there are two. */
  readonly limits: JsonSchema
  readonly unions: readonly (readonly Node[])[]
  readonly fallback: { readonly value: unknown } | undefined
  /** Keywords that cannot be compared but for being the same. */
  readonly others: JsonSchema
  /** What it was made of, to find it again. */
  readonly sources: readonly Node[]
}

const lower = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties']
const upper = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties']
const exact = ['pattern', 'format', 'contentEncoding', 'contentMediaType', 'multipleOf', 'uniqueItems']
const others = ['not', 'if', 'then', 'else', 'contains', 'minContains', 'maxContains', 'patternProperties', 'propertyNames', 'dependentRequired', 'dependentSchemas', 'unevaluatedProperties', 'unevaluatedItems', '$dynamicRef'] // prettier-ignore

export function flatten(root: JsonSchema, nodes: readonly Node[]): Flat {
  return expand(root, nodes, new Set())
    .map((node) => own(root, node))
    .reduce(merged, { ...nothing, root, sources: nodes.map((node) => target(root, node)) })
}

const nothing: Omit<Flat, 'root' | 'sources'> = {
  types: undefined,
  values: undefined,
  members: new Map(),
  named: false,
  required: new Set(),
  additional: undefined,
  items: undefined,
  prefix: [],
  limits: {},
  unions: [],
  fallback: undefined,
  others: {},
}

/** One branch of one of its unions, with everything that holds in all of them. */
export function branchOf(flat: Flat, union: readonly Node[], branch: Node): Flat {
  const chosen = flatten(flat.root, [branch])
  const rest = { ...flat, unions: flat.unions.filter((one) => one !== union) }
  return { ...merged(rest, chosen), sources: [...flat.sources, branch, ...rest.unions.flat()] }
}

/** What a node that is nothing but a reference stands for: so is a schema known when a recursive one comes back to it. */
function target(root: JsonSchema, node: Node, hops = 0): Node {
  if (typeof node === 'boolean' || typeof node['$ref'] !== 'string' || Object.keys(node).length > 1 || hops > 100) return node
  return target(root, followRef(root, node['$ref']) ?? true, hops + 1)
}

/** Everything that holds at once: `$ref` and `allOf` followed. */
function expand(root: JsonSchema, nodes: readonly Node[], seen: Set<unknown>): Node[] {
  return nodes.flatMap((node) => {
    if (typeof node === 'boolean') return [node]
    if (seen.has(node)) return []
    seen.add(node)
    const { $ref: ref, allOf = [], ...rest } = node
    // A reference that leads nowhere says nothing that could be compared.
    const referred = typeof ref === 'string' ? [followRef(root, ref)].filter(isSchema) : []
    return [rest, ...expand(root, [...referred, ...(allOf as Node[])], seen)]
  })
}

function own(root: JsonSchema, node: Node): Flat {
  if (node === true) return { ...nothing, root, sources: [] }
  if (node === false) return { ...nothing, root, sources: [], values: [] }
  const of = (keywords: readonly string[]) => Object.fromEntries(keywords.filter((one) => one in node).map((one) => [one, node[one]]))
  const values = 'const' in node ? [node['const']] : (node['enum'] as unknown[] | undefined)
  return {
    ...nothing,
    root,
    sources: [],
    types: typesOf(node, values),
    values,
    members: new Map(Object.entries((node['properties'] ?? {}) as Record<string, Node>).map(([name, schema]) => [name, [schema]])),
    named: 'properties' in node,
    required: new Set((node['required'] ?? []) as string[]),
    additional: node['additionalProperties'] === undefined ? undefined : [node['additionalProperties'] as Node],
    items: node['items'] === undefined ? undefined : [node['items'] as Node],
    prefix: ((node['prefixItems'] ?? []) as Node[]).map((item) => [item]),
    limits: of([...lower, ...upper, ...exact]),
    unions: [node['anyOf'], node['oneOf']].filter((branches) => Array.isArray(branches)),
    fallback: 'default' in node ? { value: node['default'] } : undefined,
    others: of(others),
  }
}

function typesOf({ type, nullable }: JsonSchema, values: readonly unknown[] | undefined): string[] | undefined {
  // `nullable` is OpenAPI 3.0's.
  if (type !== undefined) return [...new Set([...([type].flat() as string[]), ...(nullable === true ? ['null'] : [])])]
  return values === undefined ? undefined : [...new Set(values.map(typeOf))]
}

export function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value
}

function merged(one: Flat, other: Flat): Flat {
  const members = new Map(one.members)
  for (const [name, schemas] of other.members) members.set(name, [...(members.get(name) ?? []), ...schemas])
  return {
    root: one.root,
    types: both(one.types, other.types, (left, right) => left.filter((type) => fitsType(type, right))),
    values: both(one.values, other.values, (left, right) => left.filter((value) => right.some((same) => isSame(value, same)))),
    members,
    named: one.named || other.named,
    required: new Set([...one.required, ...other.required]),
    additional: both(one.additional, other.additional, (left, right) => [...left, ...right]),
    items: both(one.items, other.items, (left, right) => [...left, ...right]),
    prefix: one.prefix.length > 0 ? one.prefix : other.prefix,
    limits: strongest(one.limits, other.limits),
    unions: [...one.unions, ...other.unions],
    fallback: one.fallback ?? other.fallback,
    others: { ...one.others, ...other.others },
    sources: one.sources,
  }
}

function strongest(one: JsonSchema, other: JsonSchema): JsonSchema {
  const all: Record<string, unknown> = { ...one, ...other }
  for (const keyword of Object.keys(all)) {
    if (!(keyword in one) || !(keyword in other)) continue
    const [left, right] = [one[keyword] as number, other[keyword] as number]
    if (lower.includes(keyword)) all[keyword] = Math.max(left, right)
    if (upper.includes(keyword)) all[keyword] = Math.min(left, right)
  }
  return all
}

function both<Value>(one: Value | undefined, other: Value | undefined, join: (left: Value, right: Value) => Value): Value | undefined {
  return one === undefined ? other : other === undefined ? one : join(one, other)
}

export function fitsType(type: string, types: readonly string[]): boolean {
  return types.includes(type) || (type === 'integer' && types.includes('number'))
}

export function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other)
}
