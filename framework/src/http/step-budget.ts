import type { Exchange } from './exchange.ts'
import type { Outgoing, Site, Step } from './stage.ts'

/**
 * The steps of a route, each watched for how long it keeps the process busy: a step that computes or waits in place holds up
 * every other request. Time spent on a promise is nobody's. Each step is reported once; its first run is not counted,
 * because code that never ran is slow.
 */
export function watched(steps: readonly Step[], budget: number, { clock, log }: Site): Step[] {
  return steps.map((step) => {
    let runs = 0
    let reported = false
    const within = <Result>(c: Exchange, work: () => Result): Result => {
      const began = clock.monotonic()
      try {
        return work()
      } finally {
        const ms = clock.monotonic() - began
        if (ms > budget && runs++ > 0 && !reported) {
          reported = true
          log.warn('step over its budget', { route: c.route, step: step.stage, what: step.label, ms: Math.round(ms * 10) / 10, budget })
        } else runs++
      }
    }
    const { enter, leave, done } = step
    return {
      ...step,
      ...(enter && { enter: (c: Exchange) => within(c, () => enter(c)) }),
      ...(leave && { leave: (c: Exchange, outgoing: Outgoing) => within(c, () => leave(c, outgoing)) }),
      ...(done && { done: (c: Exchange) => within(c, () => done(c)) }),
    }
  })
}
