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
export function schema<Value = unknown>(json: JsonSchema | boolean, options: JsonSchemaOptions = {}): RawSchema<Value> {
  const check = compile(json, options)
  return rawSchema(json, options, check)
}

/** For the framework's own schemas, which tests have seen: compiled for the first value, which in most processes never comes. */
export function ownSchema<Value>(json: JsonSchema): RawSchema<Value> {
  let check: Check | undefined
  return rawSchema(json, {}, (value) => (check ??= compile(json, {}))(value))
}

type Check = (value: unknown) => CodedIssue[] | undefined

function rawSchema<Value>(json: JsonSchema | boolean, options: JsonSchemaOptions, check: Check): RawSchema<Value> {
  const described = typeof json === 'boolean' ? (json ? {} : { not: {} }) : json
  return {
    omit: (mask) => schema(without(described, Object.keys(mask)), options),
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

/** A schema from JSON Schema. */
export interface RawSchema<Value> extends Schema<Value> {
  /** The same without some members. Throws for a member that it does not have, and for keywords beside `properties` that could speak of it. */
  omit<const Name extends keyof Value & string>(mask: { readonly [N in Name]: true }): RawSchema<Omit<Value, Name>>
}

const ruling = ['$ref', 'allOf', 'anyOf', 'oneOf', 'not', 'if', 'dependentRequired', 'dependentSchemas', 'minProperties', 'maxProperties']

function without({ properties = {}, required = [], ...rest }: JsonSchema, names: readonly string[]): JsonSchema {
  const strange = names.find((name) => !Object.hasOwn(properties as object, name))
  if (strange !== undefined) throw invalid(`it has no member ${strange} to leave out`)
  const rule = ruling.find((keyword) => keyword in rest)
  if (rule !== undefined) throw invalid(`members cannot be left out beside ${rule}, which may speak of them`)
  return {
    ...rest,
    properties: Object.fromEntries(Object.entries(properties as JsonSchema).filter(([name]) => !names.includes(name))),
    required: (required as readonly string[]).filter((name) => !names.includes(name)),
  }
}

const dialectDocuments = metaschema.map((document) => [document['$id'] as string, document] as const)
let checkSchema: Check | undefined

function compile(json: JsonSchema | boolean, { formats = 'note', documents = {} }: JsonSchemaOptions): Check {
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
