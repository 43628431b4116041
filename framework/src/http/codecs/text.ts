import type { Codec } from '../../contract/codec.ts'
import { BadRequest } from '../../contract/problems.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** `text/plain` in UTF-8, for a body or answer that is a string. */
export const text: Codec = {
  mediaType: 'text/plain',
  contentType: 'text/plain; charset=utf-8',
  writer: () => String,
  reader: () => (bytes) => {
    try {
      return utf8.decode(bytes)
    } catch (cause) {
      throw BadRequest({ cause, detail: 'The body is not UTF-8.' })
    }
  },
}
