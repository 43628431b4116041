import type { Schema } from './standard-schema.ts'

/**
 * Finds the innermost part of a schema that cannot be written as JSON Schema: libraries say what is wrong, but not where.
 *
 * Reads the tree that Zod keeps under `def`; for other libraries the whole schema is named.
 */
export function inexpressible(schema: Schema<any, any>, side: 'input' | 'output', cause: unknown): { path: string; reason: string } {
  const seen = new Set<unknown>()
  let found = { path: '', reason: reasonOf(cause) }
  const search = (at: Schema<any, any>, path: string): boolean => {
    if (seen.has(at)) return false
    seen.add(at)
    const reason = refusal(at, side)
    if (reason === undefined) return false
    found = { path, reason }
    return parts(at, side).some(([step, part]) => search(part, path + step))
  }
  search(schema, '')
  return found
}

function refusal(schema: Schema<any, any>, side: 'input' | 'output'): string | undefined {
  try {
    schema['~standard'].jsonSchema[side]({ target: 'draft-2020-12' })
    return undefined
  } catch (error) {
    return reasonOf(error)
  }
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '')
}

function parts(schema: Schema<any, any>, side: 'input' | 'output'): [string, Schema<any, any>][] {
  const def = (schema as { def?: Record<string, unknown> }).def ?? {}
  const found: [string, Schema<any, any>][] = []
  const add = (step: string, part: unknown) => isStandard(part) && found.push([step, part])
  for (const [name, member] of Object.entries((def['shape'] ?? {}) as Record<string, unknown>)) add(`/${name}`, member)
  for (const [index, item] of ((def['items'] ?? []) as unknown[]).entries()) add(`/${index}`, item)
  for (const option of (def['options'] ?? []) as unknown[]) add('', option)
  add('/*', def['element'])
  add('/*', def['rest'])
  add('/*', def['valueType'])
  add('/*', def['catchall'])
  for (const inner of [def['innerType'], def['left'], def['right'], side === 'input' ? def['in'] : def['out']]) add('', inner)
  if (typeof def['getter'] === 'function') add('', (def['getter'] as () => unknown)())
  return found
}

function isStandard(value: unknown): value is Schema<any, any> {
  return (typeof value === 'object' || typeof value === 'function') && value !== null && '~standard' in value
}
