import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2'

// What is different about the requests and responses of `node:http2`, which otherwise look like those of `node:http`.

export type StreamRequest = IncomingMessage & {
  readonly authority: string
  readonly stream: ServerHttp2Stream & { readonly endAfterHeaders: boolean; readonly session: ServerHttp2Session | undefined }
}
type AnyResponse = ServerResponse & { readonly stream?: ServerHttp2Stream }

/** Not by the version: an HTTP/1 parser takes `GET / HTTP/2.0` for one, too. */
export function isStream(request: IncomingMessage): request is StreamRequest {
  return (request as Partial<StreamRequest>).stream !== undefined
}

/** Whether nothing can be sent any more. */
export function isClosed(response: AnyResponse): boolean {
  return response.stream === undefined ? response.destroyed : response.stream.destroyed
}

/** Whether a closed response took less than there was to give. A stream that was reset calls itself finished, too. */
export function isCut(response: AnyResponse): boolean {
  const { stream } = response
  return stream === undefined ? !response.writableFinished : !response.writableEnded || stream.rstCode !== 0
}
