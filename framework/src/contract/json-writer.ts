import type { JsonSchema } from './compiled-schema.ts'
import { generate } from './json-writer/generate.ts'
import { interpret } from './json-writer/interpret.ts'
import { planOf } from './json-writer/plan.ts'

/**
 * Compiles a schema to the function that writes its values: only declared members leave, in the schema's order.
 *
 * An optional member that is absent is left out, one with a default is filled in. Throws, naming the place but never the value,
 * when something required is missing or of another type; NaN and infinities become `null` where `null` is declared.
 * A Date, bigint, URL, Map, Set and bytes are written as their schema says (`date-time`, `int64`, `uri`, object, array, `base64`).
 *
 * ```ts
 * import { jsonWriter } from 'throughline/contract'
 *
 * const write = jsonWriter({ type: 'object', properties: { id: { type: 'string' } }, required: ['id'] })
 * write({ id: 'a', passwordHash: '…' }) // '{"id":"a"}'
 * ```
 */
export function jsonWriter(schema: JsonSchema): (value: unknown) => string {
  const plan = planOf(schema)
  const thorough = (value: unknown) => interpret(plan, value)
  const quick = generate(plan)
  // Where a policy forbids to make code from strings, correct and slower is right.
  if (quick === undefined) return thorough
  return (value) => {
    try {
      return quick(value)
    } catch {
      return thorough(value)
    }
  }
}
