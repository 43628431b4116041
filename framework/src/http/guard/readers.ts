import type { Codec } from '../../contract/codec.ts'
import type { JsonSchema } from '../../contract/compiled-schema.ts'
import type { Endpoint } from '../../contract/endpoint.ts'
import { UnsupportedMediaType } from '../../contract/problems.ts'
import { isStream } from '../../contract/stream.ts'
import { toJsonSchema } from '../../contract/to-json-schema.ts'
import { BootError } from '../../std/errors.ts'
import { defaultRules, parseJson } from './json.ts'

/** How bodies of one media type become values. */
export interface Reader {
  readonly mediaType: string
  /** The whole body at once. */
  readonly read: (bytes: Uint8Array) => unknown
  /** The body while it arrives; preferred where there is one. */
  readonly readStream: ((chunks: AsyncIterable<Uint8Array>, contentType: string) => unknown) | undefined
}

/** Finds the reader for a `Content-Type`, or throws `UnsupportedMediaType` with those that there are. */
export function readersOf(endpoint: Endpoint, codecs: readonly Codec[]): (contentType: string | undefined) => Reader {
  const accepts = acceptedBy(endpoint)
  const entries = accepts.map((mediaType) => ({ ...entryOf(endpoint, mediaType, codecs) }))
  const exact = new Map(entries.flatMap(({ names, reader }) => names.map((name) => [name, reader])))
  const suffixed = entries.flatMap(({ suffix, reader }) => (suffix === undefined ? [] : [{ suffix, reader }]))
  return (contentType) => {
    const found = contentType === undefined ? undefined : exact.get(contentType)
    if (found !== undefined) return found
    const { essence, charset } = parsed(contentType ?? '')
    const reader = exact.get(essence) ?? suffixed.find(({ suffix }) => essence.endsWith(suffix))?.reader
    // Everything is UTF-8: any other charset would be misread.
    if (reader === undefined || (charset !== undefined && charset !== 'utf-8')) throw UnsupportedMediaType({ supported: accepts })
    return reader
  }
}

function acceptedBy({ promises }: Endpoint): readonly string[] {
  // Forms and patches are read from media types of their own.
  const { accepts } = promises.body as { accepts?: readonly string[] }
  return promises.accepts ?? (Array.isArray(accepts) ? accepts : ['application/json'])
}

function entryOf({ address, promises }: Endpoint, mediaType: string, codecs: readonly Codec[]) {
  const codec = codecs.find((one) => one.mediaType === mediaType || (one.suffix !== undefined && mediaType.endsWith(`+${one.suffix}`)))
  const refuse = (why: string) => new BootError('contract-invalid', `${address} accepts ${mediaType}, ${why}.`)
  if (codec === undefined) throw refuse(`for which there is no codec; there are ${codecs.map((one) => one.mediaType).join(', ')}`)
  const declared = toJsonSchema(promises.body, `${address} body`, 'input')
  const schema = promises.naming === undefined ? declared : promises.naming.of(declared, `${address} body`).schema
  const readStream = codec.streamReader?.(schema, `${address} body`)
  const whole = wholeReader(codec, schema, { ...defaultRules, ...promises.json }, `${address} body`)
  if (whole === undefined && readStream === undefined) throw refuse('which can only be written')
  if (whole === undefined && codec.items !== undefined && !isStream(promises.body))
    throw refuse('which is read item by item: declare the body with stream()')
  const own = codec.mediaType === mediaType
  return {
    names: own ? [mediaType, ...(codec.aliases ?? [])] : [mediaType],
    suffix: own && codec.suffix !== undefined ? `+${codec.suffix}` : undefined,
    reader: { mediaType, read: whole ?? neverWhole, readStream },
  }
}

function wholeReader(codec: Codec, schema: JsonSchema, rules: typeof defaultRules, where: string): Reader['read'] | undefined {
  return codec.mediaType === 'application/json' ? (bytes) => parseJson(bytes, rules) : codec.reader?.(schema, where)
}

function neverWhole(): never {
  throw new Error('This body is read while it arrives.')
}

const charsetParameter = /;[ \t]*charset="?([^";\s]*)/i

function parsed(contentType: string): { essence: string; charset: string | undefined } {
  const semicolon = contentType.indexOf(';')
  const essence = (semicolon < 0 ? contentType : contentType.slice(0, semicolon)).trim().toLowerCase()
  return { essence, charset: semicolon < 0 ? undefined : charsetParameter.exec(contentType)?.[1]!.toLowerCase() }
}
