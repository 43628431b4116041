import { toRetirement, type Brownout, type Retirement } from '../../contract/deprecation.ts'
import { OperationRetired } from '../../contract/problems.ts'
import { toHttpDate } from '../../std/http-date.ts'
import type { Stage } from '../stage.ts'

const minute = 60_000

/** Says in every answer that the operation is on its way out (RFC 9745, RFC 8594), counts who still calls it, and refuses it when its time is over. */
export const deprecation: Stage = {
  name: 'deprecation',
  compile({ endpoint, source }, { clock, deprecatedCalls }) {
    const { deprecated } = endpoint.promises
    if (deprecated === undefined || deprecated === false) return undefined
    const retirement = deprecated === true ? undefined : toRetirement(deprecated, `${endpoint.address} (${source})`)
    const headers = retirement === undefined ? [] : headersOf(retirement)
    const until = retirement && retirement.afterSunset !== undefined && retirement.afterSunset !== 'warn' ? retirement : undefined
    return {
      stage: 'deprecation',
      label: labelOf(retirement),
      ...(until !== undefined && { enter: () => refuse(until, clock.now().getTime()) }),
      leave(_c, outgoing) {
        for (const part of headers) outgoing.headers.push(part)
      },
      done(c) {
        deprecatedCalls?.count(c)
      },
    }
  },
}

function refuse({ sunset, successor, afterSunset }: Retirement, now: number): undefined {
  if (now < sunset!) return undefined
  const fields = { sunset: new Date(sunset!).toISOString(), successor: successor ?? null }
  if (afterSunset === 'gone') throw OperationRetired(fields)
  const left = brownoutLeft((afterSunset as { brownout: Brownout }).brownout, now)
  if (left > 0) throw OperationRetired(fields, { retryAfter: left / 1000 })
  return undefined
}

/** Milliseconds until the brownout under way is over, 0 between two. */
function brownoutLeft({ minutes, every }: Brownout, now: number): number {
  return Math.max(0, minutes * minute - (now % (every * minute)))
}

function headersOf({ since, sunset, successor, docs, legacyDeprecation, legacyWarning }: Retirement): string[] {
  const headers = ['deprecation', legacyDeprecation === true ? 'true' : `@${Math.floor(since / 1000)}`]
  if (sunset !== undefined) headers.push('sunset', toHttpDate(sunset))
  const links = [
    successor === undefined ? [] : [`<${successor}>; rel="successor-version"`],
    docs === undefined ? [] : [`<${docs}>; rel="deprecation"; type="text/html"`],
    docs === undefined || sunset === undefined ? [] : [`<${docs}>; rel="sunset"; type="text/html"`],
  ].flat()
  if (links.length > 0) headers.push('link', links.join(', '))
  if (legacyWarning === true) {
    const end = sunset === undefined ? '' : ` and ends on ${new Date(sunset).toISOString().slice(0, 10)}`
    headers.push('warning', `299 - "This operation is deprecated${end}"`)
  }
  return headers
}

function labelOf(retirement: Retirement | undefined): string {
  if (retirement?.sunset === undefined) return 'deprecated'
  const { afterSunset = 'warn' } = retirement
  const then = typeof afterSunset === 'string' ? afterSunset : `${afterSunset.brownout.minutes} of ${afterSunset.brownout.every} min out`
  return `deprecated until ${new Date(retirement.sunset).toISOString().slice(0, 10)}, then ${then}`
}
