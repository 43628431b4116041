import type { Actor } from '../../std/actor.ts'

type Authenticate<Request> = (request: Request) => Actor | undefined | Promise<Actor | undefined>

/**
 * One authenticator of several: a token, a session, an API key, whichever a request carries.
 *
 * They are asked in order. The first that finds credentials of its own kind decides: what it refuses is refused, and not shown to the next one,
 * or a stolen and revoked token would be as good as none.
 *
 * ```ts
 * import { anyOf, bearer, type AccessTokens } from 'throughline/auth'
 * import type { Authenticator } from 'throughline/http'
 *
 * export const authenticate = (tokens: AccessTokens, apiKey: Authenticator) => anyOf(bearer({ tokens }), apiKey)
 * ```
 */
export function anyOf<Request>(...all: readonly Authenticate<Request>[]): Authenticate<Request> {
  const ask = (request: Request, from: number): ReturnType<Authenticate<Request>> => {
    for (let i = from; i < all.length; i++) {
      const actor = all[i]!(request)
      // Only who really has to wait makes the others wait.
      if (actor instanceof Promise) return actor.then((found) => found ?? ask(request, i + 1))
      if (actor !== undefined) return actor
    }
    return undefined
  }
  return (request) => ask(request, 0)
}
