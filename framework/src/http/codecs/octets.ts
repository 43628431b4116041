import type { Codec } from '../../contract/codec.ts'
import type { UploadedFile } from '../../contract/form.ts'
import { ContentTooLarge } from '../../contract/problems.ts'

/** `application/octet-stream`: bytes of any kind, for a body that is a `file()` by itself. Read as fast as your code takes them. */
export const octets: Codec = {
  mediaType: 'application/octet-stream',
  streamReader: ({ maxLength = Infinity }) => {
    const limit = maxLength as number
    return (chunks, type): UploadedFile => ({ name: 'file', type, content: limit === Infinity ? chunks : upTo(limit, chunks) })
  },
}

async function* upTo(limit: number, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let length = 0
  for await (const chunk of chunks) {
    length += chunk.length
    if (length > limit) throw ContentTooLarge({ limit })
    yield chunk
  }
}
