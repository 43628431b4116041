import { rawHeader } from '../headers.ts'
import type { Stage } from '../stage.ts'

const wellFormed = /^[A-Za-z0-9._-]{8,128}$/

/** Names the request: the caller's `X-Request-Id` when it is well-formed, else a new UUIDv7. What was refused is never echoed. */
export const requestId: Stage = {
  name: 'request-id',
  compile: (_route, { ids }) => ({
    stage: 'request-id',
    label: 'request-id',
    enter(c) {
      const given = rawHeader(c.request.rawHeaders, 'x-request-id')
      if (given !== undefined && wellFormed.test(given)) c.id = given
      else {
        c.id = ids.next()
        c.minted = ids.areRandom === true
      }
      return undefined
    },
    leave(c, outgoing) {
      outgoing.headers.push('x-request-id', c.id)
    },
  }),
}
