import { BootError } from '../../std/errors.ts'
import type { Context, Stage } from '../stage.ts'

/** Asks what the groups around a route ask of the actor, outermost first. */
export const authorize: Stage = {
  name: 'authorize',
  compile({ authorize: rules, endpoint, source }) {
    if (rules === undefined) return undefined
    if (endpoint.promises.auth === 'none')
      throw new BootError('contract-invalid', `${endpoint.address} (${source}) has auth 'none', but is in a group that authorizes.`, {
        fix: "Take it out of the group, or give it auth 'user'.",
      })
    return {
      stage: 'authorize',
      label: rules.map(({ name }) => `authorize ${name || 'by group'}`).join(', '),
      async enter(c) {
        for (const rule of rules) await rule(c.actor!, c as Context)
        return undefined
      },
    }
  },
}
