import { corsRefusals, originRefusal, type CorsPolicy } from '../../contract/cors.ts'
import { addVary, rawHeader } from '../headers.ts'
import type { Exchange } from '../exchange.ts'
import { reply, type Outgoing, type Reply, type Route, type Site, type Stage } from '../stage.ts'

const preflightVary = 'origin, access-control-request-method, access-control-request-headers'
const mostTold = 1000

/** Refusals that were logged: a page that tries again and again, or under ever new names, does not fill the log. */
const told = new WeakMap<Site, Set<string>>()

/** Lets pages of other origins read the answer, errors included: without these headers a browser shows a script nothing at all. */
export const cors: Stage = {
  name: 'cors',
  compile(route, site) {
    const policy = policyOf(route, site)
    if (policy === undefined || policy.origins.length === 0) return undefined
    return {
      stage: 'cors',
      label: `cors ${policy.origins === '*' ? '*' : policy.origins.join(' ')}`,
      leave: policy.origins === '*' ? forEverybody(policy) : forListed(policy),
    }
  },
}

/** Answers the question that browsers ask before a request. They ask it without credentials (Fetch, 3.3.5), and no handler hears of it. */
export const preflight: Stage = {
  name: 'preflight',
  compile(route, site) {
    const policy = policyOf(route, site)
    if (route.label !== 'options' || policy === undefined) return undefined
    return { stage: 'preflight', label: 'preflight', enter: (c) => answerPreflight(c, policy) }
  },
}

function policyOf({ endpoint: { promises } }: Route, site: Site): CorsPolicy | undefined {
  const policy = promises.cors ?? site.cors
  return policy === 'none' ? undefined : policy
}

type Leave = (c: Exchange, outgoing: Outgoing) => void

/** The same for every caller, asked across origins or not, so that caches need to know nothing. */
function forEverybody(policy: CorsPolicy): Leave {
  const lines = ['access-control-allow-origin', '*', 'access-control-expose-headers', policy.expose.join(', ')]
  return (c, { headers }) => {
    if (c.request.method !== 'OPTIONS') for (const line of lines) headers.push(line)
  }
}

function forListed(policy: CorsPolicy): Leave {
  const lines = ['access-control-expose-headers', policy.expose.join(', ')]
  if (policy.credentials) lines.push('access-control-allow-credentials', 'true')
  return (c, outgoing) => {
    // Also where nobody asked across origins: a cache must not give this answer to somebody who does (errata E8).
    addVary(outgoing, 'origin')
    const origin = rawHeader(c.request.rawHeaders, 'origin')
    if (origin === undefined || c.request.method === 'OPTIONS') return
    if (policy.allowsOrigin(origin)) {
      outgoing.headers.push('access-control-allow-origin', origin)
      for (const line of lines) outgoing.headers.push(line)
    } else if (!isOwn(origin, c)) tell(c, origin, [originRefusal(origin)])
  }
}

/** Undefined when it is an OPTIONS request like any other. */
function answerPreflight(c: Exchange, policy: CorsPolicy): Reply | undefined {
  const { headers } = c.request
  const { origin } = headers
  const method = headers['access-control-request-method']
  if (origin === undefined || method === undefined) return undefined
  const routed = c.pathParams['routed']!.split(', ')
  const asked = (headers['access-control-request-headers'] as string | undefined) ?? ''
  const refusals = corsRefusals(policy, { origin, method, headers: asked, routed })
  if (refusals.length > 0) {
    tell(c, origin, refusals)
    return reply(undefined, { status: policy.deniedStatus, headers: { vary: preflightVary } })
  }
  const isPrivate = policy.privateNetwork && headers['access-control-request-private-network'] === 'true'
  return reply(undefined, {
    headers: {
      'access-control-allow-origin': policy.origins === '*' ? '*' : origin,
      ...(policy.credentials && { 'access-control-allow-credentials': 'true' }),
      'access-control-allow-methods': routed.join(', '),
      'access-control-allow-headers': policy.headers.join(', '),
      'access-control-max-age': String(policy.maxAge),
      ...(isPrivate && { 'access-control-allow-private-network': 'true' }),
      vary: preflightVary,
    },
  })
}

/** Browsers name the origin of a page's own writes, too. */
function isOwn(origin: string, c: Exchange): boolean {
  const { authority, headers } = c.request as Exchange['request'] & { readonly authority?: string }
  return origin.slice(origin.indexOf('://') + 3) === (authority || headers.host)
}

function tell(c: Exchange, origin: string, refusals: readonly string[]): void {
  let known = told.get(c.site)
  if (known === undefined) told.set(c.site, (known = new Set()))
  const all = refusals.join('; ').slice(0, 1000)
  const key = `${origin.slice(0, 300)} ${all}`
  if (known.has(key) || known.size >= mostTold) return
  known.add(key)
  c.log.warn('cross-origin request refused', { origin: origin.slice(0, 300), why: all })
}
