/** Who may keep an answer and for how long. All times are whole seconds. */
export interface CacheRules {
  /** `'public'`: anybody, a CDN included. `'private'`: only the caller's own cache. */
  scope: 'public' | 'private'
  /** Fresh for so long; afterwards it is revalidated. Default: it is revalidated every time. */
  maxAge?: number
  /** In place of `maxAge` for caches that many share (`s-maxage`). */
  sharedMaxAge?: number
  /** In place of both for CDNs alone (`CDN-Cache-Control`, RFC 9213). */
  cdnMaxAge?: number
  /** For so long after that, a stale answer may be given while a fresh one is fetched (RFC 5861). */
  staleWhileRevalidate?: number
  /** For so long after that, a stale answer may be given when the fresh one fails. */
  staleIfError?: number
  /** Never give a stale answer, not even without a network. */
  mustRevalidate?: true
  /** It never changes under this address: not even a reload asks again (RFC 8246). */
  immutable?: true
}

export type Cache = 'no-store' | CacheRules

interface Who {
  readonly auth: string
  readonly setsCookies?: readonly string[]
}

/** What is wrong with the rules, as the end of a sentence; undefined when nothing is. */
export function cacheMistake(cache: Cache, method: string, { auth, setsCookies = [] }: Who): string | undefined {
  if (method !== 'GET') return cache === 'no-store' ? undefined : `only answers to GET are cached, and this is a ${method}`
  if (cache === 'no-store') return undefined
  const { scope, maxAge = 0, mustRevalidate } = cache
  const times = Object.entries(cache).filter((entry): entry is [string, number] => typeof entry[1] === 'number')
  const wrong = times.find(([, seconds]) => !Number.isInteger(seconds) || seconds < 0)
  if (wrong) return `${wrong[0]} is ${wrong[1]}, but seconds are whole and not negative`
  if (scope === 'public' && auth !== 'none')
    return 'scope is public, but the route is for signed-in callers: a shared cache would give one caller’s answer to another'
  if (scope === 'public' && setsCookies.length > 0)
    return `scope is public, but the answer sets ${setsCookies.join(', ')}: a shared cache would sign the next caller in as the first`
  if (scope === 'private' && (cache.sharedMaxAge ?? cache.cdnMaxAge) !== undefined)
    return 'scope is private, and sharedMaxAge and cdnMaxAge speak to shared caches'
  if (cache.immutable && maxAge === 0) return 'immutable needs a maxAge: without one the answer is stale at once'
  if (mustRevalidate && (cache.staleWhileRevalidate ?? cache.staleIfError) !== undefined)
    return 'mustRevalidate forbids the stale answers that staleWhileRevalidate and staleIfError allow'
  return undefined
}

/** The headers of these rules: name, value, name, value. */
export function toCacheHeaders(cache: Cache): string[] {
  if (cache === 'no-store') return ['cache-control', 'no-store']
  const { scope, maxAge, sharedMaxAge, cdnMaxAge } = cache
  const stale = [
    cache.staleWhileRevalidate !== undefined && `stale-while-revalidate=${cache.staleWhileRevalidate}`,
    cache.staleIfError !== undefined && `stale-if-error=${cache.staleIfError}`,
  ]
  const directives = [
    scope,
    maxAge === undefined ? sharedMaxAge === undefined && 'no-cache' : `max-age=${maxAge}`,
    sharedMaxAge !== undefined && `s-maxage=${sharedMaxAge}`,
    ...stale,
    cache.mustRevalidate && 'must-revalidate',
    cache.immutable && 'immutable',
  ]
  const headers = ['cache-control', directives.filter(Boolean).join(', ')]
  if (cdnMaxAge !== undefined) headers.push('cdn-cache-control', [`max-age=${cdnMaxAge}`, ...stale].filter(Boolean).join(', '))
  return headers
}
