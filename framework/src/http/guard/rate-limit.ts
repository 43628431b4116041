import { Overloaded, RateLimited } from '../../contract/problems.ts'
import { rateLimitRules, type Limit, type RateLimit, type RateLimits } from '../../contract/rate-limit.ts'
import { BootError } from '../../std/errors.ts'
import type { Held, Limits, NamedLimit, Verdict } from '../../services/limits/index.ts'
import type { Exchange, Quota } from '../exchange.ts'
import type { Outgoing, Route, Site, Stage } from '../stage.ts'

/** By address or route: before anybody is asked who they are. */
export const rateLimit = stage('rate-limit', ({ by, cost }) => (by === 'ip' || by === 'route') && typeof cost === 'number')
/** By what the authenticator found. */
export const rateLimitActor = stage(
  'rate-limit actor',
  ({ by, cost }) => by !== 'ip' && by !== 'route' && typeof by === 'string' && typeof cost === 'number',
)
/** By a function of the request, which may read all of it. */
export const rateLimitCustom = stage('rate-limit custom', ({ by, cost }) => typeof by === 'function' || typeof cost === 'function')

/** One rule of one route: its static parts are made at boot. */
interface Rule extends Omit<Limit, 'limit'> {
  readonly limit: NamedLimit
  readonly quota: number
  /** What the store's keys begin with: rules do not share counts, but for the application's own. */
  readonly prefix: string
  /** `"ip-per-minute";r=` */
  readonly item: string
}

/** Refuses with 429 what is over its limits, as cheaply as the limit allows, and tells every caller what is left (draft-ietf-httpapi-ratelimit-headers). */
function stage(name: string, mine: (rule: Pick<Limit, 'by' | 'cost'>) => boolean): Stage {
  return {
    name,
    compile(route, site) {
      const all = rulesOf(route, site)
      const rules = all.filter(mine)
      if (rules.length === 0) return undefined
      const limits = site.limits!
      const ttl = (route.endpoint.promises.deadline ?? site.deadline) * 2
      const holds = rules.some(({ algorithm }) => algorithm === 'concurrency')
      const enter = (c: Exchange, from: number): undefined | Promise<undefined> => {
        for (let i = from; i < rules.length; i++) {
          const rule = rules[i]!
          const answer = ask(c, rule, limits, ttl)
          if (answer instanceof Promise) return answer.then((verdict) => (admit(c, rule, verdict), enter(c, i + 1)))
          admit(c, rule, answer)
        }
        return undefined
      }
      return {
        stage: name,
        label: `rate-limit ${rules.map(toLabel).join(', ')}`,
        enter: (c) => enter(c, 0),
        // One of the route's steps says everything: it leaves also when a refusal came before it was entered.
        ...(mine(all[0]!) && { leave: sayer(all, limits.legacyHeaders) }),
        ...(holds && { done: giveBack }),
      }
    },
  }
}

function rulesOf(route: Route, site: Site): Rule[] {
  const { endpoint, source } = route
  const scopes = scopesOf(route, site)
  const given = scopes.flatMap(({ rules }) => rules)
  if (given.length === 0) return []
  if (site.limits === undefined)
    throw new BootError('contract-invalid', `${endpoint.address} (${source}) has a rate limit, but the site has no \`limits\`.`)
  const keys = scopes.flatMap(({ scope, rules }) => rules.map(() => scope))
  return rateLimitRules(given, endpoint.promises.auth, `${endpoint.address} (${source})`).map(({ limit, ...rule }, i) => ({
    ...rule,
    limit: { algorithm: rule.algorithm, limit, window: rule.window, burst: rule.burst, onStoreDown: rule.onStoreDown },
    quota: limit,
    prefix: `${keys[i]} ${rule.name} `,
    item: `"${rule.name}";r=`,
  }))
}

/** Rules, and what their counts are kept under. */
interface Scoped {
  readonly scope: string
  readonly rules: readonly RateLimit[]
}

/** Those of the groups, outermost first, then the route's own; the application's where nobody else says anything. */
function scopesOf({ endpoint, prefix, host = '', whenHeaders, limits = [] }: Route, site: Site): Scoped[] {
  const { rateLimit: own, auth } = endpoint.promises
  if (own === 'none') return []
  const ofGroups = limits.map(({ place, rules }) => ({ scope: `group ${place}`, rules: forAnybody(rules, auth) }))
  if (own !== undefined) {
    const rules = [own].flat() as RateLimit[]
    const when = whenHeaders === undefined ? '' : JSON.stringify(whenHeaders)
    return [...ofGroups, { scope: `${endpoint.method} ${host}${prefix}${endpoint.path}${when}`, rules }]
  }
  if (ofGroups.length > 0 || site.rateLimit === undefined) return ofGroups
  return [{ scope: 'app', rules: forAnybody(site.rateLimit, auth) }]
}

