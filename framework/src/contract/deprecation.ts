import { BootError } from '../std/errors.ts'
import { toHttpDate } from '../std/http-date.ts'

/** The way out of an operation: said in every answer, in OpenAPI, and counted by who still calls it. */
export interface Deprecation {
  /** Since when: `'2026-09-01'`, RFC 3339, or an HTTP date. */
  since: string
  /** When it may stop working (RFC 8594). Not before `since`. */
  sunset?: string
  /** Where to go instead: a path or URL. */
  successor?: string
  /** The page that says why and how. */
  docs?: string
  /** What happens once `sunset` has passed. Default `'warn'`: nothing but the headers. */
  afterSunset?: 'warn' | 'gone' | { readonly brownout: Brownout }
  /** `Deprecation: true`, as a draft of RFC 9745 had it, in place of the date: for old clients that know no other. */
  legacyDeprecation?: boolean
  /** A `Warning: 299` besides (obsolete since RFC 9111). */
  legacyWarning?: boolean
}

/** Refused for the first `minutes` of every `every` minutes of UTC: callers that nobody reads the mail of notice, and still have the rest of the time. */
export interface Brownout {
  minutes: number
  every: number
}

/** A `Deprecation` that was read: times are milliseconds since 1970. */
export interface Retirement extends Omit<Deprecation, 'since' | 'sunset'> {
  readonly since: number
  readonly sunset: number | undefined
}

const day = /^(\d{4})-(\d\d)-(\d\d)$/
const imf = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/

/** Throws `BootError('contract-invalid')` for dates that do not exist, wrong weekdays, and a sunset before the deprecation. */
export function toRetirement({ since, sunset, ...rest }: Deprecation, where: string): Retirement {
  const refuse = (reason: string): never => {
    throw new BootError('contract-invalid', `${where} is deprecated with ${reason}.`, {
      fix: "Write dates as '2026-09-01'; the weekday is worked out for you.",
    })
  }
  const read = (name: string, text: string): number => {
    const time = Date.parse(text)
    if (Number.isNaN(time) || !(day.test(text) || imf.test(text) || rfc3339.test(text)))
      return refuse(`${name} "${text}", which is no date`)
    // Date.parse takes the 30th of February and any weekday for what they might have meant.
    if (imf.test(text) && toHttpDate(time) !== text) return refuse(`${name} "${text}", which is ${toHttpDate(time)}`)
    if (day.test(text) && new Date(time).toISOString().slice(0, 10) !== text) return refuse(`${name} "${text}", which no calendar has`)
    return time
  }
  const from = read('since', since)
  const until = sunset === undefined ? undefined : read('sunset', sunset)
  if (until !== undefined && until < from) refuse(`a sunset (${sunset}) before it is deprecated (${since})`)
  const after = rest.afterSunset ?? 'warn'
  if (after !== 'warn' && until === undefined) refuse('`afterSunset`, but no `sunset`')
  if (typeof after === 'object' && !(after.brownout.minutes > 0 && after.brownout.minutes < after.brownout.every))
    refuse(`a brownout of ${after.brownout.minutes} in every ${after.brownout.every} minutes`)
  const unsafe = [rest.successor, rest.docs].find((target) => target !== undefined && !/^[\x21\x23-\x3b\x3d\x3f-\x7e]+$/.test(target))
  if (unsafe !== undefined) refuse(`the link "${unsafe}", which is no URI reference`)
  return { ...rest, since: from, sunset: until }
}
