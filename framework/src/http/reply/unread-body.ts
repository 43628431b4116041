import type { IncomingMessage } from 'node:http'
import { requestHeader } from '../headers.ts'

type Request = IncomingMessage & { _dumped?: boolean; _dumpAndCloseReadable?(): void }

/**
 * Spares `node:http` to read a body to its end behind the answer where there is nothing to read: none came, and nobody has asked for it,
 * or it was read already. Else it goes through all that a stream goes through, which is a tenth of what a small request costs.
 *
 * Its option `optimizeEmptyRequests` does the former to every request at once, but then a middleware that waits for `end` would wait for ever.
 */
export function skipReadBody(request: Request): void {
  if (request.readableEnded) request._dumped = true
  else if (
    requestHeader(request, 'content-length') === undefined &&
    requestHeader(request, 'transfer-encoding') === undefined &&
    request.readableFlowing === null &&
    request.listenerCount('end') === 0 &&
    request.listenerCount('close') === 0
  )
    request._dumpAndCloseReadable?.()
}
