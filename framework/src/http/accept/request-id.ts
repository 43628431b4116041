import type { Stage } from '../stage.ts'

const wellFormed = /^[A-Za-z0-9._-]{8,128}$/

/** Names the request: the caller's `X-Request-Id` when it is well-formed, else a new UUIDv7. What was refused is never echoed. */
export const requestId: Stage = {
  name: 'request-id',
  compile: (_route, site) => ({
    stage: 'request-id',
    label: 'request-id',
    enter(c) {
      const given = givenId(c.request.rawHeaders)
      c.id = given !== undefined && wellFormed.test(given) ? given : site.ids.next()
      return undefined
    },
    leave(c, outgoing) {
      outgoing.headers.push('x-request-id', c.id)
    },
  }),
}

/** Read from the raw lines: `request.headers` is made when it is first asked for, which costs routes that need no header of theirs. */
function givenId(rawHeaders: readonly string[]): string | undefined {
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!
    if (name.length === 12 && name.toLowerCase() === 'x-request-id') return rawHeaders[i + 1]
  }
  return undefined
}