/** Refuses two groups at one place whose counts have one name: requests of the one would use up the other. */
export function checkGroupLimits(routes: readonly Route[]): void {
  const known = new Map<string, object>()
  for (const { limits = [], source } of routes)
    for (const { place, rules, group } of limits)
      for (const auth of ['none', 'user'] as const)
        for (const { name } of rateLimitRules(forAnybody(rules, auth), auth, `group('${place}') around ${source}`)) {
          const key = `${auth} ${name} ${place}`
          if ((known.get(key) ?? group) !== group)
            throw new BootError(
              'contract-invalid',
              `Two groups at '${place}' have a rate limit "${name}", the one around ${source} is the second.`,
              {
                fix: 'Give one of the two rules another `name`, or hand both groups the same options.',
              },
            )
          known.set(key, group)
        }
}

/** The rules of an application or a group for a public route: those that count by who asks have nobody to count there. */
function forAnybody(limits: RateLimits, auth: 'none' | 'user'): readonly RateLimit[] {
  const all = [limits].flat() as RateLimit[]
  return auth === 'user' ? all : all.filter((rule) => typeof rule === 'string' || !['actor', 'key', 'tenant'].includes(rule.by as string))
}

function ask(c: Exchange, rule: Rule, limits: Limits, ttl: number): Verdict | Held | undefined | Promise<Verdict | Held | undefined> {
  const key = rule.prefix + subjectOf(c, rule.by)
  if (rule.algorithm === 'concurrency') return limits.hold(key, rule.limit, ttl)
  // What costs more than there ever is takes all of it: it would otherwise never be allowed.
  const cost = typeof rule.cost === 'number' ? rule.cost : Math.min(rule.cost(c), rule.burst)
  return cost > 0 ? limits.take(key, rule.limit, cost) : free
}

const free: Verdict = { allowed: true, remaining: 0, wait: 0 }

function subjectOf(c: Exchange, by: Limit['by']): string {
  if (typeof by === 'function') return by(c)
  if (by === 'ip') return toNetwork(c.ip)
  const { actor } = c
  if (by === 'route' || actor === undefined) return ''
  return (by === 'key' ? actor.keyId : by === 'tenant' ? actor.tenantId : undefined) ?? actor.id
}

/** One customer has a whole /64 of IPv6: counted by address, a limit would be 2^64 limits. */
function toNetwork(ip: string): string {
  if (!ip.includes(':')) return ip
  const [left = '', right] = ip.split('::')
  const before = left === '' ? [] : left.split(':')
  const after = right === undefined || right === '' ? [] : right.split(':')
  const zeros = right === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  return [...before, ...Array.from({ length: zeros }, () => '0'), ...after].slice(0, 4).join(':')
}

function admit(c: Exchange, rule: Rule, verdict: Verdict | Held | undefined): void {
  if (verdict === undefined) throw Overloaded({ retryAfter: 1 })
  if (verdict === free) return
  if ('release' in verdict) {
    // Cut while it waited for the store: nobody will come by to give the place back.
    if (c.answered) verdict.release()
    else if (verdict.allowed) (c.held ??= []).push(verdict)
  }
  ;(c.quotas ??= []).push({ rule, remaining: verdict.remaining, wait: verdict.wait })
  if (verdict.allowed) return
  const retryAfter = toSeconds(verdict.wait)
  throw RateLimited({ policy: rule.name, retryAfter }, { retryAfter })
}

function giveBack(c: Exchange): void {
  for (const held of c.held ?? []) held.release()
  c.held = undefined
}

/** Writes the fields: what holds as the boot wrote it, and what is left of the rules that were asked. */
function sayer(rules: readonly Rule[], legacy: boolean): (c: Exchange, outgoing: Outgoing) => void {
  const policy = rules.map(toPolicy).join(', ')
  return ({ quotas }, { headers }) => {
    headers.push('ratelimit-policy', policy)
    if (quotas === undefined) return
    let value = ''
    for (const { rule, remaining, wait } of quotas) {
      value += (value === '' ? '' : ', ') + rule.item + remaining
      if (rule.window > 0) value += `;t=${toSeconds(wait)}`
    }
    headers.push('ratelimit', value)
    if (legacy) sayLegacy(quotas, headers)
  }
}

/** The fields of before the standard know one limit: the one that will bite first. */
function sayLegacy(quotas: readonly Quota[], headers: string[]): void {
  const tightest = quotas.reduce((one, other) => (other.remaining < one.remaining ? other : one))
  headers.push('x-ratelimit-limit', String(tightest.rule.quota), 'x-ratelimit-remaining', String(tightest.remaining))
  headers.push('x-ratelimit-reset', String(toSeconds(tightest.wait)))
}

function toPolicy({ name, quota, window }: Rule): string {
  return `"${name}";q=${quota};${window === 0 ? 'qu="concurrent-requests"' : `w=${window / 1000}`}`
}

function toLabel({ name, quota, window, by }: Rule): string {
  const subject = typeof by === 'function' ? name : by
  return window === 0 ? `${quota} at once per ${subject}` : `${quota} in ${window / 1000} s per ${subject}`
}

function toSeconds(ms: number): number {
  return Math.ceil(ms / 1000)
}
