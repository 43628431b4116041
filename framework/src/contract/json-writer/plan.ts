import type { JsonSchema } from '../compiled-schema.ts'
import { followRef, isSchema } from '../json-pointer.ts'

/** What to write for one place of a reply: a JSON Schema with references, combinations and types worked out. Plans of recursive schemas are cyclic. */
export type Plan = Shape & { nullable: boolean }
type Shape =
  | { kind: 'any' | 'never' | 'boolean' }
  | { kind: 'null' | 'string' | 'number' | 'integer'; values?: readonly unknown[]; format?: string | undefined }
  | { kind: 'object'; members: readonly Member[]; patterns: readonly (readonly [RegExp, Plan])[]; rest: Plan | undefined }
  | { kind: 'array'; prefix: readonly Plan[]; items: Plan | undefined }
  | { kind: 'union'; branches: readonly Plan[] }

export interface Member {
  readonly name: string
  readonly required: boolean
  readonly plan: Plan
  /** JSON to write when the value has no such member. */
  readonly fallback: string | undefined
}

/** Works out what a schema lets out. Throws when a `$ref` leads out of the document, because nothing is known of what it would allow. */
export function planOf(root: JsonSchema): Plan {
  const plans = new Map<string, Plan>()
  const ids = new Map<unknown, number>()
  const idOf = (schema: unknown) => ids.get(schema) ?? (ids.set(schema, ids.size), ids.size - 1)

  // Plans are found again by the schemas they come from, and put on the list before they are complete: so recursion ends.
  const planFor = (schemas: readonly unknown[]): Plan => {
    const key = schemas.map(idOf).join()
    const known = plans.get(key)
    if (known) return known
    const plan: Plan = { kind: 'any', nullable: false }
    plans.set(key, plan)
    return Object.assign(plan, build(expand(root, schemas)))
  }

  const build = (parts: readonly (JsonSchema | boolean)[]): Plan => {
    if (parts.includes(false)) return { kind: 'never', nullable: false }
    const schemas = parts.filter((part) => part !== true) as JsonSchema[]
    const at = schemas.findIndex((part) => part['anyOf'] !== undefined || part['oneOf'] !== undefined)
    if (at >= 0) {
      const { anyOf, oneOf, ...rest } = schemas[at]!
      const others = schemas.toSpliced(at, 1, rest)
      const branches = ((anyOf ?? oneOf) as unknown[]).map((branch) => build(expand(root, [...others, branch])))
      return unionOf(branches)
    }
    const types = typesOf(schemas)
    if (types.length === 0) return { kind: 'any', nullable: false }
    const plainTypes = types.filter((type) => type !== 'null')
    if (plainTypes.length === 0) return { kind: 'null', nullable: true }
    const nullable = types.includes('null')
    if (plainTypes.length === 1) return { ...shapeOf(plainTypes[0]!, schemas), nullable }
    return { kind: 'union', branches: plainTypes.map((type) => ({ ...shapeOf(type, schemas), nullable: false })), nullable }
  }

  const shapeOf = (type: string, schemas: readonly JsonSchema[]): Shape => {
    if (type === 'object') return objectOf(schemas)
    if (type === 'array') {
      const with_ = (keyword: string) => schemas.find((part) => part[keyword] !== undefined)?.[keyword]
      const items = with_('items')
      return {
        kind: 'array',
        prefix: ((with_('prefixItems') ?? []) as unknown[]).map((item) => planFor([item])),
        items: planFor([items ?? true]),
      }
    }
    if (type === 'boolean') return { kind: 'boolean' }
    const values = schemas.map(valuesOf).find((found) => found !== undefined)
    const format = schemas.map((part) => part['contentEncoding'] ?? part['format']).find((found) => typeof found === 'string')
    return { kind: type as 'string' | 'number' | 'integer', ...(values && { values }), format: format as string | undefined }
  }

  const objectOf = (schemas: readonly JsonSchema[]): Shape => {
    const found = new Map<string, unknown[]>()
    for (const part of schemas)
      for (const [name, member] of Object.entries((part['properties'] ?? {}) as JsonSchema))
        found.set(name, [...(found.get(name) ?? []), member])
    const required = new Set(schemas.flatMap((part) => (part['required'] ?? []) as string[]))
    const members = [...found].map(([name, declared]): Member => {
      const withDefault = declared.find((member) => isSchema(member) && typeof member === 'object' && 'default' in member) as
        | JsonSchema
        | undefined
      return {
        name,
        required: required.has(name),
        plan: planFor(declared),
        fallback: withDefault && JSON.stringify(withDefault['default']),
      }
    })
    const patterns = schemas
      .flatMap((part) => Object.entries((part['patternProperties'] ?? {}) as JsonSchema))
      .map(([pattern, member]) => [new RegExp(pattern, 'u'), planFor([member])] as const)
    const rest = schemas.map((part) => part['additionalProperties'] ?? part['unevaluatedProperties']).find((said) => said !== undefined)
    // An object without any named member is free-form; one that names some lets only those out unless it says otherwise.
    const open = rest ?? (members.length === 0 && patterns.length === 0 && !schemas.some((part) => part['properties'] !== undefined))
    return { kind: 'object', members, patterns, rest: open === false ? undefined : planFor([open]) }
  }
  return planFor([root])
}

/** All the schemas that hold at one place: `$ref` and `allOf` followed, `anyOf` and `oneOf` left. */
function expand(root: JsonSchema, schemas: readonly unknown[], seen = new Set<unknown>()): (JsonSchema | boolean)[] {
  return schemas.flatMap((schema) => {
    if (!isSchema(schema) || typeof schema === 'boolean') return [schema !== false]
    if (seen.has(schema)) return []
    seen.add(schema)
    const { $ref: ref, allOf = [], ...own } = schema
    const target = ref === undefined ? [] : [typeof ref === 'string' ? followRef(root, ref) : undefined]
    if (target.includes(undefined)) throw new Error(`$ref ${JSON.stringify(ref)} does not lead to a schema of the same document`)
    return [own, ...expand(root, [...target, ...(allOf as unknown[])], seen)]
  })
}

function unionOf(branches: readonly Plan[]): Plan {
  const nullable = branches.some((branch) => branch.nullable)
  const flat = branches.flatMap((branch) =>
    branch.kind === 'union' ? branch.branches : branch.kind === 'null' || branch.kind === 'never' ? [] : [branch],
  )
  if (flat.length === 0) return { kind: nullable ? 'null' : 'never', nullable }
  return flat.length === 1 ? { ...flat[0]!, nullable } : { kind: 'union', branches: flat, nullable }
}

function typesOf(schemas: readonly JsonSchema[]): readonly string[] {
  const said = schemas.filter((part) => part['type'] !== undefined).map((part) => [part['type']].flat() as string[])
  if (said.length > 0)
    return said.reduce((left, right) => left.filter((type) => right.includes(type) || (type === 'integer' && right.includes('number'))))
  const values = schemas.map(valuesOf).find((found) => found !== undefined)
  if (values && values.every((value) => typeof value !== 'object' || value === null))
    return [...new Set(values.map((value) => (value === null ? 'null' : typeof value)))]
  if (schemas.some((part) => part['properties'] ?? part['additionalProperties'] ?? part['patternProperties'])) return ['object']
  return schemas.some((part) => part['items'] ?? part['prefixItems']) ? ['array'] : []
}

function valuesOf(schema: JsonSchema): readonly unknown[] | undefined {
  if ('const' in schema) return [schema['const']]
  return Array.isArray(schema['enum']) ? schema['enum'] : undefined
}
