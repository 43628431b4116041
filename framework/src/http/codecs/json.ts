import type { Codec } from '../../contract/codec.ts'
import { jsonWriter } from '../../contract/json-writer.ts'
import { parseJson } from '../guard/json.ts'

/** RFC 8259. Lists can leave item by item; what comes in is read whole. */
export const json: Codec = {
  mediaType: 'application/json',
  suffix: 'json',
  writer: jsonWriter,
  items: (item) => ({ head: '[', between: ',', tail: ']', write: jsonWriter(item) }),
  reader: () => (bytes) => parseJson(bytes),
}
