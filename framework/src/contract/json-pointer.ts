import type { JsonSchema } from './compiled-schema.ts'

/** RFC 6901: `['lines', 0, 'a/b']` is `/lines/0/a~1b`. */
export function toPointer(path: readonly PropertyKey[]): string {
  let pointer = ''
  for (const step of path) pointer += `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`
  return pointer
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
