import { MalformedPath } from '../../contract/problems.ts'
import { BootError } from '../../std/errors.ts'
import { toConstraint } from './constraint.ts'

/** One segment of a declared path. */
export type Segment =
  | { readonly kind: 'static'; readonly text: string }
  | { readonly kind: 'constrained'; readonly name: string; readonly pattern: string; readonly test: RegExp }
  | { readonly kind: 'param'; readonly name: string }
  | { readonly kind: 'wildcard'; readonly name: string }

/** Reads `/orgs/{orgId:\\d+}/files/*path`. Throws `BootError('contract-invalid')` with what is wrong and where. */
export function parsePath(path: string, source: string): Segment[] {
  const refuse = (reason: string): never => {
    throw new BootError('contract-invalid', `The path ${path} (${source}) ${reason}.`)
  }
  if (!path.startsWith('/')) refuse('does not begin with /')
  if (path === '/') return []
  const names = new Set<string>()
  const parts = splitDeclared(path)
  return parts.map((part, index): Segment => {
    const braced = /^\{([A-Za-z_]\w*)(?::(.+))?\}$/.exec(part)
    const wild = /^\*([A-Za-z_]\w*)$/.exec(part)
    const name = braced?.[1] ?? wild?.[1]
    if (name === undefined) {
      if (part === '') refuse('has an empty segment')
      if (/[{}*]/.test(part)) refuse(`has the segment "${part}"; a parameter is a whole segment: {name}, {name:pattern} or a last *name`)
      return { kind: 'static', text: part }
    }
    if (names.has(name)) refuse(`names two parameters "${name}"`)
    names.add(name)
    if (wild !== null) {
      if (index !== parts.length - 1) refuse(`has *${name} before its end; a wildcard takes all the rest`)
      return { kind: 'wildcard', name }
    }
    const pattern = braced?.[2]
    return pattern === undefined
      ? { kind: 'param', name }
      : { kind: 'constrained', name, pattern, test: toConstraint(pattern, `${path} (${source})`) }
  })
}

/** Splits at slashes outside of braces: a constraint may contain one. */
function splitDeclared(path: string): string[] {
  const parts: string[] = []
  let depth = 0
  let part = ''
  for (const char of path.slice(1)) {
    if (char === '{') depth++
    if (char === '}') depth--
    if (char === '/' && depth === 0) {
      parts.push(part)
      part = ''
    } else part += char
  }
  parts.push(part)
  return parts
}

/**
 * Decodes one raw segment, once: `%2F` becomes a slash inside the segment and never a new segment.
 * Malformed escapes, bytes that are not UTF-8 and NUL are refused.
 */
function decodeSegment(raw: string): string {
  if (!raw.includes('%')) return raw
  let decoded: string
  try {
    decoded = decodeURIComponent(raw)
  } catch (cause) {
    throw MalformedPath({ cause })
  }
  if (decoded.includes('\0')) throw MalformedPath()
  return decoded
}

/**
 * A raw path with every segment decoded and written again with only `%` and `/` escaped: one spelling for each path,
 * in which a slash is always the end of a segment.
 */
export function canonicalPath(path: string): string {
  return path
    .split('/')
    .map((raw) => escapeText(decodeSegment(raw)))
    .join('/')
}

export function escapeText(text: string): string {
  return /[%/]/.test(text) ? text.replaceAll('%', '%25').replaceAll('/', '%2F') : text
}

export function unescapeText(text: string): string {
  return text.includes('%') ? text.replaceAll('%2F', '/').replaceAll('%25', '%') : text
}
