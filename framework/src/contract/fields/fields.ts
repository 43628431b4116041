import * as z from 'zod'
import { graphemes, toCode, toEmail, toIban, toIdentifier, toOneLine, toPhone } from './normal-forms.ts'

/** Strings that people write in many ways and programs want in one: normalised first, then checked, and described in JSON Schema as what they become. */

/** An e-mail address: trimmed, in lower case, at most 254 characters (RFC 5321). */
export const email = () => z.string().overwrite(toEmail).max(254).check(z.email())

/** A telephone number in E.164: spaces, brackets and dashes are dropped. */
export const phone = () =>
  z
    .string()
    .overwrite(toPhone)
    .regex(/^\+[1-9]\d{6,14}$/)

/** An ISO 3166-1 country code, in upper case. */
export const country = () => coded(/^[A-Z]{2}$/, isCountry)

/** An ISO 4217 currency code, in upper case. */
export const currency = () => coded(/^[A-Z]{3}$/, (code) => currencies().has(code))

/** A language tag (BCP 47) in its canonical form: `en-GB` for `EN-gb`. */
export const language = () =>
  z
    .string()
    .overwrite((text) => toLanguage(text) ?? text)
    .max(35)
    .refine((text) => toLanguage(text) !== undefined)

/** `hello-world`: what stands in a URL. `slugify()` makes one of a title. */
export const slug = (longest = 80) =>
  z
    .string()
    .trim()
    .toLowerCase()
    .max(longest)
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)

/** What somebody is called: one line, without characters that cannot be seen; the limit counts what readers would. */
export const name = (longest = 100) =>
  z
    .string()
    .overwrite(toOneLine)
    .min(1)
    .max(longest * 16)
    .regex(/^\P{Cc}*$/u)
    .refine((text) => graphemes(text) <= longest, { error: `Must have at most ${longest} characters.` })

/** A handle that must not look like another one: ASCII letters, digits, dot, dash and underscore, in lower case. */
export const identifier = (longest = 40) =>
  z
    .string()
    .overwrite(toIdentifier)
    .min(1)
    .max(longest)
    .regex(/^[a-z0-9][a-z0-9._-]*$/)

/** An absolute URL of one of `schemes`. Default: https. */
export const url = (schemes: readonly string[] = ['https']) =>
  z
    .string()
    .trim()
    .max(2048)
    .check(z.url({ protocol: new RegExp(`^(?:${schemes.map((scheme) => scheme.replaceAll(/[^a-z0-9]/gi, '\\$&')).join('|')})$`) }))

/** An international bank account number (ISO 13616), its check digits checked; without spaces. */
export const iban = () =>
  z
    .string()
    .overwrite(toIban)
    .regex(/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/)
    .refine(hasIbanChecksum)

/** An IPv4 or IPv6 address. */
export const ip = () => z.union([z.ipv4(), z.ipv6()])

/** A version as semver.org has it. */
export const semver = () => z.string().trim().max(256).regex(/^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}(?:-(?:0|[1-9]\d*|\d*[a-z-][0-9a-z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-z-][0-9a-z-]*))*)?(?:\+[0-9a-z-]+(?:\.[0-9a-z-]+)*)?$/i) // prettier-ignore

/** A UUID (RFC 9562), in lower case. */
export const uuid = () => z.string().trim().toLowerCase().check(z.uuid())

function coded(pattern: RegExp, known: (code: string) => boolean) {
  return z.string().overwrite(toCode).regex(pattern).refine(known)
}

const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
/** Reserved for unions and for tests of software: no country has them. */
const notCountries: ReadonlySet<string> = new Set(['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ'])

function isCountry(code: string): boolean {
  return /^[A-Z]{2}$/.test(code) && !notCountries.has(code) && regions.of(code) !== undefined
}

let known: ReadonlySet<string> | undefined

function currencies(): ReadonlySet<string> {
  return (known ??= new Set(Intl.supportedValuesOf('currency')))
}

function toLanguage(text: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(text.trim())[0]
  } catch {
    return undefined
  }
}

function hasIbanChecksum(text: string): boolean {
  let remainder = 0
  for (const char of text.slice(4) + text.slice(0, 4))
    for (const digit of String(Number.parseInt(char, 36))) remainder = (remainder * 10 + Number(digit)) % 97
  return remainder === 1
}
