import type { Stage } from '../stage.ts'

/** Counts the request into the latency histogram, by route template and status: never by path, which strangers choose. */
export const measure: Stage = {
  name: 'measure',
  compile(route, { observe }) {
    // Whoever watches live asks for hours: it would be the slowest route of all, and eat up the objectives.
    if (route.internal === true) return undefined
    const record = observe(route.label ?? route.prefix + route.endpoint.path, route.endpoint.method)
    return {
      stage: 'measure',
      label: 'measure',
      done(c) {
        record(c.status, c.elapsed / 1000)
      },
    }
  },
}
