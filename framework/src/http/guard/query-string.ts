import { BadRequest } from '../../contract/problems.ts'

/**
 * Reads `application/x-www-form-urlencoded` into names and values; a name that comes twice has a list of them.
 *
 * Unlike `URLSearchParams` it refuses malformed escapes and bytes that are not UTF-8 instead of guessing.
 */
export function parseQuery(raw: string): Record<string, string | string[]> {
  // No prototype: `?__proto__=1` is a name like any other.
  const values: Record<string, string | string[]> = Object.create(null)
  if (raw === '') return values
  for (const pair of raw.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decode(equals < 0 ? pair : pair.slice(0, equals))
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1))
    const known = values[name]
    if (known === undefined) values[name] = value
    else if (typeof known === 'string') values[name] = [known, value]
    else known.push(value)
  }
  return values
}

function decode(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch (cause) {
    throw BadRequest({ cause })
  }
}
