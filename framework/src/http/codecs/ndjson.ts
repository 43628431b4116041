import type { Codec } from '../../contract/codec.ts'
import { jsonWriter } from '../../contract/json-writer.ts'
import { ContentTooLarge, MalformedJson } from '../../contract/problems.ts'
import { AppError } from '../../std/errors.ts'
import { parseJson } from '../guard/json.ts'

/** A line is held in memory, whatever the whole body may have. */
const longestLine = 1024 * 1024
const lineFeed = 0x0a

/** A JSON value a line (ndjson-spec, JSON Lines): lists of any length, in and out. */
export const ndjson: Codec = {
  mediaType: 'application/x-ndjson',
  aliases: ['application/ndjson', 'application/jsonl', 'application/x-jsonlines'],
  items(item) {
    const write = jsonWriter(item)
    return { write: (value) => `${write(value)}\n` }
  },
  streamReader: () => readLines,
}

/** The values of the lines. An empty line is none, so that the number of a line is that of its value. Throws `MalformedJson` with that number. */
async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<unknown, void> {
  let number = 0
  let rest: Uint8Array[] = []
  let held = 0
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      rest.push(chunk.subarray(start, end))
      const line = rest.length === 1 ? rest[0]! : Buffer.concat(rest)
      if (line.length > longestLine) throw ContentTooLarge({ limit: longestLine })
      rest = []
      held = 0
      start = end + 1
      yield parseLine(line, ++number)
    }
    if (start < chunk.length) rest.push(chunk.subarray(start))
    held += chunk.length - start
    if (held > longestLine) throw ContentTooLarge({ limit: longestLine })
  }
  const last = Buffer.concat(rest)
  if (last.length > 0) yield parseLine(last, number + 1)
}

function parseLine(line: Uint8Array, number: number): unknown {
  try {
    return parseJson(line)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const { column } = error.fields as { column?: number }
    if (column !== undefined) throw MalformedJson({ line: number, column })
    const { code, status, title, fields, headers } = error
    throw new AppError({ code, status, title, fields, headers, detail: `Line ${number}: ${error.message}`, cause: error })
  }
}
