import type { Stage } from '../stage.ts'

/** Tells browsers where else this service can be had (RFC 7838): HTTP/3 at the edge in front of us, which we do not speak ourselves. */
export const altSvc: Stage = {
  name: 'alt-svc',
  compile(_route, { altSvc: value }) {
    if (value === undefined) return undefined
    return {
      stage: 'alt-svc',
      label: `alt-svc ${value}`,
      leave(_c, outgoing) {
        outgoing.headers.push('alt-svc', value)
      },
    }
  },
}
