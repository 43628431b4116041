import { BootError } from '../../std/errors.ts'
import type { JsonSchema } from '../compiled-schema.ts'
import { toPointer } from '../json-pointer.ts'
import type { Schema } from '../standard-schema.ts'
import { dialect, metaschema } from './metaschema.ts'
import { anonymous } from './resources.ts'
import type { CodedIssue } from './run.ts'
import { validator } from './validator.ts'

export interface JsonSchemaOptions {
  /** What `format` means: an assertion as people expect it, or, as the standard has it, a note. Default `'note'`. */
  formats?: 'assert' | 'note'
  /** Other documents, by URI, that the schema may refer to. Nothing is ever fetched. */
  documents?: Readonly<Record<string, JsonSchema>>
}

/**
 * A schema from JSON Schema 2020-12 as it is; the type is what you say it is.
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
export function schema<Value = unknown>(json: JsonSchema | boolean, options: JsonSchemaOptions = {}): Schema<Value> {
  const check = compile(json, options)
  const described = typeof json === 'boolean' ? (json ? {} : { not: {} }) : json
  return {
    '~standard': {
      version: 1,
      vendor: 'throughline',
      validate(value) {
        const issues = check(value)
        return issues === undefined ? { value: value as Value } : { issues }
      },
      jsonSchema: { input: () => described, output: () => described },
    },
  }
}

const dialectDocuments = metaschema.map((document) => [document['$id'] as string, document] as const)
let checkSchema: ((json: unknown) => CodedIssue[] | undefined) | undefined

function compile(
  json: JsonSchema | boolean,
  { formats = 'note', documents = {} }: JsonSchemaOptions,
): (value: unknown) => CodedIssue[] | undefined {
  checkSchema ??= validator({ $ref: dialect }, anonymous, { documents: new Map(dialectDocuments), formats: false })
  const [first] = checkSchema(json) ?? []
  if (first !== undefined) throw invalid(`${toPointer(first.path as PropertyKey[]) || '/'} does not fit the dialect (${first.code})`)
  try {
    const all = new Map([...dialectDocuments, ...Object.entries(documents)])
    return validator(json, anonymous, { documents: all, formats: formats === 'assert' })
  } catch (cause) {
    if (cause instanceof BootError) throw cause
    throw invalid(cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function invalid(reason: string, cause?: unknown): BootError {
  return new BootError('contract-invalid', `A JSON Schema is not valid: ${reason}.`, {
    fix: 'Correct the schema at this path; it follows JSON Schema 2020-12.',
    cause,
  })
}
