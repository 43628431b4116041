import { BootError } from '../std/errors.ts'

/**
 * What an answer tells browsers not to do.
 *
 * `'api'` is for data: nothing in it may run, load or be framed. `'html'` is for pages: their own files run, nobody else's.
 */
export type SecurityHeaderSet = 'api' | 'html'

export interface SecurityHeaders {
  /** Default: `'html'` for endpoints of the media type text/html, otherwise `'api'`. */
  set?: SecurityHeaderSet
  /** Directives of the `Content-Security-Policy` in place of the set's; `false` leaves one out. */
  csp?: Readonly<Record<string, string | false>>
  /** Other headers in place of the set's, by lower-case name; `false` leaves one out. */
  headers?: Readonly<Record<string, string | false>>
}

/** `Strict-Transport-Security` (RFC 6797): sent over TLS only. */
export interface Hsts {
  /** Seconds, at least a year. Default two years. */
  maxAge?: number
  /** Default false: a subdomain may still need plain HTTP. */
  includeSubDomains?: boolean
  /** Asks browser makers to build it in, which takes months to undo. Needs `includeSubDomains`. Default false. */
  preload?: boolean
}

type Directives = Readonly<Record<string, string>>

const csp: Readonly<Record<SecurityHeaderSet, Directives>> = {
  api: { 'default-src': "'none'", 'base-uri': "'none'", 'form-action': "'none'", 'frame-ancestors': "'none'" },
  html: {
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self' data:",
    'font-src': "'self'",
    'connect-src': "'self'",
    'manifest-src': "'self'",
    'media-src': "'self'",
    'base-uri': "'none'",
    'form-action': "'self'",
    'frame-ancestors': "'none'",
  },
}

const others: Readonly<Record<SecurityHeaderSet, Readonly<Record<string, string>>>> = {
  api: {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
  },
  html: {
    'x-content-type-options': 'nosniff',
    // Not no-referrer: with it, browsers send `Origin: null` with a page's own forms, and checks of the origin refuse them.
    'referrer-policy': 'same-origin',
    'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  },
}

const year = 31_536_000

/** The headers of an endpoint, as name, value, name, value. `nonce` marks scripts and styles of this one answer. */
export function securityHeaderLines(chosen: SecurityHeaders, isPage: boolean, nonce?: string): string[] {
  const set = chosen.set ?? (isPage ? 'html' : 'api')
  const directives = kept({ ...csp[set], ...chosen.csp })
  if (nonce !== undefined) {
    for (const name of ['script-src', 'style-src']) {
      const sources = directives[name] ?? directives['default-src'] ?? "'none'"
      directives[name] = sources === "'none'" ? `'nonce-${nonce}'` : `${sources} 'nonce-${nonce}'`
    }
  }
  const frames = frameOptions(directives['frame-ancestors'])
  const policy = Object.entries(directives)
    .map(([name, sources]) => (sources === '' ? name : `${name} ${sources}`))
    .join('; ')
  const headers = {
    ...(policy !== '' && { 'content-security-policy': policy }),
    ...(frames !== undefined && { 'x-frame-options': frames }),
    ...others[set],
    ...chosen.headers,
  }
  return Object.entries(kept(headers)).flat()
}

/** The value of `Strict-Transport-Security`. Throws a `BootError` when the preload list would not take it. */
export function hstsValue({ maxAge = 2 * year, includeSubDomains = false, preload = false }: Hsts): string {
  if (!Number.isInteger(maxAge) || maxAge < year)
    throw new BootError('contract-invalid', `hsts.maxAge is ${maxAge} seconds.`, { fix: `Write at least ${year}, a year, or hsts: false.` })
  if (preload && !includeSubDomains)
    throw new BootError('contract-invalid', 'hsts.preload is true without includeSubDomains.', {
      fix: 'The preload list takes whole domains: set both, or neither.',
    })
  return `max-age=${maxAge}${includeSubDomains ? '; includeSubDomains' : ''}${preload ? '; preload' : ''}`
}

/** What old browsers understand of `frame-ancestors`; of a list of origins they understand nothing. */
function frameOptions(ancestors: string | undefined): string | undefined {
  return ancestors === "'none'" ? 'DENY' : ancestors === "'self'" ? 'SAMEORIGIN' : undefined
}

function kept(all: Readonly<Record<string, string | false>>): Record<string, string> {
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== false))
}
