import { writtenSchema } from '../../contract/compile-schema.ts'
import type { Endpoint } from '../../contract/endpoint.ts'
import { isStream } from '../../contract/stream.ts'
import type { Codec } from '../../contract/codec.ts'
import type { Exchange } from '../exchange.ts'

type Read = (bytes: Uint8Array) => unknown

/** A record of bodies is for development: a reader is made when the first answer of its kind is recorded, and not at boot. */
const readers = new WeakMap<Endpoint, Map<string, Read | undefined>>()
const most = 64 * 1024

/**
 * What an answer says, as JSON, read by the codec that wrote it: the members of MessagePack, Protobuf, Avro and XML have names to be masked by. Undefined for what is readable as it is, what no codec reads, and what is too long to be shown anyway.
 */
export function decodedBody(
  { pipeline, site }: Pick<Exchange, 'pipeline' | 'site'>,
  contentType: string | undefined,
  body: string | Uint8Array,
): string | undefined {
  const mediaType = contentType?.split(';', 1)[0]!.trim().toLowerCase()
  if (mediaType === undefined || /[/+]json$|^text\//.test(mediaType) || body.length > most) return undefined
  const { endpoint } = pipeline.route
  let known = readers.get(endpoint)
  if (known === undefined) readers.set(endpoint, (known = new Map()))
  try {
    if (!known.has(mediaType)) known.set(mediaType, readerOf(endpoint, mediaType, site.codecs))
    const value = known.get(mediaType)?.(typeof body === 'string' ? Buffer.from(body) : body)
    return value === undefined ? undefined : JSON.stringify(value)
  } catch {
    // A handler that answers with bytes of its own may call them anything, and a codec may give what JSON has no form for.
    return undefined
  }
}

function readerOf({ address, promises }: Endpoint, mediaType: string, codecs: readonly Codec[]): Read | undefined {
  const codec = codecs.find((one) => one.mediaType === mediaType || one.aliases?.includes(mediaType) === true)
  if (codec?.reader === undefined) return undefined
  const { returns, naming } = promises
  const where = `${address} returns`
  const schema = returns === undefined || isStream(returns) ? {} : writtenSchema(returns, where)
  return codec.reader(naming === undefined ? schema : naming.of(schema, where).schema, where)
}
