import type { LogFields } from './log.ts'
import { maskUrls } from './mask-urls.ts'

const hidden = '[redacted]'
const secretPart = /passw|passphrase|secret|token|authorization|cookie|apikey|privatekey|credential|sessionid|debuggrant/
const secretWords = new Set(['jwt', 'otp', 'pin', 'cvv', 'cvc', 'ssn'])
// A field of the same name would come after pino's own and replace it for every reader of the line.
const reserved = new Set(['time', 'level', 'msg'])
const longest = 4_096
const deepest = 8
const most = 500

type KeyKind = 'plain' | 'secret' | 'reserved'
const kinds = new Map<string, KeyKind>()

/** The same object when all of it may be written as it is, which is the usual case and costs no allocation; a cleaned copy otherwise. */
export function redact(fields: LogFields): LogFields {
  try {
    for (const key in fields) {
      if (needsCare(key, fields[key])) return copyOf(fields)
    }
    return fields
  } catch {
    return copyOf(fields)
  }
}

function needsCare(key: string, value: unknown): boolean {
  if (kindOf(key) !== 'plain') return true
  if (typeof value === 'string') return value.length > longest || value.includes('://')
  return value !== null && typeof value !== 'number' && typeof value !== 'boolean' && value !== undefined
}

function kindOf(key: string): KeyKind {
  let kind = kinds.get(key)
  if (kind === undefined) {
    const bare = key.toLowerCase().replace(/[-_]/g, '')
    kind = reserved.has(key) ? 'reserved' : secretPart.test(bare) || secretWords.has(bare) ? 'secret' : 'plain'
    // Keys come from code, but a spread of somebody's JSON brings any: the cache must not grow with those.
    if (kinds.size < 1_000) kinds.set(key, kind)
  }
  return kind
}

/** Whether what has this name is never shown. */
export function isSecretName(name: string): boolean {
  return kindOf(name) === 'secret'
}

interface Visit {
  depth: number
  /** Values that may still be written: what bounds a wide object as well as a circular one. */
  budget: { left: number }
}

function copyOf(fields: LogFields): LogFields {
  const visit = { depth: 0, budget: { left: most } }
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(fields)) copy[kindOf(key) === 'reserved' ? `${key}_` : key] = member(key, { of: fields, visit })
  return copy
}

function member(key: string, { of, visit }: { of: object; visit: Visit }): unknown {
  try {
    const value: unknown = Reflect.get(of, key)
    if (kindOf(key) === 'secret' && value !== undefined && value !== null && typeof value !== 'boolean') return hidden
    return clean(value, visit)
  } catch {
    // A getter or a toJSON that throws must not turn a log line into a failed request.
    return '[unreadable]'
  }
}

function clean(value: unknown, visit: Visit): unknown {
  if (visit.budget.left-- <= 0) return '[cut]'
  if (typeof value === 'string') return cleanText(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (visit.depth >= deepest) return '[cut]'
  const below = { depth: visit.depth + 1, budget: visit.budget }
  if (value instanceof Error) return errorOf(value, below)
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if ('toJSON' in value && typeof value.toJSON === 'function') return clean(value.toJSON(), below)
  if (Array.isArray(value)) return value.slice(0, 100).map((item: unknown) => clean(item, below))
  if (value instanceof Map || value instanceof Set) return clean([...value].slice(0, 100), below)
  return membersOf(value, below)
}

function membersOf(value: object, visit: Visit): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(value)
      .slice(0, 100)
      .map((key) => [key, member(key, { of: value, visit })]),
  )
}

function errorOf(error: Error, visit: Visit): Record<string, unknown> {
  return {
    type: error.constructor.name,
    message: cleanText(error.message),
    ...membersOf(error, visit),
    stack: cleanText(error.stack ?? ''),
    ...(error.cause === undefined ? {} : { cause: clean(error.cause, visit) }),
    ...(error instanceof AggregateError ? { errors: clean(error.errors, visit) } : {}),
  }
}

function cleanText(text: string): string {
  return maskUrls(text.length > longest ? `${text.slice(0, longest)}… (${text.length} characters)` : text)
}
