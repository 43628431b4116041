import type { BareItem, Dictionary, InnerList, Item, List, Parameters } from './values.ts'

const key = /^[a-z*][a-z0-9_.*-]*$/
const word = /^[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*$/
const visible = /^[ -~]*$/
const largestInteger = 999_999_999_999_999

/**
 * Writes a field in its one canonical form (RFC 9651, 4.1): an array is a List, a map a Dictionary, anything else an Item.
 *
 * An empty List or Dictionary is the empty string: such a field is not to be sent. Throws a `TypeError` for what no field can carry.
 *
 * ```ts
 * import { item, structuredField, token } from 'throughline/std'
 *
 * structuredField([item('default', { q: 100, w: 60 })]) // "default";q=100;w=60
 * structuredField(new Map([['max-age', item(60)], ['public', item(true)]])) // max-age=60, public
 * structuredField(item(token('gzip'))) // gzip
 * ```
 */
export function structuredField(field: Item | List | Dictionary): string {
  if (isDictionary(field)) return [...field].map(([name, member]) => writeMember(name, member)).join(', ')
  return isList(field) ? field.map(writeItemOrList).join(', ') : writeItem(field)
}

function isDictionary(field: Item | List | Dictionary): field is Dictionary {
  return field instanceof Map
}

function isList(field: Item | List): field is List {
  return Array.isArray(field)
}

function writeMember(name: string, member: Item | InnerList): string {
  if ('value' in member && member.value === true) return writeKey(name) + writeParameters(member.parameters)
  return `${writeKey(name)}=${writeItemOrList(member)}`
}

function writeItemOrList(member: Item | InnerList): string {
  return 'items' in member ? `(${member.items.map(writeItem).join(' ')})${writeParameters(member.parameters)}` : writeItem(member)
}

function writeItem({ value, parameters }: Item): string {
  return writeBareItem(value) + writeParameters(parameters)
}

function writeParameters(parameters: Parameters): string {
  let text = ''
  for (const [name, value] of parameters) text += value === true ? `;${writeKey(name)}` : `;${writeKey(name)}=${writeBareItem(value)}`
  return text
}

function writeKey(name: string): string {
  return key.test(name) ? name : refuse('a key', name)
}

function writeBareItem(value: BareItem): string {
  switch (typeof value) {
    case 'number':
      return writeInteger(value)
    case 'string':
      return visible.test(value) ? `"${value.replaceAll(/["\\]/g, '\\$&')}"` : refuse('a string of ASCII', value)
    case 'boolean':
      return value ? '?1' : '?0'
    default:
  }
  if (value instanceof Uint8Array) return `:${btoa(String.fromCharCode(...value))}:`
  switch (value.kind) {
    case 'token':
      return word.test(value.value) ? value.value : refuse('a token', value.value)
    case 'decimal':
      return writeDecimal(value.value)
    case 'timestamp':
      return `@${writeInteger(value.value)}`
    case 'display-string':
      return writeDisplayString(value.value)
  }
}

function writeInteger(value: number): string {
  return Number.isInteger(value) && Math.abs(value) <= largestInteger ? String(value) : refuse('an integer of at most 15 digits', value)
}

function writeDecimal(value: number): string {
  const thousandths = toThousandths(value)
  if (!(Math.abs(thousandths) <= largestInteger)) refuse('a decimal of at most 12 digits before the point', value)
  const digits = String(Math.abs(thousandths)).padStart(4, '0')
  const fraction = digits.slice(-3).replace(/0{1,2}$/, '')
  return `${thousandths < 0 ? '-' : ''}${digits.slice(0, -3)}.${fraction}`
}

/** Rounds half to even, by the decimal digits: 1.0005 has no exact binary form, and times 1000 it would fall short of a half. */
function toThousandths(value: number): number {
  const scaled = Math.abs(value) < 1e-6 ? 0 : Number(`${value}e3`)
  const below = Math.floor(scaled)
  if (scaled - below !== 0.5) return Math.round(scaled)
  return below % 2 === 0 ? below : below + 1
}

function writeDisplayString(value: string): string {
  if (!value.isWellFormed()) refuse('well-formed text', value)
  let text = ''
  for (const byte of new TextEncoder().encode(value)) {
    const isPlain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25 && byte !== 0x22
    text += isPlain ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`
  }
  return `%"${text}"`
}

function refuse(wanted: string, found: string | number): never {
  throw new TypeError(`A structured field cannot carry ${JSON.stringify(found)} as ${wanted}.`)
}
