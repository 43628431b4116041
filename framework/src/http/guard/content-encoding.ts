import type { IncomingMessage } from 'node:http'
import { pipeline as pipe, Readable, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib'
import { BadRequest, ContentTooLarge, UnsupportedEncoding } from '../../contract/problems.ts'
import { abortReason } from '../../std/abort.ts'
import { requestHeader } from '../headers.ts'

// What follows the end would be another request's business; gzip alone may have several members (RFC 1952, 2.2).
const strict = { rejectGarbageAfterEnd: true } as object
const decoders: Readonly<Record<string, () => Transform & { readonly bytesWritten: number }>> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  br: () => createBrotliDecompress(strict),
  zstd: () => createZstdDecompress(strict),
  deflate: () => createInflate(strict),
}
const supported = ['zstd', 'br', 'gzip', 'deflate']
/** Whoever packs what is packed already is not saving bytes. */
const mostCodings = 2
/** What a body of human data never reaches; a bomb has a thousand and more. */
const highestRatio = 100
/** Bytes that may come out of anything: below, a ratio says nothing. */
const harmless = 1024 * 1024

/** The codings of a body, the outermost last; undefined where it is sent as it is. Throws `UnsupportedEncoding` for one that is not known. */
export function codingsOf(request: IncomingMessage): readonly string[] | undefined {
  const header = requestHeader(request, 'content-encoding')
  if (header === undefined) return undefined
  const names = header
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity')
  if (names.length > mostCodings || names.some((name) => !Object.hasOwn(decoders, name))) throw UnsupportedEncoding({ supported })
  return names.length === 0 ? undefined : names
}

/**
 * The bytes of a body as they arrive, decoded. Throws in the middle: `ContentTooLarge` when more come out than the limit allows or than so few
 * can hold (a bomb), `BadRequest` when they are not what they are said to be, the reason when the caller is gone.
 */
export async function* arriving(
  request: IncomingMessage,
  codings: readonly string[] = [],
  limit: number,
): AsyncGenerator<Uint8Array, void> {
  // Whoever stops reading must not destroy the request with it: the answer goes out by the same socket.
  let bytes: Readable | AsyncIterable<Uint8Array> = request.iterator({ destroyOnReturn: false })
  const stages = codings.toReversed().map((name) => decoders[name]!())
  for (const stage of stages) bytes = pipe(bytes instanceof Readable ? bytes : Readable.from(bytes, { objectMode: false }), stage, () => {})
  const outermost = stages[0]
  let length = 0
  try {
    for await (const chunk of bytes as AsyncIterable<Uint8Array>) {
      length += chunk.length
      const isBomb = outermost !== undefined && length > harmless && length > highestRatio * outermost.bytesWritten
      if (length > limit || isBomb) throw ContentTooLarge({ limit })
      yield chunk
    }
  } catch (error) {
    if (request.destroyed && !request.complete) throw abortReason('client-closed-request')
    const code = (error as { code?: unknown }).code
    if (typeof code !== 'string' || !/^(?:Z_|ZSTD_|ERR_)/.test(code)) throw error
    throw BadRequest({ cause: error, detail: `The body is not well-formed ${codings.join(', ')}.` })
  }
}
