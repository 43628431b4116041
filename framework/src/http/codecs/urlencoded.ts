import type { Codec } from '../../contract/codec.ts'
import { coercion } from '../../contract/coerce.ts'
import { BadRequest } from '../../contract/problems.ts'
import { parseQuery } from '../guard/query-string.ts'

const mostPairs = 1000
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** `application/x-www-form-urlencoded`: names and values like those of a query, converted as declared. */
export const urlencoded: Codec = {
  mediaType: 'application/x-www-form-urlencoded',
  reader(schema) {
    const coerce = coercion(schema)
    return (bytes) => {
      let pairs = 1
      for (const byte of bytes) if (byte === 0x26) pairs++
      if (pairs > mostPairs) throw BadRequest({ detail: `The form has more than ${mostPairs} fields.` })
      let text: string
      try {
        text = utf8.decode(bytes)
      } catch (cause) {
        throw BadRequest({ cause, detail: 'The form is not UTF-8.' })
      }
      return coerce(parseQuery(text))
    }
  },
}
