import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { BootError } from '../../std/errors.ts'
import type { JsonSchema } from '../compiled-schema.ts'
import type { Schema } from '../standard-schema.ts'
import { fromAjv } from './ajv-issues.ts'

/**
 * A schema from JSON Schema 2020-12 as it is, `format` included; the type is what you say it is.
 *
 * Throws `BootError('contract-invalid')` with the path when the JSON Schema itself is wrong.
 *
 * ```ts
 * import { schema } from 'throughline/contract/json-schema'
 *
 * export const NewTag = schema<{ name: string }>({
 *   type: 'object',
 *   properties: { name: { type: 'string', minLength: 1, maxLength: 40 } },
 *   required: ['name'],
 * })
 * ```
 */
export function schema<Value = unknown>(json: JsonSchema): Schema<Value> {
  const check = compile(json)
  return {
    '~standard': {
      version: 1,
      vendor: 'throughline',
      validate: (value) => (check(value) ? { value: value as Value } : { issues: fromAjv(check.errors!) }),
      jsonSchema: { input: () => json, output: () => json },
    },
  }
}

function compile(json: JsonSchema): ValidateFunction {
  // One instance a schema: two schemas with the same `$id` must not meet.
  const ajv = new Ajv2020({ allErrors: true, strict: false, logger: false, validateSchema: false })
  formats.default(ajv)
  if (!ajv.validateSchema(json)) {
    const [first] = ajv.errors!
    throw invalid(`${first!.instancePath || '/'} ${first!.message}`)
  }
  try {
    return ajv.compile(json)
  } catch (cause) {
    throw invalid(cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function invalid(reason: string, cause?: unknown): BootError {
  return new BootError('contract-invalid', `A JSON Schema is not valid: ${reason}.`, {
    fix: 'Correct the schema at this path; it follows JSON Schema 2020-12.',
    cause,
  })
}
