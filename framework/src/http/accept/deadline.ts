import type { Stage } from '../stage.ts'
import type { Listed } from './in-flight.ts'

/** Answers 504 when the route's time is over, whether or not the handler listens to `signal`. */
export const deadline: Stage = {
  name: 'deadline',
  compile(route, site) {
    const ms = route.endpoint.promises.deadline ?? site.deadline
    const list = site.inFlight.list(ms)
    return {
      stage: 'deadline',
      label: ms % 1000 === 0 ? `deadline ${ms / 1000} s` : `deadline ${ms} ms`,
      enter(c) {
        list.add(c as Listed)
        return undefined
      },
      done(c) {
        list.remove(c as Listed)
      },
    }
  },
}
