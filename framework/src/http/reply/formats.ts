import type { Codec } from '../../contract/codec.ts'
import { writtenSchema } from '../../contract/compile-schema.ts'
import type { JsonSchema } from '../../contract/compiled-schema.ts'
import type { Endpoint } from '../../contract/endpoint.ts'
import { followRef, isSchema } from '../../contract/json-pointer.ts'
import { namedCodec } from '../../contract/naming/named-codec.ts'
import { isStream } from '../../contract/stream.ts'
import { BootError } from '../../std/errors.ts'
import type { Outgoing } from '../stage.ts'
import { ItemStream } from './item-stream.ts'

/** One form that an answer of the route can take. */
export interface Format {
  readonly contentType: string
  write(value: unknown): Outgoing['body']
}

/** A writer for each media type that the endpoint produces, in its order; empty where it returns nothing. */
export function formatsOf({ address, promises }: Endpoint, codecs: readonly Codec[]): Format[] {
  const { returns, produces = ['application/json'], rows, naming } = promises
  if (returns === undefined) {
    if (promises.produces === undefined) return []
    throw new BootError(
      'contract-invalid',
      `${address} has produces but no returns; the media type of an answer that you make yourself is mediaType.`,
    )
  }
  const where = `${address} returns`
  const streamed = isStream(returns)
  const schema = writtenSchema(streamed ? returns.item : returns, where)
  return produces.map((mediaType) => {
    const found = codecs.find((one) => one.mediaType === mediaType)
    const codec = found && naming ? namedCodec(found, naming) : found
    const refuse = (why: string) => new BootError('contract-invalid', `${address} produces ${mediaType}, ${why}.`)
    if (codec === undefined) throw refuse(`for which there is no codec; there are ${codecs.map((one) => one.mediaType).join(', ')}`)
    const { contentType = mediaType, items, writer } = codec
    if (streamed) {
      if (items === undefined) throw refuse('which has no way to write a list item by item')
      const itemWriter = items(schema, where)
      return { contentType, write: (value) => new ItemStream(value as Iterable<unknown>, itemWriter) }
    }
    if (writer !== undefined) return { contentType, write: writer(schema, where) }
    if (items === undefined) throw refuse('which can only be read')
    const item = itemOf(schema, rows)
    if (item === undefined)
      throw refuse(
        `which writes lists, but ${rows === undefined ? 'returns is no list; name the member that is one in rows' : `returns has no list ${rows}`}`,
      )
    const { head = '', between = '', tail = '', write } = items(item, where)
    return {
      contentType,
      write(value) {
        const list = (rows === undefined ? value : (value as Record<string, unknown>)[rows]) as readonly unknown[]
        return joined([head, ...list.flatMap((one, i) => (i === 0 || between === '' ? [write(one)] : [between, write(one)])), tail])
      },
    }
  })
}

function joined(parts: readonly (string | Uint8Array)[]): string | Uint8Array {
  if (parts.every((part) => typeof part === 'string')) return parts.join('')
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)))
}

/** The items of a list, or of the list that a member is, as a schema of its own. */
function itemOf(root: JsonSchema, rows: string | undefined): JsonSchema | undefined {
  const list =
    rows === undefined ? resolved(root, root) : resolved(root, (resolved(root, root)?.['properties'] as JsonSchema | undefined)?.[rows])
  const { items } = list ?? {}
  if (!isSchema(items) || typeof items === 'boolean') return undefined
  return root['$defs'] === undefined ? items : { ...items, $defs: root['$defs'] }
}

function resolved(root: JsonSchema, schema: unknown): JsonSchema | undefined {
  if (!isSchema(schema) || typeof schema === 'boolean') return undefined
  return typeof schema['$ref'] === 'string' ? resolved(root, followRef(root, schema['$ref'])) : schema
}
