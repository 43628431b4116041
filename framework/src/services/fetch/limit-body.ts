import type { Response as UndiciResponse } from 'undici'
import { upstreamFailed } from './errors.ts'

interface Limits {
  /** Bytes. */
  readonly max: number
  readonly url: URL
  readonly Response: typeof UndiciResponse
  /** What to throw for what went wrong below. */
  readonly toError: (error: unknown) => unknown
  /** Called once there is nothing more to wait for. */
  readonly onEnd: () => void
}

/** The same answer with a body that ends in an error instead of going on for ever. It is counted decompressed: a small bomb is a large body. */
export function limitBody(response: UndiciResponse, limits: Limits): Response {
  const { status, statusText, headers, body } = response
  if (body === null) limits.onEnd()
  const limited = new limits.Response(body === null ? null : chunks(body, limits), { status, statusText, headers })
  Object.defineProperty(limited, 'url', { value: limits.url.href })
  return limited as unknown as Response
}

async function* chunks(body: AsyncIterable<Uint8Array>, { max, toError, onEnd }: Limits): AsyncGenerator<Uint8Array> {
  let size = 0
  try {
    for await (const chunk of body) {
      size += chunk.byteLength
      if (size > max) throw upstreamFailed(`A service that this one asked answered more than ${max} bytes.`)
      yield chunk
    }
  } catch (error) {
    throw toError(error)
  } finally {
    onEnd()
  }
}
