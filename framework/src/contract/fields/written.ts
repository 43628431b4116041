import * as z from 'zod'

/** What people write in forms, and what programs want instead: the types of what comes in and of what the handler gets differ. */

/**
 * A member that a form sends although nobody filled it in: the empty string is as good as no member at all.
 *
 * ```ts
 * import { form } from 'throughline/contract'
 * import { absentIfEmpty } from 'throughline/contract/fields'
 * import * as z from 'zod'
 *
 * export const Search = form({ q: z.string(), maxPrice: absentIfEmpty(z.number().min(0)) }) // maxPrice= is no mistake
 * ```
 */
export function absentIfEmpty<Of extends z.ZodType>(schema: Of) {
  return z.preprocess((value: z.input<Of> | '' | undefined) => (value === '' ? undefined : value), schema.optional())
}

/**
 * An instant with its offset, in UTC and to the millisecond: `2026-03-28T23:30:00.000Z` for `2026-03-29T01:30:00+02:00`.
 * A time without an offset is refused: it is one of forty instants.
 */
export const instant = () => z.iso.datetime({ offset: true }).overwrite(toUtc)

/** `text` where it is no instant: the check says so. */
export function toUtc(text: string): string {
  const time = new Date(text)
  return Number.isNaN(time.getTime()) ? text : time.toISOString()
}

/**
 * A number as people of one language write it: 1234.5 for `1.234,5` in German. A group that is no group is refused: `1.5` is no number there,
 * and not fifteen. Rules for the number go behind it, in a `.pipe()`. For what people type; programs send numbers.
 *
 * ```ts
 * import { localNumber } from 'throughline/contract/fields'
 * import * as z from 'zod'
 *
 * export const Price = localNumber('de-DE').pipe(z.number().min(0))
 * ```
 */
export function localNumber(locale: string) {
  const read = numberReader(locale)
  return z
    .string()
    .max(40, { abort: true })
    .transform((text, context) => {
      const number = read(text.trim())
      if (number !== undefined) return number
      context.issues.push({ code: 'invalid_format', format: 'number', input: text, message: `Is not a number as ${locale} writes it.` })
      return z.NEVER
    })
}

function numberReader(locale: string): (text: string) => number | undefined {
  const parts = new Intl.NumberFormat(locale, { useGrouping: true }).formatToParts(-1234567.5)
  const partOf = (type: Intl.NumberFormatPartTypes, fallback: string) => parts.find((part) => part.type === type)?.value ?? fallback
  const digits = Array.from(new Intl.NumberFormat(locale, { useGrouping: false }).format(9876543210)).toReversed()
  const group = partOf('group', ',')
  // Nobody types the narrow space that cannot be broken, which French is written with.
  const groups = /\s/u.test(group) ? String.raw`\s` : "'’".includes(group) ? "['’]" : escaped(group)
  const digit = `[0-9${digits.map(escaped).join('')}]`
  const whole = `${digit}{1,3}(?:${groups}${digit}{2,3})*${groups}${digit}{3}|${digit}+`
  const form = new RegExp(`^([-−]?)(${whole})(?:${escaped(partOf('decimal', '.'))}(${digit}+))?$`, 'u')
  const plain = (text: string) =>
    Array.from(text, (one) => (/\d/.test(one) ? one : digits.includes(one) ? String(digits.indexOf(one)) : '')).join('')
  return (text) => {
    const [, minus = '', integer, fraction = '0'] = form.exec(text) ?? []
    return integer === undefined ? undefined : Number(`${minus && '-'}${plain(integer)}.${plain(fraction)}`) + 0
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
}
