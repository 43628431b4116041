/**
 * JSON in the one form that can be signed (RFC 8785): members sorted by UTF-16 units, no spaces, numbers as JavaScript writes them.
 *
 * Throws `TypeError` for what JSON or I-JSON does not have: undefined, functions, bigint, NaN, infinities, half a surrogate pair.
 *
 * ```ts
 * import { canonicalJson } from 'throughline/std'
 *
 * canonicalJson({ b: 1e21, a: ['é', -0] }) // '{"a":["é",0],"b":1e+21}'
 * ```
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string' && value.isWellFormed()) return JSON.stringify(value)
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${Array.from(value, canonicalJson).join(',')}]`
  if (typeof value === 'object') {
    const names = Object.keys(value).sort((left, right) => (left < right ? -1 : 1))
    return `{${names.map((name) => `${canonicalJson(name)}:${canonicalJson((value as Record<string, unknown>)[name])}`).join(',')}}`
  }
  throw new TypeError(
    `Only JSON can be signed: found ${typeof value === 'string' ? 'half of a surrogate pair' : typeof value === 'number' ? `the number ${value}` : typeof value}.`,
  )
}

/**
 * JSON text that may stand inside of a `<script>` element: nothing in it can end the element or start a comment.
 *
 * ```ts
 * import { scriptJson } from 'throughline/std'
 *
 * const page = `<script type="application/json">${scriptJson({ name: '</script>' })}</script>`
 * ```
 */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
