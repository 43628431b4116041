import type { JsonSchema } from './compiled-schema.ts'
import type { Endpoint } from './endpoint.ts'
import type { Schema } from './standard-schema.ts'
import { toJsonSchema } from './to-json-schema.ts'

/**
 * The names of members that an endpoint's schemas mark as sensitive: they are hidden in logs, records and errors.
 *
 * The mark is the keyword `sensitive: true`, on the member's own schema or on one that it refers to: `z.string().meta({ sensitive: true })` in Zod.
 *
 * ```ts
 * import { endpoint, sensitiveNames } from 'throughline/contract'
 * import * as z from 'zod'
 *
 * const admit = endpoint('POST /patients', {
 *   summary: 'Admit a patient',
 *   auth: 'user',
 *   body: z.object({ name: z.string(), diagnosis: z.string().meta({ sensitive: true }) }),
 * })
 * export const names = sensitiveNames(admit) // Set { 'diagnosis' }
 * ```
 */
export function sensitiveNames({ address, promises }: Endpoint): Set<string> {
  const names = new Set<string>()
  const { params, query, headers, body, returns } = promises as Record<string, unknown>
  for (const [slot, schema] of Object.entries({ params, query, headers, body }))
    collect(schema, { where: `${address} ${slot}`, names }, 'input')
  collect(returns, { where: `${address} returns`, names }, 'output')
  return names
}

function collect(schema: unknown, { where, names }: { where: string; names: Set<string> }, side: 'input' | 'output'): void {
  // Streams and files are declared by other things than schemas, and have no members.
  if (typeof schema !== 'object' || schema === null || !('~standard' in schema)) return
  const root = toJsonSchema(schema as Schema, where, side)
  const seen = new Set<object>()
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null || seen.has(part)) return
    seen.add(part)
    const { properties } = part as JsonSchema
    if (typeof properties === 'object' && properties !== null && !Array.isArray(properties))
      for (const [name, member] of Object.entries(properties)) if (isSensitive(member, root)) names.add(name)
    for (const below of Object.values(part)) visit(below)
  }
  visit(root)
}

function isSensitive(schema: unknown, root: JsonSchema): boolean {
  if (typeof schema !== 'object' || schema === null) return false
  const { sensitive, $ref, anyOf } = schema as JsonSchema
  if (sensitive === true) return true
  if (typeof $ref === 'string') {
    const name = /^#\/\$defs\/([^/]+)$/.exec($ref)?.[1]
    const defs = root['$defs'] as JsonSchema | undefined
    return name !== undefined && defs?.[name] !== schema && isSensitive(defs?.[name], {})
  }
  // A nullable one is a choice between itself and null.
  return Array.isArray(anyOf) && anyOf.some((choice) => isSensitive(choice, root))
}
