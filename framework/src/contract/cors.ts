import { BootError } from '../std/errors.ts'

export interface CorsOptions {
  /** Exact origins (`https://app.example.com`) and patterns anchored at both ends; `'*'` for data that everybody may read. */
  origins: '*' | readonly (string | RegExp)[]
  /** Whether browsers may send cookies and read the answer. Default false; never with `'*'`. */
  credentials?: boolean
  /** Request headers to accept besides those that the framework itself reads. */
  headers?: readonly string[]
  /** Response headers that scripts may read besides those that the framework itself writes. */
  expose?: readonly string[]
  /** Seconds for which a browser may remember a preflight. Default 86,400; Chromium keeps none for longer than 7,200. */
  maxAge?: number
  /** The status of a preflight that is refused. Default 204: browsers look at the headers alone. */
  deniedStatus?: 204 | 403
  /** Whether pages of public networks may call this server in a private one. Default false. */
  privateNetwork?: boolean
}

/** Which pages of other origins may call, and what they may send and read: a frozen value. */
export interface CorsPolicy extends Readonly<Required<CorsOptions>> {
  readonly kind: 'cors'
  readonly allowsOrigin: (origin: string) => boolean
}

/** What a browser asks before it sends the request itself. */
export interface Preflight {
  readonly origin: string
  readonly method: string
  /** `Access-Control-Request-Headers`, as it came. */
  readonly headers: string
  /** The methods of the path, without HEAD and OPTIONS. */
  readonly routed: readonly string[]
}

const requestHeaders = ['authorization', 'content-type', 'idempotency-key', 'if-match', 'if-modified-since', 'if-none-match']
const moreRequestHeaders = [
  'if-unmodified-since',
  'precognition',
  'precognition-validate-only',
  'range',
  'traceparent',
  'tracestate',
  'x-request-id',
]
const responseHeaders = ['deprecation', 'etag', 'idempotency-key', 'idempotency-replayed', 'link', 'location', 'ratelimit']
const moreResponseHeaders = ['precognition', 'precognition-success', 'ratelimit-policy', 'retry-after', 'sunset', 'x-request-id']
/** What the Fetch standard lets through without asking. */
const safeHeaders = ['accept', 'accept-language', 'content-language']
const headerName = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
/** No browser sends a longer one, and no pattern is tried on it. */
const longestOrigin = 300

/**
 * Declares which pages of other origins may call (the Fetch standard's CORS protocol).
 *
 * CORS lets browsers share answers; it protects nothing from being written, since simple requests are sent unasked.
 * Throws a `BootError` for `'*'` with credentials, for what is not an origin, and for patterns that are not anchored.
 *
 * ```ts
 * import { cors } from 'throughline/contract'
 *
 * export const policy = cors({
 *   origins: ['https://app.example.com', /^https:\/\/[a-z0-9-]+\.preview\.example\.com$/],
 *   credentials: true,
 * })
 * ```
 */
export function cors({ origins, credentials = false, maxAge = 86_400, ...options }: CorsOptions): CorsPolicy {
  if (origins === '*' && credentials) {
    refuse(
      `origins: '*' with credentials: true would let every page on the web act as its visitor, and browsers refuse it`,
      'List the origins.',
    )
  }
  if (!Number.isInteger(maxAge) || maxAge < 0) refuse(`maxAge is ${maxAge}`, 'Write whole seconds, or 0 to have every request asked for.')
  const exact = new Set<string>()
  const patterns: RegExp[] = []
  for (const origin of origins === '*' ? [] : origins) {
    if (typeof origin === 'string') exact.add(checkedOrigin(origin))
    else patterns.push(anchored(origin))
  }
  return Object.freeze({
    kind: 'cors',
    origins,
    credentials,
    maxAge,
    headers: names('headers', [...requestHeaders, ...moreRequestHeaders], options.headers),
    expose: names('expose', [...responseHeaders, ...moreResponseHeaders], options.expose),
    deniedStatus: options.deniedStatus ?? 204,
    privateNetwork: options.privateNetwork ?? false,
    // `null` is the origin of every sandboxed frame and local file: whoever admits it admits everybody.
    allowsOrigin: (origin) =>
      origins === '*' ||
      exact.has(origin) ||
      (origin !== 'null' && origin.length <= longestOrigin && patterns.some((pattern) => pattern.test(origin))),
  } satisfies CorsPolicy)
}

/** What a policy lacks for this request to be let through: empty when it lacks nothing. */
export function corsRefusals(policy: CorsPolicy, { origin, method, headers, routed }: Preflight): string[] {
  if (!policy.allowsOrigin(origin)) return [originRefusal(origin)]
  const refusals: string[] = []
  if (!routed.includes(method === 'HEAD' ? 'GET' : method)) refusals.push(`${method} is not routed here: ${routed.join(', ')}`)
  for (const part of headers.split(',')) {
    const name = part.trim().toLowerCase()
    if (name !== '' && !safeHeaders.includes(name) && !policy.headers.includes(name)) refusals.push(`add "${name}" to cors.headers`)
  }
  return refusals
}

export function originRefusal(origin: string): string {
  return origin === 'null' ? 'the origin null is everybody and cannot be admitted' : `add "${origin}" to cors.origins`
}

function checkedOrigin(origin: string): string {
  const url = URL.parse(origin)
  // The origin of schemes that browsers know no authority of is 'null'; extensions and native shells have such origins all the same.
  const proper = url === null ? '' : url.origin === 'null' ? `${url.protocol}//${url.host}` : url.origin
  if (url === null || origin !== proper || url.host === '')
    refuse(
      `origins has ${JSON.stringify(origin)}`,
      `Write a scheme, a host and no slash at the end: ${JSON.stringify(proper || 'https://app.example.com')}.`,
    )
  return origin
}

function anchored({ source, flags }: RegExp): RegExp {
  if (!source.startsWith('^') || !source.endsWith('$'))
    refuse(`origins has /${source}/, which would also match inside of other people's origins`, 'Begin it with ^ and end it with $.')
  // Once more around the whole: in /^a|b$/ each end holds one branch only. Without m, which ends at lines, and without g and y, which remember where they stopped.
  return new RegExp(`^(?:${source})$`, flags.replaceAll(/[gmy]/g, ''))
}

function names(option: string, own: readonly string[], more: readonly string[] = []): readonly string[] {
  const lower = more.map((name) => name.toLowerCase())
  const odd = lower.find((name) => !headerName.test(name) || name === '*')
  if (odd !== undefined) refuse(`${option} has ${JSON.stringify(odd)}, which is no header's name`, 'List the headers one by one.')
  return [...new Set([...own, ...lower])].sort()
}

function refuse(found: string, fix: string): never {
  throw new BootError('contract-invalid', `cors(): ${found}.`, { fix })
}
