import { maskUrls } from './mask-urls.ts'

const hidden = '[redacted]'
const shortest = 12

// One look for everything below: what it lets pass is read again by each of the rules, and what it misses is written as it is.
const suspicious =
  /:\/\/|eyJ|Bearer |Basic |BEGIN|A[KS]IA|gh[a-z]_|github_|glpat-|xox|[prs]k_|whsec|AIza|sk-|npm_|\d{13}|\d{4}[ +-]\d{4,6}[ +-]\d{4}|[A-Z]{2}\d\d[ A-Z\d]{11}|(?:passw|pwd|secret|token|api.?key)[^=:]{0,20}[=:]/i

/** Each finds secrets by how they look, wherever they stand; `$1` is what of it may stay. */
const shapes: readonly (readonly [RegExp, string])[] = [
  // Without its end it was cut off, and what is there of it is still too much.
  [/-----BEGIN ([A-Z ]*PRIVATE KEY)-----[^]*?(?:-----END \1-----|$)/g, hidden],
  [/\b(Bearer|DPoP|Token) +[\w.~+/-]{16,}=*/gi, `$1 ${hidden}`],
  [/\b(Basic) +(?=[A-Za-z+/]*[\d=])[A-Za-z\d+/]{10,}={0,2}/g, `$1 ${hidden}`],
  // A JWS has three parts and a JWE five.
  [/\beyJ[\w-]{6,}(?:\.[\w-]*){2,4}/g, hidden],
  [/\bA[KS]IA[A-Z\d]{16}\b/g, hidden],
  [/\b(?:gh[opsur]_[A-Za-z\d]{30,}|github_pat_\w{30,}|glpat-[\w-]{20,}|npm_[A-Za-z\d]{36})/g, hidden],
  [/\b(?:[rs]k_(?:live|test)_\w{10,}|whsec_[\w+/]{16,}=*|xox[abeoprs]-[\w-]{10,}|AIza[\w-]{35}|sk-[\w-]{20,})/g, hidden],
  // `password=…` of connection strings and forms, `"password":"…"` of JSON that is inside of a text.
  [/\b(\w*(?:passw(?:or)?d|pwd|passphrase|secret|token|api[_-]?key)=)(?!\[redacted\])[^\s;&,'"]+/gi, `$1${hidden}`],
  [/("\w*(?:passw(?:or)?d|pwd|passphrase|secret|token|api[_-]?key)" ?: ?")(?:[^"\\]|\\.)*/gi, `$1${hidden}`],
  [/(\\"\w*(?:passw(?:or)?d|pwd|passphrase|secret|token|api[_-]?key)\\" ?: ?\\")(?:[^"\\]|\\\\.)*/gi, `$1${hidden}`],
]

// The groups in which cards are printed and nothing else is; not inside of a longer number or a word, as in a UUID.
const cards = /(?<![\w.-])(?:\d{13,19}|\d{4}([ +-])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ +-])\d{6}\2\d{5})(?![\w-])/g
const brands = /^(?:3[4-8]|4|5[0-8]|6|2[2-7])/
const ibans = /\b[A-Z]{2}\d\d(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,3})?\b/g
const addresses = /([\w+-])[\w.+-]*(?:@|%40)([\w-]+(?:\.[\w-]+)+)/g
const phones = /(?<!\w)\+\d[\d ()-]{6,}\d/g

/**
 * Text as it may be shown: without what looks like a key, a token, a card or an account, and without the credentials of URLs.
 * What is percent-encoded is read as whoever gets it would read it, and comes back decoded when there was something to hide.
 */
export function hideSecrets(text: string): string {
  if (!mayHoldSecret(text)) return text
  const plain = percentDecoded(text)
  const shown = withoutSecrets(plain)
  return shown === plain ? withoutSecrets(text) : shown
}

function withoutSecrets(text: string): string {
  let shown = maskUrls(text)
  for (const [shape, instead] of shapes) shown = shown.replace(shape, instead)
  shown = shown.replace(cards, (found) => (isCard(found.replaceAll(/[ +-]/g, '')) ? hidden : found))
  return shown.replace(ibans, (found) => (isIban(found.replaceAll(' ', '')) ? hidden : found))
}

/** Of ASCII alone, in which all of these are written: what is no well-formed UTF-8 must not hide the rest. */
function percentDecoded(text: string): string {
  return text.includes('%') ? text.replace(/%([2-7][\da-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))) : text
}

/** Text without those who can be recognised by it: `a…@example.com`, and no phone numbers. */
export function hidePersons(text: string): string {
  const withoutMail = /@|%40/.test(text) ? text.replace(addresses, '$1…@$2') : text
  return withoutMail.includes('+') ? withoutMail.replace(phones, hidden) : withoutMail
}

export function mayHoldSecret(text: string): boolean {
  return text.length >= shortest && (suspicious.test(text) || (text.includes('%') && suspicious.test(percentDecoded(text))))
}

/** By brand, length and check digit (Luhn). One in ten random numbers that begin like a card is taken for one. */
export function isCard(digits: string): boolean {
  if (digits.length < 13 || digits.length > 19 || !brands.test(digits)) return false
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48
    const twice = digit * 2
    sum += i % 2 === 0 ? digit : twice > 9 ? twice - 9 : twice
  }
  return sum % 10 === 0
}

/** By length and check digits (ISO 13616). */
function isIban(text: string): boolean {
  if (text.length < 15 || text.length > 34) return false
  let rest = 0
  for (const character of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(character, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest === 1
}
