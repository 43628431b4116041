import { headerOf, setHeader } from '../headers.ts'
import type { Exchange } from '../exchange.ts'
import type { Stage } from '../stage.ts'

/** Below it a step is not worth a word in every answer. */
const worthMs = 0.05

/**
 * Tells whoever may know where the time went, for the browser's own tools (W3C Server Timing): everybody outside production, in production the
 * holder of a grant. To others the times of a login or a look-up would tell what it found.
 */
export const serverTiming: Stage = {
  name: 'server-timing',
  compile(_route, { recording, strict }) {
    if (recording === undefined) return undefined
    return {
      stage: 'server-timing',
      label: 'server-timing',
      leave(c, outgoing) {
        if (c.detail === undefined || !(c.asked || strict === true)) return
        const own = headerOf(outgoing, 'server-timing')
        const value = timings(c, c.detail)
        setHeader(outgoing, 'server-timing', own === undefined ? value : `${own}, ${value}`)
      },
    }
  },
}

function timings(c: Exchange, { marks, replying }: NonNullable<Exchange['detail']>): string {
  const steps = marks.map((mark, i) => ({ name: c.pipeline.steps[i]!.stage, ms: (marks[i + 1] ?? replying) - mark }))
  const shown = steps.filter(({ ms }) => ms >= worthMs).map(({ name, ms }) => `${name.replaceAll(' ', '-')};dur=${ms.toFixed(2)}`)
  return [...shown, `total;dur=${(c.site.clock.monotonic() - c.started).toFixed(2)}`].join(', ')
}
