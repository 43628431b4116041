import type { JsonSchema } from './compiled-schema.ts'

export declare function coercion(
  schema: JsonSchema,
): (values: Readonly<Record<string, string | readonly string[]>>) => Record<string, unknown>
