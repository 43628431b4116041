import type { Response as UndiciResponse } from 'undici'
import { upstreamFailed } from './errors.ts'

/** One request of an exchange. */
export interface Hop {
  readonly url: URL
  readonly method: string
  readonly headers: Headers
  readonly body: RequestInit['body'] | undefined
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
/** What says nothing about who is asking: all that goes along to another origin. */
const anonymous: ReadonlySet<string> = new Set(['accept', 'accept-language', 'content-language', 'content-type', 'user-agent'])

export function targetOf(response: UndiciResponse, from: URL): URL | undefined {
  const location = response.headers.get('location')
  if (location === null || !redirects.has(response.status)) return undefined
  if (!URL.canParse(location, from)) throw upstreamFailed('A service that this one asked redirected to nowhere.')
  return new URL(location, from)
}

/** The next request, as the Fetch standard has it: 303, and 301 or 302 after a POST, turn into GET. */
export function redirected(hop: Hop, url: URL, status: number): Hop {
  const toGet = (status === 303 && hop.method !== 'HEAD') || ((status === 301 || status === 302) && hop.method === 'POST')
  if (!toGet && isStream(hop.body))
    throw upstreamFailed('A service that this one asked redirected a body that was a stream, and cannot be sent twice.')
  const isForeign = url.origin !== hop.url.origin
  const goesAlong = (name: string) => (!isForeign || anonymous.has(name)) && !(toGet && name.startsWith('content-'))
  const headers = new Headers([...hop.headers].filter(([name]) => goesAlong(name)))
  return toGet ? { url, method: 'GET', headers, body: undefined } : { url, method: hop.method, headers, body: hop.body }
}

export function isStream(body: Hop['body']): boolean {
  return body instanceof ReadableStream || (typeof body === 'object' && body !== null && Symbol.asyncIterator in body)
}
