import { abortReason } from '../../std/abort.ts'
import type { Exchange } from '../exchange.ts'
import type { Stage } from '../stage.ts'
import type { Listed } from './in-flight.ts'

/**
 * Answers 504 when the route's time is over, whether or not the handler listens to `signal`.
 *
 * A trusted caller that has less time left says so in `X-Request-Deadline`, in milliseconds: a span and not a moment,
 * because the clocks of two machines differ. What arrives with none left is not begun.
 */
export const deadline: Stage = {
  name: 'deadline',
  compile(route, site) {
    const ms = route.endpoint.promises.deadline ?? site.deadline
    const list = site.inFlight.list(ms)
    const stage = 'deadline'
    const label = ms % 1000 === 0 ? `deadline ${ms / 1000} s` : `deadline ${ms} ms`
    const { trustsPeer, clock } = site
    if (trustsPeer === undefined) {
      return { stage, label, enter: (c) => list.add(c as Listed), done: (c) => void list.remove(c as Listed) }
    }
    const timers = new Map<Exchange, () => void>()
    return {
      stage,
      label,
      enter(c) {
        list.add(c as Listed)
        const left = timeLeft(c)
        if (left === undefined || left >= ms || !trustsPeer(c.request)) return undefined
        if (left === 0) throw abortReason('deadline-exceeded')
        ;(c as Listed).due = c.started + left
        timers.set(
          c,
          clock.after(left, () => list.cut(c, abortReason('deadline-exceeded', c.waiting?.stage))),
        )
        return undefined
      },
      done(c) {
        list.remove(c as Listed)
        timers.get(c)?.()
        timers.delete(c)
      },
    }
  },
}

function timeLeft(c: Exchange): number | undefined {
  const header = c.request.headers['x-request-deadline']
  return typeof header === 'string' && /^\d{1,9}$/.test(header) ? Number(header) : undefined
}
