import { cacheMistake, toCacheHeaders, type Cache } from '../../contract/cache.ts'
import { BootError } from '../../std/errors.ts'
import { headerOf, setHeader } from '../headers.ts'
import type { Stage } from '../stage.ts'

/**
 * Says who may keep the answer: what the contract's `cache` says, and for signed-in callers without it nobody,
 * or nobody without asking again where there is an entity tag to ask with. A `Cache-Control` of the handler's own stays.
 */
export const cacheControl: Stage = {
  name: 'cache-control',
  compile({ endpoint, source }) {
    const { promises } = endpoint
    const { auth, cache, etag } = promises
    const asked: Cache | undefined = cache ?? (auth === 'none' ? undefined : etag ? { scope: 'private' } : 'no-store')
    if (asked === undefined) return undefined
    const mistake = cacheMistake(asked, endpoint.method, promises)
    if (mistake) throw new BootError('contract-invalid', `${endpoint.address} (${source}): its cache cannot be kept: ${mistake}.`)
    const headers = toCacheHeaders(asked)
    const isPublic = typeof asked === 'object' && asked.scope === 'public'
    return {
      stage: 'cache-control',
      label: headers[1]!,
      leave(c, outgoing) {
        const { status } = outgoing
        if ((status >= 300 && status !== 304) || headerOf(outgoing, 'cache-control') !== undefined) return
        outgoing.headers.push(...headers)
        // A cookie is for one caller: kept by a shared cache, it would sign the next one in as them.
        if (!isPublic || headerOf(outgoing, 'set-cookie') === undefined) return
        setHeader(outgoing, 'cache-control', 'private, no-store')
        setHeader(outgoing, 'cdn-cache-control', 'no-store')
        c.site.onBreach(c.route, 'public-cookie')
      },
    }
  },
}
