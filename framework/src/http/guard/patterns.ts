import type { CompiledSchema, Issue, JsonSchema } from '../../contract/compiled-schema.ts'
import { issueAt, issueLimit } from '../../contract/issue.ts'
import { isSchema } from '../../contract/json-pointer.ts'
import { BootError } from '../../std/errors.ts'
import { toBacktracking, type Backtracking } from '../../std/regex/backtracking.ts'
import type { Site } from '../stage.ts'

interface Place {
  /** `POST /orders body` */
  readonly where: string
  /** The most characters that a caller can send there. */
  readonly longest: number
}

/** A string whose pattern is only safe as long as it keeps its `maxLength`; `*` stands for every item. */
interface Bound {
  readonly path: readonly string[]
  readonly maxLength: number
}

interface Found {
  readonly pattern: string
  /** Undefined where more than one way leads to it, or a condition. */
  readonly path: readonly string[] | undefined
  readonly maxLength: number
}

/** Steps of the engine that no request should cost: some hundredths of a second. */
const mostSteps = 10_000_000
/** Up to here the length of a text matters, and not its pattern. */
const fewWays = 64

/**
 * A schema whose patterns cannot be made to run for ever (ReDoS). One that only gets slow with the length of its text is held to
 * its `maxLength` first: schema libraries try a pattern on what they already know to be too long.
 *
 * Throws `BootError('contract-invalid')` for any other slow pattern; in production, where `site` is not `strict`, it is logged.
 */
export function withSafePatterns(compiled: CompiledSchema, place: Place, site: Pick<Site, 'strict' | 'log'>): CompiledSchema {
  const bounds: Bound[] = []
  for (const found of patternsOf(compiled.input)) {
    const backtracking = analysed(found.pattern)
    if (!isSlow(backtracking, place.longest)) continue
    // Some count characters and others UTF-16: twice as long is too long for both.
    if (found.path !== undefined && !isSlow(backtracking, found.maxLength * 2))
      bounds.push({ path: found.path, maxLength: found.maxLength })
    else refuse(found, backtracking, { ...place, site })
  }
  if (bounds.length === 0) return compiled
  return {
    input: compiled.input,
    get output() {
      return compiled.output
    },
    parse(value) {
      const issues = bounds.flatMap((bound) => tooLong(value, bound)).slice(0, issueLimit)
      return issues.length > 0 ? { issues } : compiled.parse(value)
    },
  }
}

function refuse(
  { pattern, path }: Found,
  { ways }: Backtracking,
  { where, longest, site }: Place & { site: Pick<Site, 'strict' | 'log'> },
): void {
  const growth = ways(longest) === Infinity ? 'doubles with every character' : 'grows faster than the text'
  const message = `The pattern ${pattern} in ${where}${path === undefined || path.length === 0 ? '' : ` (${path.join('.')})`} can be made to run for minutes: its time ${growth}.`
  const fix = `Let no two repetitions of it take the same characters, or none inside of another${ways(longest) === Infinity ? '' : ', begin it with ^, or give the text a maximum length of at most 1,000'}.`
  if (site.strict) throw new BootError('contract-invalid', message, { fix })
  site.log.warn('slow pattern', { message, fix })
}

function isSlow({ ways }: Backtracking, length: number): boolean {
  const most = ways(length)
  return most > fewWays && most * length > mostSteps
}

const known = new Map<string, Backtracking>()

/** What is no pattern under the flag `u` is compiled without it by the libraries that allow it. */
function analysed(pattern: string): Backtracking {
  let backtracking = known.get(pattern)
  if (backtracking !== undefined) return backtracking
  try {
    backtracking = toBacktracking(pattern)
  } catch {
    backtracking = toBacktracking(pattern, '')
  }
  known.set(pattern, backtracking)
  return backtracking
}

function tooLong(value: unknown, { path, maxLength }: Bound, at: readonly (string | number)[] = []): Issue[] {
  const step = path[at.length]
  if (step === undefined) return typeof value === 'string' && value.length > maxLength * 2 ? [issueAt(at, 'too-long', { maxLength })] : []
  if (typeof value !== 'object' || value === null) return []
  if (step === '*') return Array.isArray(value) ? value.flatMap((item, i) => tooLong(item, { path, maxLength }, [...at, i])) : []
  return Object.hasOwn(value, step) ? tooLong((value as Record<string, unknown>)[step], { path, maxLength }, [...at, step]) : []
}

/** What keywords hold that is no schema. */
const values = new Set(['const', 'enum', 'default', 'examples'])

/** Every pattern of a schema; `outer` is the length that a text has to keep to reach it. */
function patternsOf(schema: unknown, path: readonly string[] | undefined = [], outer = Infinity): Found[] {
  if (!isSchema(schema) || typeof schema === 'boolean') return []
  const { pattern, patternProperties, properties, items, allOf, anyOf, maxLength, ...rest } = schema
  const longest = typeof maxLength === 'number' ? Math.min(outer, maxLength) : outer
  const isOptional = Array.isArray(anyOf) && anyOf.filter((one: JsonSchema) => one['type'] !== 'null').length === 1
  const each = (parts: unknown, to: (name: string) => readonly string[] | undefined): Found[] =>
    Object.entries(parts ?? {}).flatMap(([name, part]) => patternsOf(part, to(name)))
  return [
    ...(typeof pattern === 'string' ? [{ pattern, path, maxLength: longest }] : []),
    ...Object.keys(patternProperties ?? {}).map((name) => ({ pattern: name, path: undefined, maxLength: Infinity })),
    ...each(patternProperties, () => undefined),
    ...each(properties, (name) => path && [...path, name]),
    ...patternsOf(items, path && [...path, '*']),
    ...(Array.isArray(allOf) ? allOf.flatMap((part) => patternsOf(part, path, longest)) : []),
    ...(Array.isArray(anyOf) ? anyOf.flatMap((part) => patternsOf(part, isOptional ? path : undefined, longest)) : []),
    ...Object.entries(rest).flatMap(([keyword, part]) => (values.has(keyword) ? [] : inside(part))),
  ]
}

/** The schemas that a keyword holds, alone, in a list or by name. */
function inside(part: unknown): Found[] {
  if (typeof part !== 'object' || part === null) return []
  if (Array.isArray(part)) return part.flatMap((one) => patternsOf(one, undefined))
  return [...patternsOf(part, undefined), ...Object.values(part).flatMap((one) => (isSchema(one) ? patternsOf(one, undefined) : []))]
}
