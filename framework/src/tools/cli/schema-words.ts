import { compileSchema } from '../../contract/compile-schema.ts'
import type { JsonSchema } from '../../contract/compiled-schema.ts'
import type { Schema } from '../../contract/standard-schema.ts'

/** `{ orderId: 'uuid', 'limit?': 'integer' }`: the members of an object's schema in a word each. */
export function membersInWords(schema: Schema | undefined, where: string): Record<string, string> {
  if (schema === undefined) return {}
  const { input } = compileSchema(schema, where)
  const required = new Set(input['required'] as readonly string[] | undefined)
  const members = Object.entries((input['properties'] ?? {}) as Record<string, JsonSchema>)
  return Object.fromEntries(members.map(([name, member]) => [required.has(name) ? name : `${name}?`, typeInWords(member)]))
}

/** The format where there is one, else the type; of a choice, the choices. */
export function typeInWords(schema: JsonSchema): string {
  const { type, format, items, const: only } = schema
  const choices = schema['enum'] as readonly unknown[] | undefined
  const variants = (schema['anyOf'] ?? schema['oneOf']) as readonly JsonSchema[] | undefined
  if (typeof schema['$ref'] === 'string') return schema['$ref'].split('/').at(-1)!
  if (only !== undefined) return JSON.stringify(only)
  if (choices !== undefined) return choices.map((one) => JSON.stringify(one)).join(' | ')
  if (variants !== undefined) return [...new Set(variants.map(typeInWords))].join(' | ')
  if (type === 'array') return `${typeInWords((items ?? {}) as JsonSchema)}[]`
  if (typeof format === 'string') return format
  return typeof type === 'string' ? type : Array.isArray(type) ? type.join(' | ') : 'any'
}
