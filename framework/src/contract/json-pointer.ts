import type { JsonSchema } from './compiled-schema.ts'

/** RFC 6901: `['lines', 0, 'a/b']` is `/lines/0/a~1b`. */
export function toPointer(path: readonly PropertyKey[]): string {
  let pointer = ''
  for (const step of path) pointer += `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`
  return pointer
}

/** The steps of a pointer: `/lines/0/a~1b` is `['lines', '0', 'a/b']`. */
export function fromPointer(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** What a `$ref` within one document points at: `#`, or `#/$defs/Order`. Undefined when it points elsewhere. */
export function followRef(root: JsonSchema, ref: string): JsonSchema | boolean | undefined {
  if (ref === '#') return root
  if (!ref.startsWith('#/')) return undefined
  let at: unknown = root
  for (const step of ref.slice(2).split('/')) {
    const name = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined
    at = (at as Record<string, unknown>)[name]
  }
  return isSchema(at) ? at : undefined
}

export function isSchema(value: unknown): value is JsonSchema | boolean {
  return typeof value === 'boolean' || (typeof value === 'object' && value !== null && !Array.isArray(value))
}

/** Whether a schema has a part at a path of member names and `*`, for items. Where it allows anything, it has. */
export function leadsTo(root: JsonSchema, steps: readonly string[]): boolean {
  const seen = new Set<string>()
  const visit = (schema: unknown, at: number): boolean => {
    if (at === steps.length || schema === true) return true
    if (!isSchema(schema) || typeof schema === 'boolean') return false
    const { $ref: ref, properties, items, additionalProperties } = schema
    if (typeof ref === 'string') {
      const visited = `${at} ${ref}`
      return !seen.has(visited) && (seen.add(visited), visit(followRef(root, ref), at))
    }
    const step = steps[at]!
    const named = (properties as JsonSchema | undefined)?.[step]
    const parts = [schema['anyOf'], schema['oneOf'], schema['allOf']].flatMap((list) => (list ?? []) as unknown[])
    if (parts.some((part) => visit(part, at))) return true
    if (step === '*' && items !== undefined) return visit(items, at + 1)
    if (named !== undefined) return visit(named, at + 1)
    return isSchema(additionalProperties) ? visit(additionalProperties, at + 1) : Object.keys(schema).length === 0
  }
  return visit(root, 0)
}
