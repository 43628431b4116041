import type { IncomingMessage, ServerResponse } from 'node:http'
import { handOver } from './run.ts'
import type { Exchange } from './exchange.ts'
import type { Context, Reply } from './stage.ts'

/** What Express and Connect call a middleware: it answers by itself, or calls `next`. */
export type ConnectMiddleware = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => unknown

/**
 * A Connect or Express middleware as a layer, among `outer` ones or `around` a handler. Headers that it sets on the response
 * are sent; an answer of its own gets the request's id and is logged and measured like every other.
 *
 * What it writes on `request` stays there: the context takes nothing from it. Middleware that reads the body belongs to `outer`,
 * in front of routes that do not declare one.
 *
 * ```ts
 * import { connect } from 'throughline/http'
 *
 * const poweredBy = connect((request, response, next) => {
 *   response.setHeader('x-powered-by', 'curiosity')
 *   next()
 * })
 * ```
 */
export function connect(middleware: ConnectMiddleware): (c: Pick<Context, 'id'>, next: () => Promise<Reply>) => Promise<Reply> {
  return (context, next) => {
    const c = context as Exchange
    const { request, response } = c
    return new Promise((resolve, reject) => {
      const taken = handOver(c)
      const proceed = (error?: unknown) => {
        if (response.headersSent) return
        // Express leaves a route by these two words; here there is nothing to skip to.
        if (error === undefined || error === null || error === 'route' || error === 'router') next().then(resolve, reject)
        else reject(toError(error))
      }
      void taken.then(resolve)
      try {
        const result = middleware(request, response, proceed)
        if (result instanceof Promise) result.catch(proceed)
      } catch (error) {
        reject(toError(error))
      }
    })
  }
}

/** Middleware throws anything, and `next('a sentence')` is not unheard of. */
function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`A middleware failed with ${String(thrown)}.`, { cause: thrown })
}
