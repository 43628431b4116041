import type { JsonPatchOperation } from './json-patch.ts'
import type { MergePatch } from './merge-patch.ts'
import type { InputOf, OutputOf, Schema } from './standard-schema.ts'

export const mergePatchType = 'application/merge-patch+json'
export const jsonPatchType = 'application/json-patch+json'
export const patchTypes: readonly string[] = [mergePatchType, jsonPatchType]

/** The media type without its parameters, in lower case. */
export function essenceOf(type = ''): string {
  return type.split(';', 1)[0]!.trim().toLowerCase()
}

/** Which of the two formats a document has: operations are a list, and nothing that is patched is one. */
export function patchTypeOf(document: unknown): string {
  return Array.isArray(document) ? jsonPatchType : mergePatchType
}

/**
 * What a PATCH handler gets as its body: gives the value that the caller's patch makes of the current one, checked whole.
 *
 * Throws `PatchFailed` (409) when an operation does not fit the current value, `ValidationFailed` (422) when the outcome breaks the schema.
 */
export type Patch<Of extends Schema<any, any>> = (current: InputOf<Of>) => Promise<OutputOf<Of>>

export interface PatchSchema<Of extends Schema<any, any> = Schema<any, any>> extends Schema<
  MergePatch<InputOf<Of>> | readonly JsonPatchOperation[],
  Patch<Of>
> {
  readonly kind: 'patch'
  readonly of: Of
  readonly accepts: readonly string[]
}

export function isPatch(schema: Schema<any, any> | undefined): schema is PatchSchema {
  return (schema as Partial<PatchSchema> | undefined)?.kind === 'patch'
}
