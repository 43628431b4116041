import { BootError } from '../std/errors.ts'
import type { JsonSchema } from './compiled-schema.ts'
import { inexpressible } from './inexpressible.ts'
import type { Schema } from './standard-schema.ts'

type Side = 'input' | 'output'

// Six parts of a boot ask for the same ones, and converting is the dearest of what they do. Nobody changes what they get.
const converted = new WeakMap<object, Partial<Record<Side, JsonSchema>>>()

/** One side of a schema as JSON Schema 2020-12, or `BootError('contract-invalid')` that says where it cannot be. */
export function toJsonSchema(schema: Schema<any, any>, where: string, side: Side): JsonSchema {
  const known = typeof schema === 'object' || typeof schema === 'function' ? converted.get(schema) : undefined
  const found = known?.[side]
  if (found !== undefined) return found
  const made = convert(schema, where, side)
  if (known === undefined) converted.set(schema, { [side]: made })
  else known[side] = made
  return made
}

function convert(schema: Schema<any, any>, where: string, side: Side): JsonSchema {
  const toJson = schema['~standard']?.jsonSchema?.[side]
  if (!toJson) {
    const vendor = schema['~standard']?.vendor
    throw new BootError(
      'contract-invalid',
      `${where}: ${vendor ? `this version of ${vendor}` : 'this value'} has no Standard JSON Schema, so it can be neither described nor served.`,
      {
        fix: 'Use Zod 4.2 or newer, another library with Standard JSON Schema, or schema() of throughline/contract/json-schema.',
      },
    )
  }
  try {
    return toJson({ target: 'draft-2020-12' })
  } catch (cause) {
    const { path, reason } = inexpressible(schema, side, cause)
    throw new BootError('contract-invalid', `${where}${path}: ${reason}.`, {
      fix:
        side === 'input'
          ? 'Accept a JSON value here, and convert it with .transform() or z.codec() after it was checked.'
          : 'Return a JSON value here: convert it in the handler or in a to…() function of the domain.',
      cause,
    })
  }
}
