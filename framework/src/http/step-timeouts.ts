import { RequestTimeout, StepTimeout } from '../contract/problems.ts'
import type { Timeouts } from '../contract/endpoint.ts'
import { BootError } from '../std/errors.ts'
import { DueList, type Due } from './accept/due-list.ts'
import type { Exchange } from './exchange.ts'
import type { Route, Site, Step } from './stage.ts'

/** One request that waits for one step. */
interface Wait extends Due<Wait> {
  readonly c: Exchange
}

/**
 * The steps of a route, those with a time of their own held to it. Whoever waits too long is answered at once, its `signal` fires,
 * and what the step comes to later goes nowhere. A step that does not wait, and a route without `timeouts`, pays nothing.
 */
export function timed(steps: readonly Step[], { endpoint, source }: Route, site: Site): Step[] {
  const { timeouts = {}, deadline = site.deadline } = endpoint.promises
  for (const [stage, ms] of Object.entries(timeouts as Record<string, number>))
    if (!(Number.isSafeInteger(ms) && ms > 0))
      throw new BootError('contract-invalid', `${endpoint.address} (${source}): the timeout for ${stage} is ${ms}.`, {
        fix: 'Write a whole number of milliseconds, 1 or more.',
      })
  return steps.map((step) => {
    const ms = (timeouts as Record<string, number | undefined>)[step.stage]
    return ms === undefined || step.enter === undefined ? step : held(step, { ms, deadline, site })
  })
}

function held(step: Step, { ms, deadline, site }: { ms: number; deadline: number; site: Site }): Step {
  const { clock, inFlight } = site
  const enter = step.enter!
  const requests = inFlight.list(deadline)
  const waits = new DueList<Wait>(clock, ms, ({ c }) => requests.cut(c, problemOf(step.stage as keyof Timeouts, ms)))
  return {
    ...step,
    label: `${step.label} within ${ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`}`,
    enter(c) {
      const result = enter(c)
      if (!(result instanceof Promise)) return result
      const wait: Wait = { c, started: clock.monotonic(), due: 0, earlier: undefined, later: undefined }
      waits.add(wait)
      return result.finally(() => waits.remove(wait))
    },
  }
}

function problemOf(stage: keyof Timeouts, ms: number): Error {
  return stage === 'body' ? RequestTimeout({ detail: `The body did not arrive within ${ms} ms.` }) : StepTimeout({ step: stage })
}
