import { endpoint, type Address, type Method } from '../contract/endpoint.ts'
import { NotFound } from '../contract/problems.ts'
import { connect, type ConnectMiddleware } from './connect.ts'
import type { Context, Reply, Route } from './stage.ts'

const methods: readonly (Method | 'OPTIONS')[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/**
 * Another application below a path: everything there that no route of ours takes is its own affair, behind our request ids, limits,
 * deadlines and logs. It sees the whole path, and OPTIONS, too: only the preflights of pages are answered here, where the application has a CORS policy. `name` is what its operations are called.
 *
 * ```ts
 * import { fromConnect, mount } from 'throughline/http'
 *
 * const routes = mount('/old', 'old', fromConnect((request, response) => response.end('still here')))
 * ```
 */
export function mount(prefix: `/${string}`, name: string, handler: (c: Context) => Reply | Promise<Reply>): Route[] {
  return methods.flatMap((method) =>
    ['', '/*rest'].map((path): Route => {
      const address = `${method} ${prefix}${path}` as Address
      const suffix = method[0] + method.slice(1).toLowerCase() + (path === '' ? '' : 'Below')
      const of = endpoint(address, { summary: `${name}: a mounted application`, auth: 'none', mediaType: '*/*', errors: [NotFound] })
      return { name: name + suffix, endpoint: of, prefix: '', handler, source: `mount('${prefix}')` }
    }),
  )
}

/** A Connect or Express application as a handler: what it passes on is not found. */
export function fromConnect(application: ConnectMiddleware): (c: Context) => Promise<Reply> {
  const layer = connect(application)
  return (c) =>
    layer(c, async () => {
      throw NotFound()
    })
}
