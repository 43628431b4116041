/** The media type in which lists travel item by item: a JSON value a line. */
export const lines = 'application/x-ndjson'

/**
 * The items of an answer as they arrive. Throws in the middle when the connection breaks off: the server has no other way to say that something
 * went wrong after it began.
 */
export async function* readItems(response: Response, body: ReadableStream<Uint8Array>): AsyncGenerator<unknown, void> {
  if (!response.headers.get('content-type')?.startsWith(lines)) {
    yield* (await response.json()) as unknown[]
    return
  }
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      const parts = (rest + decoder.decode(value, { stream: !done })).split('\n')
      rest = parts.pop()!
      for (const line of parts) yield JSON.parse(line)
      if (!done) continue
      if (rest !== '') yield JSON.parse(rest)
      return
    }
  } finally {
    // Whoever stops in the middle wants no more of it.
    await reader.cancel()
  }
}

/** A list as a body: at once where it is there, else made while it is sent. */
export function toLines(items: Iterable<unknown> | AsyncIterable<unknown>): RequestInit & { duplex?: 'half' } {
  if (!(Symbol.asyncIterator in items)) return { body: Array.from(items, toLine).join('') }
  const encoder = new TextEncoder()
  const iterator = items[Symbol.asyncIterator]()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await iterator.next()
      if (done === true) controller.close()
      else controller.enqueue(encoder.encode(toLine(value)))
    },
    async cancel() {
      await iterator.return?.()
    },
  })
  return { body, duplex: 'half' }
}

function toLine(item: unknown): string {
  return `${JSON.stringify(item)}\n`
}
