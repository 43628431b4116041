import { Overloaded } from '../../contract/problems.ts'
import type { Stage } from '../stage.ts'

/** Refuses with 503 what cannot be served in time, the least important first, while it is still cheap to refuse. */
export const loadShed: Stage = {
  name: 'load-shed',
  compile({ endpoint }, { load }) {
    const { priority = 'normal' } = endpoint.promises
    if (load === undefined || priority === 'critical') return undefined
    // One for all: under load, not even a stack is taken for who is refused.
    const refusal = Overloaded({ retryAfter: 1 })
    return {
      stage: 'load-shed',
      label: priority === 'normal' ? 'load-shed' : `load-shed, ${priority} priority`,
      enter() {
        if (load.refuses(priority)) throw refusal
        return undefined
      },
    }
  },
}
