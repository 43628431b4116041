import { parseIdempotencyKey } from '../contract/idempotency-key.ts'
import type { Actor } from '../std/actor.ts'
import type { Baggage } from '../std/baggage.ts'
import type { Exchange } from './exchange.ts'
import type { Context } from './stage.ts'

// The context is closed: what more there is to know of a request is a function of it.

type Any = Pick<Context, 'id'>
type WithHeaders = Pick<Context, 'headers'>
interface WithActor {
  readonly actor?: Actor | undefined
}

/**
 * What the caller's program calls itself, at most 256 characters of it; undefined when it says nothing. Anybody can say anything.
 *
 * ```ts
 * import { userAgentOf, type Context } from 'throughline/http'
 *
 * export const note = (c: Context) => c.log.info('export begun', { by: userAgentOf(c) })
 * ```
 */
export function userAgentOf(c: WithHeaders): string | undefined {
  return c.headers['user-agent']?.slice(0, 256)
}

/**
 * The caller's time zone, from the header `Time-Zone: Europe/Berlin`, which clients of yours may send (browsers do not); `UTC` where
 * it is absent or unknown. Asking makes the answer `Vary` by it.
 *
 * ```ts
 * import { timeZoneOf, type Context } from 'throughline/http'
 *
 * export const today = (c: Context, now: Date) => now.toLocaleDateString('sv', { timeZone: timeZoneOf(c) })
 * ```
 */
export function timeZoneOf(c: WithHeaders): string {
  const exchange = c as Exchange
  if (exchange.varies?.includes('time-zone') !== true) exchange.varies = [...(exchange.varies ?? []), 'time-zone']
  const name = c.headers['time-zone']
  return name !== undefined && isTimeZone(name) ? name : 'UTC'
}

const known = new Map<string, boolean>()

function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][\w+/-]{0,63}$/.test(name)) return false
  let is = known.get(name)
  if (is === undefined) {
    try {
      new Intl.DateTimeFormat('en', { timeZone: name })
      is = true
    } catch {
      is = false
    }
    // There are some six hundred zones; what strangers make up is not to fill memory.
    if (known.size < 1000) known.set(name, is)
  }
  return is
}

/**
 * What callers before us said of the request (W3C Baggage). Anybody may have said it: for logs and routing, never for a decision about rights.
 *
 * ```ts
 * import { baggageOf, type Context } from 'throughline/http'
 *
 * export const campaign = (c: Context) => baggageOf(c).get('campaign')?.value
 * ```
 */
export function baggageOf(c: Any): Baggage {
  return (c as Exchange).baggage ?? new Map()
}

/**
 * The trace that the request is part of: 32 hexadecimal digits.
 *
 * ```ts
 * import { traceIdOf, type Context } from 'throughline/http'
 *
 * export const link = (c: Context) => `https://traces.shop.example/${traceIdOf(c)}`
 * ```
 */
export function traceIdOf(c: Any): string | undefined {
  return (c as Exchange).trace?.traceId
}

/**
 * The organisation that the actor acts for; undefined for nobody, and where there is only one.
 *
 * ```ts
 * import { tenantOf, type Context } from 'throughline/http'
 *
 * export const folder = (c: Context) => `exports/${tenantOf(c) ?? 'all'}`
 * ```
 */
export function tenantOf(c: WithActor): string | undefined {
  return c.actor?.tenantId
}

/**
 * What the token or key of the caller was granted; empty for nobody, and where it was granted nothing in particular.
 *
 * ```ts
 * import { Forbidden } from 'throughline/contract'
 * import { scopesOf, type Authorize } from 'throughline/http'
 *
 * export const mayExport: Authorize = (_actor, c) => {
 *   if (!scopesOf(c).includes('export')) throw Forbidden()
 * }
 * ```
 */
export function scopesOf(c: WithActor): readonly string[] {
  return c.actor?.scopes ?? []
}

/**
 * The `Idempotency-Key` of the request, without its quotes, for handing on to others who honour one. Throws `IdempotencyKeyInvalid`.
 *
 * ```ts
 * import { idempotencyKeyOf, type Context } from 'throughline/http'
 *
 * export const pay = (c: Context, charge: (key: string) => Promise<void>) => charge(idempotencyKeyOf(c) ?? c.id)
 * ```
 */
export function idempotencyKeyOf(c: WithHeaders): string | undefined {
  return parseIdempotencyKey(c.headers['idempotency-key'])
}

/**
 * When the request came in, by the wall clock.
 *
 * ```ts
 * import { startedAt, type Context } from 'throughline/http'
 *
 * export const stamp = (c: Context) => startedAt(c).toISOString()
 * ```
 */
export function startedAt(c: Any): Date {
  return (c as Exchange).startedAt
}
