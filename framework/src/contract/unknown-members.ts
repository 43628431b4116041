import type { JsonSchema } from './compiled-schema.ts'
import { issueLimit } from './issue.ts'
import { followRef, isSchema } from './json-pointer.ts'

/** Where a value has members that its schema does not name. The same empty list when there are none. */
export type FindUnknown = (value: unknown) => readonly Path[]
export type Path = readonly (string | number)[]

/** What one schema object says about members and items, its references and combinations apart. */
interface Rule {
  readonly properties: ReadonlyMap<string, Node>
  readonly patterns: readonly (readonly [RegExp, Node])[]
  readonly names: boolean
  /** Undefined when the schema does not say. */
  readonly additional: Node | false | undefined
  readonly prefix: readonly Node[]
  readonly items: Node | undefined
  applies(value: unknown): boolean
}

interface Node {
  rule: Rule
  also: Node[]
  choices: Node[][]
  /** The rules in force when no union decides: the common case, decided once. */
  fixed: readonly Rule[] | undefined
}

const none: readonly Path[] = Object.freeze([])
const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
}

/**
 * Compiles a search for members that no applicable part of the schema names.
 *
 * JSON Schema calls them allowed and Zod drops them; to a caller both look like a setting that silently does nothing.
 * An object is open only when it says so: `additionalProperties`, or no `properties` at all.
 */
export function unknownMembers(root: JsonSchema): FindUnknown {
  const top = compile(root)
  return (value) => {
    if (isClean(top, value)) return none
    const found: Path[] = []
    visit([top], value, [], found)
    return found
  }
}

function compile(root: JsonSchema): Node {
  const nodes = new Map<unknown, Node>()
  const nodeOf = (schema: unknown): Node => {
    const known = nodes.get(schema)
    if (known) return known
    const node: Node = { rule: silent, also: [], choices: [], fixed: undefined }
    nodes.set(schema, node)
    if (!isSchema(schema) || typeof schema === 'boolean') return Object.assign(node, { fixed: [] })
    node.rule = ruleOf(schema, nodeOf)
    const target = typeof schema['$ref'] === 'string' ? followRef(root, schema['$ref']) : undefined
    const parts = [target, ...list(schema['allOf']), schema['then'], schema['else'], ...Object.values(schema['dependentSchemas'] ?? {})]
    node.also = parts.filter(isSchema).map(nodeOf)
    node.choices = [schema['anyOf'], schema['oneOf']].filter(Array.isArray).map((branches) => branches.map(nodeOf))
    if (node.also.length === 0 && node.choices.length === 0) node.fixed = [node.rule]
    return node
  }
  return nodeOf(root)
}

const silent: Rule = {
  properties: new Map(),
  patterns: [],
  names: false,
  additional: undefined,
  prefix: [],
  items: undefined,
  applies: () => true,
}

function ruleOf(schema: JsonSchema, nodeOf: (schema: unknown) => Node): Rule {
  const properties = Object.entries((schema['properties'] ?? {}) as JsonSchema)
  const patterns = Object.entries((schema['patternProperties'] ?? {}) as JsonSchema)
  const rest = schema['additionalProperties'] ?? schema['unevaluatedProperties']
  const allowed = list(schema['type'])
  const required = list(schema['required']) as string[]
  const constants = properties.flatMap(([name, member]) =>
    isSchema(member) && typeof member === 'object' && valuesOf(member) ? [[name, valuesOf(member)!] as const] : [],
  )
  const values = valuesOf(schema)
  return {
    properties: new Map(properties.map(([name, member]) => [name, nodeOf(member)])),
    patterns: patterns.map(([pattern, member]) => [new RegExp(pattern, 'u'), nodeOf(member)]),
    names: schema['properties'] !== undefined || patterns.length > 0,
    additional: rest === undefined ? undefined : rest === false ? false : nodeOf(rest),
    prefix: list(schema['prefixItems']).map(nodeOf),
    items: schema['items'] === undefined ? undefined : nodeOf(schema['items']),
    applies(value) {
      if (allowed.length > 0 && !allowed.some((type) => types[type as string]?.(value))) return false
      if (values && typeof value !== 'object' && !values.includes(value)) return false
      if (!types['object']!(value)) return true
      const members = value as Record<string, unknown>
      return (
        required.every((name) => Object.hasOwn(members, name)) &&
        constants.every(([name, ones]) => !Object.hasOwn(members, name) || ones.includes(members[name]))
      )
    },
  }
}

function valuesOf(schema: JsonSchema): readonly unknown[] | undefined {
  if ('const' in schema) return [schema['const']]
  return Array.isArray(schema['enum']) ? schema['enum'] : undefined
}

function applies(node: Node, value: unknown): boolean {
  return (
    node.rule.applies(value) &&
    node.also.every((part) => applies(part, value)) &&
    node.choices.every((branches) => branches.some((branch) => applies(branch, value)))
  )
}

function gather(node: Node, value: unknown, into: Rule[]): Rule[] {
  into.push(node.rule)
  for (const part of node.also) gather(part, value, into)
  for (const branches of node.choices) for (const branch of branches) if (applies(branch, value)) gather(branch, value, into)
  return into
}

// Nearly every body is clean, and most schemas have no unions: this answers for them without allocating anything.
function isClean(node: Node, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (!node.fixed) {
    const found: Path[] = []
    visit([node], value, [], found)
    return found.length === 0
  }
  const rule = node.fixed[0]
  if (!rule) return true
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const child = rule.prefix[index] ?? rule.items
      if (child && !isClean(child, value[index])) return false
    }
    return true
  }
  const strict = rule.names && rule.additional === undefined
  for (const name in value) {
    const child = memberNode(rule, name)
    if (child ? !isClean(child, (value as Record<string, unknown>)[name]) : strict) return false
  }
  return true
}

// `path` is one array that grows and shrinks, copied only where something is found.
function visit(nodes: readonly Node[], value: unknown, path: (string | number)[], found: Path[]): void {
  if (typeof value !== 'object' || value === null) return
  const rules =
    nodes.length === 1 && nodes[0]!.fixed ? nodes[0]!.fixed : nodes.reduce<Rule[]>((into, node) => gather(node, value, into), [])
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const children = childrenOf(rules, (rule) => rule.prefix[index] ?? rule.items)
      if (children.length > 0) descend(children, value[index], index, path, found)
    }
    return
  }
  const strict = rules.some((rule) => rule.names && rule.additional === undefined)
  for (const name of Object.keys(value)) {
    if (found.length >= issueLimit) return
    const children = childrenOf(rules, (rule) => memberNode(rule, name))
    if (children.length > 0) descend(children, (value as Record<string, unknown>)[name], name, path, found)
    else if (strict) found.push([...path, name])
  }
}

function descend(nodes: readonly Node[], value: unknown, step: string | number, path: (string | number)[], found: Path[]): void {
  if (typeof value !== 'object' || value === null) return
  path.push(step)
  visit(nodes, value, path, found)
  path.pop()
}

function childrenOf(rules: readonly Rule[], pick: (rule: Rule) => Node | undefined): Node[] {
  const nodes: Node[] = []
  for (const rule of rules) {
    const node = pick(rule)
    if (node) nodes.push(node)
  }
  return nodes
}

function memberNode(rule: Rule, name: string): Node | undefined {
  const named = rule.properties.get(name)
  if (named) return named
  for (const [pattern, node] of rule.patterns) if (pattern.test(name)) return node
  return rule.additional || undefined
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value]
}
