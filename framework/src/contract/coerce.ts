import type { JsonSchema } from './compiled-schema.ts'
import { followRef, isSchema } from './json-pointer.ts'

export type Strings = Readonly<Record<string, string | readonly string[]>>

// RFC 8259, section 6: no leading zeros or plus, no hexadecimal, no blanks, so that one value has one spelling.
const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/**
 * Turns the strings of a query, path or header into what the schema asks for, before it is checked.
 *
 * Numbers, integers and booleans are read where the schema allows no string; a repeated key, or with `style: 'comma'` a comma list, becomes an array.
 * What cannot be read stays a string, so that the check can say what is wrong with it.
 *
 * ```ts
 * import { coercion } from 'throughline/contract'
 *
 * const coerce = coercion({ type: 'object', properties: { limit: { type: 'integer' }, tag: { type: 'array', items: { type: 'string' } } } })
 * coerce({ limit: '20', tag: 'new' }) // { limit: 20, tag: ['new'] }
 * ```
 */
export function coercion(schema: JsonSchema): (values: Strings) => Record<string, unknown> {
  // One name may be declared in several branches of a union: what any of them allows is read.
  const declared = partsOf(schema, schema, new Set()).flatMap((part) => Object.entries((part['properties'] ?? {}) as JsonSchema))
  const byName = Object.groupBy(declared, ([name]) => name) as Record<string, [string, unknown][]>
  const members = new Map(
    Object.entries(byName).map(([name, members]) => [name, converterOf(schema, { anyOf: members.map(([, member]) => member) })]),
  )
  return (values) => {
    // Without a prototype, `?__proto__=` and `?constructor=` are names like any other.
    const converted: Record<string, unknown> = Object.create(null)
    for (const name of Object.keys(values)) {
      const convert = members.get(name)
      converted[name] = convert ? convert(values[name]!) : values[name]
    }
    return converted
  }
}

type Convert = (value: string | readonly string[]) => unknown

function converterOf(root: JsonSchema, schema: unknown): Convert {
  const parts = partsOf(root, schema, new Set())
  const types = new Set(parts.flatMap(typesOf))
  const scalar = scalarOf(types)
  const list = parts.find((part) => typesOf(part).includes('array'))
  if (!list) return (value) => (typeof value === 'string' ? scalar(value) : value)
  const item = converterOf(root, list['items'])
  if (parts.some((part) => part['style'] === 'comma')) return (value) => [value].flat().flatMap((one) => one.split(',').map(item))
  return (value) => (typeof value === 'string' ? [item(value)] : value.map(item))
}

function scalarOf(types: ReadonlySet<unknown>): (value: string) => unknown {
  // Where a string is welcome, "007" is one.
  if (types.has('string') || types.size === 0) return (value) => value
  const number = types.has('number')
  const integer = types.has('integer')
  const boolean = types.has('boolean')
  return (value) => {
    if (boolean && (value === 'true' || value === 'false')) return value === 'true'
    if (!(number || integer) || !jsonNumber.test(value)) return value
    const read = Number(value) + 0
    // 2^53 + 1 would silently become another id.
    const exact = Number.isInteger(read) ? Number.isSafeInteger(read) || (number && !/^-?\d+$/.test(value)) : Number.isFinite(read)
    return exact ? read : value
  }
}

function typesOf(part: JsonSchema): unknown[] {
  if (part['type'] !== undefined) return [part['type']].flat()
  if ('const' in part) return [typeof part['const']]
  return Array.isArray(part['enum']) ? part['enum'].map((value) => typeof value) : []
}

function partsOf(root: JsonSchema, schema: unknown, seen: Set<unknown>): JsonSchema[] {
  if (!isSchema(schema) || typeof schema === 'boolean' || seen.has(schema)) return []
  seen.add(schema)
  const below = [schema['allOf'], schema['anyOf'], schema['oneOf']].filter(Array.isArray).flat()
  if (typeof schema['$ref'] === 'string') below.push(followRef(root, schema['$ref']))
  return [schema, ...below.flatMap((part) => partsOf(root, part, seen))]
}
