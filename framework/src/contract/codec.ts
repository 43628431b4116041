import type { JsonSchema } from './compiled-schema.ts'

/**
 * How the values of one media type become bytes, and bytes values. An endpoint chooses codecs by their media type in `accepts` and `produces`.
 *
 * Everything that depends on a schema is made once, at boot: each member takes the schema and the place it stands at, and gives the function
 * that requests call. Which members there are says what the codec can do. Readers throw problems for what a caller sent.
 *
 * ```ts
 * import type { Codec } from 'throughline/contract'
 *
 * const text: Codec = {
 *   mediaType: 'text/plain',
 *   contentType: 'text/plain; charset=utf-8',
 *   writer: () => (value) => String(value),
 * }
 * ```
 */
export interface Codec {
  /** In lower case and without parameters: `application/msgpack`. */
  readonly mediaType: string
  /** What answers say. Default: `mediaType`. */
  readonly contentType?: string
  /** Other names by which requests may ask for it or send it: `application/x-msgpack`. */
  readonly aliases?: readonly string[]
  /** Requests whose type ends with `+` and this are read, too: `json`. */
  readonly suffix?: string
  /** Whole values out. Without it, and with `items`, a list is written item by item. */
  readonly writer?: (schema: JsonSchema, where: string) => (value: unknown) => string | Uint8Array
  /** Lists out, one item at a time, for answers that do not fit into memory. */
  readonly items?: (item: JsonSchema, where: string) => ItemWriter
  /** Whole values in. */
  readonly reader?: (schema: JsonSchema, where: string) => (bytes: Uint8Array) => unknown
  /** Bodies that are read while they arrive. What it gives is the body to be validated: an async iterable of items where the schema is a stream. */
  readonly streamReader?: (schema: JsonSchema, where: string) => (chunks: AsyncIterable<Uint8Array>, contentType: string) => unknown
}

/** What stands around and between the items of a list, and the items. */
export interface ItemWriter {
  readonly head?: string
  readonly between?: string
  readonly tail?: string
  readonly write: (item: unknown) => string | Uint8Array
}
