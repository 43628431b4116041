import { Unauthenticated } from '../../contract/problems.ts'
import { BootError } from '../../std/errors.ts'
import type { Exchange } from '../exchange.ts'
import type { Stage } from '../stage.ts'

/** Asks the application's authenticator who is calling: 401 without valid credentials. Public routes never run it, not even to reject bad ones. */
export const authenticate: Stage = {
  name: 'authenticate',
  compile(route, site) {
    if (route.endpoint.promises.auth === 'none') return undefined
    const authenticator = site.authenticate
    if (authenticator === undefined) {
      throw new BootError(
        'contract-invalid',
        `${route.endpoint.address} (${route.source}) asks for auth 'user', but the application has no \`authenticate\`.`,
      )
    }
    return {
      stage: 'authenticate',
      label: `authenticate ${route.endpoint.promises.auth}`,
      enter(c) {
        const actor = authenticator(c)
        return actor instanceof Promise ? actor.then((resolved) => admit(c, resolved)) : admit(c, actor)
      },
    }
  },
}

function admit(c: Exchange, actor: Exchange['actor']): undefined {
  if (actor === undefined) throw Unauthenticated()
  c.actor = actor
  return undefined
}
