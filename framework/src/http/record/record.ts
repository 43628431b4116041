import type { Stage } from '../stage.ts'
import { hasFailed, toOperation } from './operation.ts'

/** Hands a request that is over to the recorder, which chooses whether to keep it: failures, what is slow, what was asked for, a share of the rest. */
export const record: Stage = {
  name: 'record',
  compile(route, { recording }) {
    if (recording === undefined) return undefined
    const keeper = recording.keeper(route.label ?? `${route.endpoint.method} ${route.prefix}${route.endpoint.path}`)
    const quiet = route.quiet === true
    return {
      stage: 'record',
      label: quiet ? 'record failures' : 'record',
      done(c) {
        const failed = hasFailed(c)
        if (quiet && !failed) return
        const kept = keeper({ ms: c.elapsed, failed, asked: c.asked, detailed: c.detail !== undefined })
        if (kept !== undefined) recording.add(toOperation(c, kept), c.started)
      },
    }
  },
}
