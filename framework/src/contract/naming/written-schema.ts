import type { JsonSchema } from '../compiled-schema.ts'
import { isSchema } from '../json-pointer.ts'

type Word = (name: string) => string

const single = ['items', 'additionalProperties', 'unevaluatedProperties', 'unevaluatedItems', 'contains', 'propertyNames', 'not', 'if', 'then', 'else'] // prettier-ignore
const lists = ['allOf', 'anyOf', 'oneOf', 'prefixItems']
const maps = ['$defs', 'definitions', 'patternProperties']

/** The same schema with its members under their written names. `rename` is the value's way there, for defaults and examples. */
export function writtenSchema(schema: JsonSchema, word: Word, rename: (of: JsonSchema, value: unknown) => unknown): JsonSchema {
  const each = (part: unknown): unknown => (isSchema(part) && typeof part === 'object' ? visit(part) : part)
  const eachOf = (parts: unknown, key: Word = (name) => name) =>
    Object.fromEntries(Object.entries(parts as JsonSchema).map(([name, part]) => [key(name), each(part)]))
  const visit = (part: JsonSchema): JsonSchema =>
    Object.fromEntries(
      Object.entries(part).map(([keyword, value]): [string, unknown] => {
        if (keyword === 'properties' || keyword === 'dependentSchemas') return [keyword, eachOf(value, word)]
        if (keyword === 'required') return [keyword, (value as string[]).map(word)]
        if (keyword === 'dependentRequired') return [keyword, writtenDependencies(value as Readonly<Record<string, string[]>>, word)]
        if (keyword === '$ref') return [keyword, writtenReference(value as string, word)]
        if (keyword === 'default') return [keyword, rename(part, value)]
        if (keyword === 'examples') return [keyword, (value as unknown[]).map((example) => rename(part, example))]
        if (maps.includes(keyword)) return [keyword, eachOf(value)]
        if (lists.includes(keyword)) return [keyword, (value as unknown[]).map(each)]
        return [keyword, single.includes(keyword) ? each(value) : value]
      }),
    )
  return visit(schema)
}

function writtenDependencies(of: Readonly<Record<string, string[]>>, word: Word): Record<string, string[]> {
  return Object.fromEntries(Object.entries(of).map(([name, names]) => [word(name), names.map(word)]))
}

/** `#/properties/unitPrice` leads through a member. */
function writtenReference(ref: string, word: Word): string {
  if (!ref.startsWith('#/')) return ref
  const steps = ref.split('/')
  return steps.map((step, at) => (steps[at - 1] === 'properties' ? word(step) : step)).join('/')
}
