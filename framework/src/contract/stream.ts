import type { InputOf, OutputOf, Schema } from './standard-schema.ts'

/** A list that is never whole in memory. As JSON Schema it is an array. */
export interface StreamSchema<Item extends Schema<any, any> = Schema<any, any>> extends Schema<
  Iterable<InputOf<Item>> | AsyncIterable<InputOf<Item>>,
  AsyncIterable<OutputOf<Item>>
> {
  readonly kind: 'stream'
  readonly item: Item
}

/**
 * A list that is read or written item by item: as `body` the handler gets an async iterable, as `returns` it gives any iterable.
 *
 * Items are checked one at a time. Name media types that can be streamed in `accepts` and `produces`: a JSON body is read whole.
 *
 * ```ts
 * import { endpoint, stream } from 'throughline/contract'
 * import * as z from 'zod'
 *
 * export const exportOrders = endpoint('GET /orders/export', {
 *   summary: 'Every order',
 *   auth: 'user',
 *   returns: stream(z.object({ id: z.uuid(), total: z.number() })),
 *   produces: ['application/x-ndjson', 'text/csv'],
 * })
 * ```
 */
export function stream<Item extends Schema<any, any>>(item: Item): StreamSchema<Item> {
  const { jsonSchema } = item['~standard']
  return Object.freeze({
    kind: 'stream' as const,
    item,
    '~standard': {
      version: 1 as const,
      vendor: 'throughline',
      // Items are checked when they come by; see itemsOf() in http.
      validate: (value: unknown) => ({ value: value as AsyncIterable<OutputOf<Item>> }),
      jsonSchema: {
        input: (options: { readonly target: 'draft-2020-12' }) => arrayOf(jsonSchema.input(options)),
        output: (options: { readonly target: 'draft-2020-12' }) => arrayOf(jsonSchema.output(options)),
      },
    },
  })
}

export function isStream(schema: Schema<any, any> | undefined): schema is StreamSchema {
  return (schema as Partial<StreamSchema> | undefined)?.kind === 'stream'
}

// References inside of the item start at the root of its own document: definitions move up with it.
function arrayOf({ $schema, $defs, ...items }: Record<string, unknown>): Record<string, unknown> {
  return { ...($schema !== undefined && { $schema }), type: 'array', items, ...($defs !== undefined && { $defs }) }
}
