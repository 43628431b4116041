import { BootError } from '../std/errors.ts'
import type { Actor } from '../std/actor.ts'

/** `'20/minute'`: twenty in the minute that begins with the first, by actor, or by address where the route is public. */
export type Rate = `${number}/${keyof typeof units}`

/** What a key or a cost may be computed from. A rule with such a function is asked last, when everything here has been checked. */
export interface LimitedRequest {
  readonly ip: string
  readonly actor: Actor | undefined
  readonly params: Readonly<Record<string, unknown>>
  readonly query: unknown
  readonly headers: Readonly<Record<string, string>>
  /** As the contract's schema makes it. */
  // oxlint-disable-next-line typescript/no-explicit-any -- the rule stands beside the schema that types it
  readonly body: any
}

interface AnyRule {
  /** In the `RateLimit` headers and in the problem. Default: from the rule, for example `ip-per-minute`. */
  name?: string
  /** How much of it, in `cost`. */
  limit: number
  /** Whose requests are counted together. Addresses of IPv6 count by /64, which is what one customer has. Default `'actor'`, on public routes `'ip'`. */
  by?: 'ip' | 'actor' | 'key' | 'tenant' | 'route' | ((c: LimitedRequest) => string)
  /** What goes on while the shared store is down: counting in this process alone, or refusing with 503. Default `'open'`. */
  onStoreDown?: 'open' | 'closed'
}

export interface RateRule extends AnyRule {
  /** Milliseconds. */
  window: number
  /**
   * Default `'fixed-window'`: plain, but around the end of a window twice `limit` may come close together. A sliding window also counts what the
   * one before left over, so that waiting takes longer; a token bucket lets `burst` through at once and then one at a time, at the rate.
   */
  algorithm?: 'fixed-window' | 'sliding-window' | 'token-bucket'
  /** What a token bucket holds. Default: `limit`. */
  burst?: number
  /** Default 1. */
  cost?: number | ((c: LimitedRequest) => number)
}

/** At most `limit` requests at the same time. */
export interface ConcurrencyRule extends AnyRule {
  algorithm: 'concurrency'
}

export type RateLimit = Rate | RateRule | ConcurrencyRule
export type RateLimits = RateLimit | readonly RateLimit[]

/** A rule with nothing left to guess. */
export interface Limit {
  readonly name: string
  readonly algorithm: 'sliding-window' | 'fixed-window' | 'token-bucket' | 'concurrency'
  readonly limit: number
  /** Milliseconds; 0 for concurrency. */
  readonly window: number
  readonly burst: number
  readonly by: NonNullable<AnyRule['by']>
  readonly cost: number | ((c: LimitedRequest) => number)
  readonly onStoreDown: 'open' | 'closed'
}

const units = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 }

/** The rules of an endpoint. Throws `contract-invalid` with `where` when one of them cannot work. */
export function rateLimitRules(limits: RateLimits, auth: 'none' | 'user', where: string): Limit[] {
  const rules = [limits].flat().map((one) => toLimit(one as RateLimit, auth))
  for (const [i, rule] of rules.entries()) {
    const mistake =
      mistakeIn(rule, auth) ??
      (rules.findIndex(({ name }) => name === rule.name) < i ? 'its name is taken: give it another `name`' : undefined)
    if (mistake !== undefined) throw new BootError('contract-invalid', `${where}: the rate limit "${rule.name}" cannot work, ${mistake}.`)
  }
  return rules
}

function toLimit(given: RateLimit, auth: 'none' | 'user'): Limit {
  const rule = typeof given === 'string' ? parseRate(given) : given
  const { by = auth === 'none' ? 'ip' : 'actor', onStoreDown = 'open', limit } = rule
  const subject = typeof by === 'string' ? by : 'custom'
  if (!('window' in rule)) {
    const { name = `${subject}-concurrency` } = rule
    return { name, algorithm: 'concurrency', limit, window: 0, burst: limit, by, cost: 1, onStoreDown }
  }
  const { window, algorithm = 'fixed-window', burst = limit, cost = 1, name = `${subject}-per-${nameOf(window)}` } = rule
  return { name, algorithm, limit, window, burst, by, cost, onStoreDown }
}

function parseRate(rate: Rate): RateRule {
  const [limit, unit] = rate.split('/') as [string, keyof typeof units]
  return { limit: Number(limit), window: units[unit] }
}

function nameOf(window: number): string {
  return Object.entries(units).find(([, ms]) => ms === window)?.[0] ?? `${window / 1000}s`
}

function mistakeIn({ name, algorithm, limit, window, burst, by, cost }: Limit, auth: 'none' | 'user'): string | undefined {
  if (!/^[\w.-]{1,64}$/.test(name)) return 'a name has 1 to 64 letters, digits, dots, dashes or underscores'
  if (!Number.isSafeInteger(limit) || limit < 1) return `its limit is ${limit}: write a whole number, 1 or more`
  if (algorithm !== 'concurrency' && !(Number.isSafeInteger(window) && window >= 1000))
    return `its window is ${window}: write 1000 milliseconds or more`
  if (!(burst >= limit)) return `its burst of ${burst} is below its limit of ${limit}`
  if (typeof cost === 'number' && !(cost > 0 && cost <= burst))
    return `a cost of ${cost} never fits: write more than 0 and at most ${burst}`
  if (auth === 'none' && (by === 'actor' || by === 'key' || by === 'tenant')) return `a public route has no ${by}: count by 'ip'`
  return undefined
}
