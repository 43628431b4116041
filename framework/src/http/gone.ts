import type { ServerResponse } from 'node:http'
import type { ServerHttp2Stream } from 'node:http2'

type AnyResponse = ServerResponse & { readonly stream?: ServerHttp2Stream }

/** Whether nothing can be sent any more. */
export function isClosed(response: AnyResponse): boolean {
  return response.stream === undefined ? response.destroyed : response.stream.destroyed
}

/** Whether a closed response took less than there was to give. A stream that was reset calls itself finished, too. */
export function isCut(response: AnyResponse): boolean {
  const { stream } = response
  return stream === undefined ? !response.writableFinished : !response.writableEnded || stream.rstCode !== 0
}
