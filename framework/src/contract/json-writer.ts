import type { JsonSchema } from './compiled-schema.ts'

export declare function jsonWriter(schema: JsonSchema): (value: unknown) => string
