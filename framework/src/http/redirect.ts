import type { Redirect } from '../contract/endpoint.ts'
import { BadRequest } from '../contract/problems.ts'
import { reply, type Reply } from './stage.ts'

export interface RedirectOptions {
  /** One of those that the endpoint's `redirects` name. Default 303. */
  status?: Redirect
  /** Other sites that may be led to: `https://accounts.example`. Default: none. */
  sites?: readonly string[]
}

/**
 * Sends the caller on. A target that came from a caller (`?next=`) is safe here: whatever leads off this site is refused with 400,
 * however it is written, unless `sites` lists it.
 *
 * ```ts
 * import { redirect } from 'throughline/http'
 *
 * const home = redirect('/orders?status=pending')
 * ```
 */
export function redirect(target: string, { status = 303, sites = [] }: RedirectOptions = {}): Reply<never> {
  return reply(undefined as never, { status, headers: { location: toLocation(target, sites) } })
}

// Read as a browser reads it: `/\evil.example` and `/%09/evil.example` without the percent signs are other sites to it.
const here = 'http://here.invalid'

function toLocation(target: string, sites: readonly string[]): string {
  const url = URL.canParse(target, here) ? new URL(target, here) : undefined
  // A `blob:` URL has the origin of the site that made it.
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') {
    if (sites.some((site) => new URL(site).origin === url.origin)) return url.href
    const path = url.pathname + url.search + url.hash
    // What `/.//evil.example` becomes.
    if (url.origin === here && !path.startsWith('//')) return path
  }
  throw BadRequest({ detail: 'The target of the redirect is not on this site.' })
}
