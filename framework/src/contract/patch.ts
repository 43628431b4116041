import { compileSchema } from './compile-schema.ts'
import type { CompiledSchema, JsonSchema } from './compiled-schema.ts'
import { issueAt } from './issue.ts'
import { followRef } from './json-pointer.ts'
import { applyJsonPatch, type JsonPatchOperation } from './json-patch.ts'
import { applyMergePatch } from './merge-patch.ts'
import { namedSchema } from './naming/named-schema.ts'
import type { Naming } from './naming/naming.ts'
import { mergePatchType, patchTypes, type Patch, type PatchSchema } from './patch-types.ts'
import { ValidationFailed } from './problems.ts'
import type { Schema } from './standard-schema.ts'

/**
 * The `body` of a PATCH, in both standard formats: a merge patch (RFC 7396) or a JSON Patch (RFC 6902). `of` is the schema of everything
 * that may be changed, the same as for PUT; the handler gets a function that applies the patch to the current state.
 *
 * ```ts
 * import { endpoint, patch } from 'throughline/contract'
 * import * as z from 'zod'
 *
 * const Profile = z.object({ name: z.string().min(1), phone: z.string().optional() })
 * export const changeProfile = endpoint('PATCH /profile', { summary: 'Change', auth: 'user', body: patch(Profile), returns: Profile })
 * // changeProfile: async ({ body }) => save(await body(await load()))
 * ```
 */
export function patch<Of extends Schema<any, any>>(of: Of): PatchSchema<Of> {
  const described = () => {
    const { $defs, ...merge } = toMergePatchSchema(of)
    return { ...($defs !== undefined && { $defs }), anyOf: [merge, operationsSchema] }
  }
  return Object.freeze({
    kind: 'patch' as const,
    of,
    accepts: patchTypes,
    '~standard': {
      version: 1 as const,
      vendor: 'throughline',
      // It says nothing without the state that it is for: patchReader() checks what it makes of that.
      validate: (value: unknown) => ({ value: value as Patch<Of> }),
      jsonSchema: { input: described, output: described },
    },
  })
}

export interface PatchReaderOptions {
  naming?: Naming | undefined
  /** Stands before the schema. */
  guard?: (compiled: CompiledSchema<any>) => CompiledSchema<any>
}

/** Makes a patch schema ready at boot; what it gives turns the document of a request into what its handler gets. */
export function patchReader(
  { of }: PatchSchema,
  where: string,
  { naming, guard = (compiled) => compiled }: PatchReaderOptions = {},
): (document: unknown, mediaType: string) => Patch<Schema<any, any>> {
  const compiled = compileSchema(of, where)
  // A patch names what its caller sees: it is applied to that.
  const names = naming?.of(compiled.input, where)
  const schema = guard(naming === undefined ? compiled : namedSchema(compiled, { naming, where, unknownMembers: 'refuse' }))
  return (document, mediaType) => {
    const isMerge = mediaType === mergePatchType
    if (!isMerge) checkOperations(document)
    return async (current) => {
      const seen = names === undefined ? current : names.toWritten(current)
      const verdict = await schema.parse(isMerge ? applyMergePatch(seen, document) : applyJsonPatch(seen, document as JsonPatchOperation[]))
      if (verdict.issues) throw ValidationFailed({ errors: verdict.issues })
      return verdict.value
    }
  }
}

/** What is wrong with its form is wrong whatever the state: 422, and not the 409 of one that does not fit. */
function checkOperations(document: unknown): void {
  if (!Array.isArray(document)) throw ValidationFailed({ errors: [issueAt([], 'invalid-type', { expected: 'array' })] })
  const wrong = document.findIndex((operation) => !isOperation(operation))
  if (wrong < 0 && document.length <= mostOperations) return
  const issue = wrong < 0 ? issueAt([], 'too-long', { maxItems: mostOperations }) : issueAt([wrong], 'invalid')
  throw ValidationFailed({ errors: [issue] })
}

const mostOperations = 1000

function isOperation(value: unknown): value is JsonPatchOperation {
  if (typeof value !== 'object' || value === null) return false
  const { op, path, from } = value as Record<string, unknown>
  if (typeof path !== 'string') return false
  if (op === 'remove') return true
  return op === 'move' || op === 'copy' ? typeof from === 'string' : (op === 'add' || op === 'replace' || op === 'test') && 'value' in value
}

/** The schema with every member optional at every depth, and nullable where it may be missing. Lists are replaced whole. */
export function toMergePatchSchema(of: Schema<any, any>): JsonSchema {
  const { $schema: _, $defs = {}, ...top } = of['~standard'].jsonSchema.input({ target: 'draft-2020-12' })
  const { title: _title, examples: _examples, ...part } = partOf(top, { $defs }, new Set())
  // Those that are still led to, by what is left or by one another.
  const kept = new Map<string, unknown>()
  const keep = (schema: unknown): void => {
    for (const [, name] of JSON.stringify(schema).matchAll(/"#\/\$defs\/([^"/]+)"/g)) {
      if (kept.has(name!)) continue
      kept.set(name!, ($defs as JsonSchema)[name!])
      keep(kept.get(name!))
    }
  }
  keep(part)
  return { ...part, ...(kept.size > 0 && { $defs: Object.fromEntries(kept) }) }
}

/** One object with its members as parts; what is no object, or holds itself, stays whole. */
function partOf(schema: JsonSchema, root: JsonSchema, above: ReadonlySet<unknown>): JsonSchema {
  // A schema that its author named is a reference to itself.
  const target = typeof schema['$ref'] === 'string' ? followRef(root, schema['$ref']) : schema
  if (typeof target !== 'object' || target['properties'] === undefined || above.has(target)) return schema
  const { required = [], properties, ...rest } = target
  const below = new Set([...above, target])
  const parts = Object.entries(properties as Record<string, JsonSchema>).map(([name, member]) => {
    const part = partOf(member, root, below)
    return [name, (required as readonly string[]).includes(name) ? part : { anyOf: [part, { type: 'null' }] }]
  })
  return { ...rest, properties: Object.fromEntries(parts) }
}

export const operationsSchema: JsonSchema = {
  type: 'array',
  description: 'JSON Patch (RFC 6902): all operations, or none.',
  items: {
    type: 'object',
    properties: {
      op: { type: 'string', enum: ['add', 'remove', 'replace', 'move', 'copy', 'test'] },
      path: { type: 'string', description: 'RFC 6901.' },
      from: { type: 'string', description: 'For move and copy.' },
      value: { description: 'For add, replace and test.' },
    },
    required: ['op', 'path'],
  },
}
