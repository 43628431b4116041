const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const imf = /^\w{3}, (?<day>\d\d) (?<month>\w{3}) (?<year>\d{4}) (?<time>\d\d:\d\d:\d\d) GMT$/
const rfc850 = /^\w{6,9}, (?<day>\d\d)-(?<month>\w{3})-(?<year>\d\d) (?<time>\d\d:\d\d:\d\d) GMT$/
const asctime = /^\w{3} (?<month>\w{3}) (?<day>[ \d]\d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$/

/** A moment as HTTP writes it (IMF-fixdate): whole seconds, in GMT. */
export function toHttpDate(at: Date | number): string {
  return new Date(at).toUTCString()
}

/** Milliseconds since 1970 of any of the three forms that RFC 9110, 5.6.7 makes everybody read; undefined for anything else. */
export function parseHttpDate(text: string): number | undefined {
  const { day, month, year, time } = (imf.exec(text) ?? rfc850.exec(text) ?? asctime.exec(text))?.groups ?? {}
  if (day === undefined) return undefined
  const at = Date.parse(`${toYear(year!)}-${pad(months.indexOf(month!) + 1)}-${pad(Number(day))}T${time}Z`)
  // `Date.parse` takes 31 February for 3 March.
  return new Date(at).getUTCDate() === Number(day) ? at : undefined
}

// Two digits mean 1970 to 2069, as they do in cookies (RFC 6265, 5.1.1): nothing on the web is older.
function toYear(digits: string): number {
  const year = Number(digits)
  if (digits.length === 4) return year
  return year < 70 ? 2000 + year : 1900 + year
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}
