import { isUtf8 } from 'node:buffer'
import type { JsonRules } from '../../contract/json-rules.ts'
import { BadRequest, JsonAmbiguous, JsonTooComplex, MalformedJson } from '../../contract/problems.ts'
import { jsonDoubt } from './json-doubt.ts'
import { jsonMistake } from './json-mistake.ts'

/** Deep and wide enough for any body that a person designed; what stays below is parsed in time proportional to its length. */
export const defaultRules: Required<JsonRules> = {
  depth: 64,
  members: 10_000,
  items: 100_000,
  stringLength: Infinity,
  duplicates: 'refuse',
}

/**
 * JSON by RFC 8259, and by I-JSON (RFC 7493) where that leaves things open: UTF-8 without a byte order mark, no member twice,
 * no integer that a double would round, no number beyond a double, no half of a surrogate pair.
 *
 * Throws `MalformedJson`, `JsonTooComplex` or `JsonAmbiguous` with the place, never with the text.
 */
export function parseJson(bytes: Uint8Array, rules: Required<JsonRules> = defaultRules): unknown {
  if (!isUtf8(bytes)) throw BadRequest({ detail: 'The body is not UTF-8.' })
  const text = (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)).toString()
  const small = text.length <= Math.min(smallText, rules.members, rules.items, rules.stringLength) && !text.includes('\\u')
  const members = small ? colonsIn(text) : survey(text, rules)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw MalformedJson(jsonMistake(text))
  }
  // As many members in the value as colons in the text, and no number out of the ordinary: nothing to look for.
  const counted = countMembers(value, rules.depth)
  if (counted !== suspicious && (counted === members || (small && counted + colonsWithin(value) === members))) return value
  // What comes twice may go deeper the first time, of which nothing is left.
  if (small) survey(text, rules)
  const doubt = jsonDoubt(text, rules.duplicates === 'refuse')
  if (doubt !== undefined) throw JsonAmbiguous(doubt)
  return value
}

const suspicious = -1

/** Up to here a text is parsed first and looked through afterwards: its limits cannot be exceeded by much, and that is far cheaper. */
const smallText = 16 * 1024

function colonsIn(text: string): number {
  let count = 0
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) count++
  return count
}

/** Those that stand in names and strings: times and addresses have some. Without escapes by number they are the same as in the text. */
function colonsWithin(value: unknown): number {
  if (typeof value === 'string') return colonsIn(value)
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  if (Array.isArray(value)) for (let i = 0; i < value.length; i++) count += colonsWithin(value[i])
  else for (const name in value) count += colonsIn(name) + colonsWithin((value as Record<string, unknown>)[name])
  return count
}

/**
 * One pass over the text before anything is built from it: the limits, and how many members it has.
 * `suspicious` where an escape may stand for half a surrogate pair.
 */
function survey(text: string, rules: Required<JsonRules>): number {
  let depth = 0
  let deepest = 0
  let colons = 0
  let commas = 0
  let longest = 0
  let escapes = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x22) {
      const start = i
      for (i++; i < text.length; i++) {
        const inside = text.charCodeAt(i)
        if (inside === 0x22) break
        if (inside === 0x5c && text.charCodeAt(++i) === 0x75) escapes = true
      }
      if (i - start > longest) longest = i - start
    } else if (code === 0x3a) colons++
    else if (code === 0x2c) commas++
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > deepest) deepest = depth
    } else if (code === 0x7d || code === 0x5d) depth--
  }
  if (deepest > rules.depth) throw JsonTooComplex({ limit: 'depth', maximum: rules.depth })
  if (colons > rules.members) throw JsonTooComplex({ limit: 'members', maximum: rules.members })
  // Every value but the first of an object or array follows a comma.
  if (commas >= rules.items) throw JsonTooComplex({ limit: 'items', maximum: rules.items })
  if (longest - 1 > rules.stringLength) throw JsonTooComplex({ limit: 'stringLength', maximum: rules.stringLength })
  return escapes ? suspicious : colons
}

/** All members down to `depth`, or `suspicious` where there are more levels or a number may not be what was sent. */
function countMembers(value: unknown, depth: number): number {
  if (typeof value === 'number') return isOrdinary(value) ? 0 : suspicious
  if (typeof value !== 'object' || value === null) return 0
  if (depth === 0) return suspicious
  let count = 0
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i]
      // Most values are strings, which are not worth a call.
      if (typeof item === 'string') continue
      const inner = countMembers(item, depth - 1)
      if (inner === suspicious) return suspicious
      count += inner
    }
    return count
  }
  for (const name in value) {
    count++
    const member = (value as Record<string, unknown>)[name]
    if (typeof member === 'string') continue
    const inner = countMembers(member, depth - 1)
    if (inner === suspicious) return suspicious
    count += inner
  }
  return count
}

function isOrdinary(value: number): boolean {
  return value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER
}
