import { MalformedPath } from '../../contract/problems.ts'
import { pathParts, type PathParam } from '../../contract/path.ts'
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
  if (path.split('{').length !== path.split('}').length) refuse('has a brace without its pair')
  const { texts, params } = pathParts(path)
  const segments: Segment[] = []
  const names = new Set<string>()
  for (const [i, text] of texts.entries()) {
    const param = params[i]
    const whole = (i === 0 || text === '' || text.startsWith('/')) && (param === undefined || text.endsWith('/'))
    if (!whole || /[{}*]/.test(text)) refuse('has a parameter that is not a whole segment; write {name}, {name:pattern} or a last *name')
    segments.push(...staticSegments(text, param === undefined, refuse))
    if (param === undefined) continue
    if (!/^[A-Za-z_]\w*$/.test(param.name)) refuse(`has a parameter named "${param.name}"; use letters, digits and _`)
    if (names.has(param.name)) refuse(`names two parameters "${param.name}"`)
    names.add(param.name)
    segments.push(toSegment(param, `${path} (${source})`))
  }
  return segments
}

/** `/a/b/` before a parameter, `/a/b` at the end. */
function staticSegments(text: string, last: boolean, refuse: (reason: string) => never): Segment[] {
  const bare = last ? text.slice(1) : text.slice(1, -1)
  if (bare === '') return []
  return bare.split('/').map((part) => (part === '' ? refuse('has an empty segment') : { kind: 'static', text: part }))
}

function toSegment({ name, pattern, wildcard }: PathParam, where: string): Segment {
  if (wildcard) return { kind: 'wildcard', name }
  return pattern === undefined ? { kind: 'param', name } : { kind: 'constrained', name, pattern, test: toConstraint(pattern, where) }
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
