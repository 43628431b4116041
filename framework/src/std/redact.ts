import type { LogFields } from './log.ts'
import { standardRedaction, type Redaction } from './redaction.ts'
import { hidePersons, hideSecrets, isCard, mayHoldSecret } from './secret-values.ts'

const hidden = '[redacted]'
const longest = 4_096
const deepest = 8
const most = 500

/** The same object when all of it may be written as it is, which is the usual case and costs no allocation; a cleaned copy otherwise. */
export function redact(fields: LogFields, by: Redaction = standardRedaction): LogFields {
  try {
    for (const key in fields) {
      if (needsCare(key, fields[key], by)) return copyOf(fields, by)
    }
    return fields
  } catch {
    return copyOf(fields, by)
  }
}

/** One value on its own, as `redact` would write it. */
export function redactValue(value: unknown, by: Redaction = standardRedaction): unknown {
  return redact({ value }, by)['value']
}

/** Whether what has this name is never shown. */
export function isSecretName(name: string, by: Redaction = standardRedaction): boolean {
  const kind = by.kindOf(name)
  return kind === 'secret' || kind === 'personal'
}

function needsCare(key: string, value: unknown, by: Redaction): boolean {
  const kind = by.kindOf(key)
  if (kind !== 'plain') return kind !== 'trusted' || typeof value !== 'string' || value.length > longest
  if (typeof value === 'string') return value.length > longest || mayHoldSecret(value) || (by.persons && mayNamePerson(value))
  if (typeof value === 'number') return value > 1e12
  return value !== null && typeof value !== 'boolean' && value !== undefined
}

function mayNamePerson(text: string): boolean {
  return text.includes('@') || text.includes('+') || text.includes('%40')
}

interface Visit {
  by: Redaction
  depth: number
  /** Values that may still be written: what bounds a wide object as well as a circular one. */
  budget: { left: number }
}

function copyOf(fields: LogFields, by: Redaction): LogFields {
  const visit = { by, depth: 0, budget: { left: most } }
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(fields)) copy[by.kindOf(key) === 'reserved' ? `${key}_` : key] = member(key, { of: fields, visit })
  return copy
}

function member(key: string, { of, visit }: { of: object; visit: Visit }): unknown {
  try {
    const value: unknown = Reflect.get(of, key)
    if (isSecretName(key, visit.by) && value !== undefined && value !== null && typeof value !== 'boolean') return hidden
    return clean(value, visit)
  } catch {
    // A getter or a toJSON that throws must not turn a log line into a failed request.
    return '[unreadable]'
  }
}

function clean(value: unknown, visit: Visit): unknown {
  if (visit.budget.left-- <= 0) return '[cut]'
  if (typeof value === 'string') return cleanText(value, visit.by)
  if (typeof value === 'number') return value > 1e12 && isCard(String(value)) ? hidden : value
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (visit.depth >= deepest) return '[cut]'
  const below = { ...visit, depth: visit.depth + 1 }
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
    message: cleanText(error.message, visit.by),
    ...membersOf(error, visit),
    stack: cleanText(error.stack ?? '', visit.by),
    ...(error.cause === undefined ? {} : { cause: clean(error.cause, visit) }),
    ...(error instanceof AggregateError ? { errors: clean(error.errors, visit) } : {}),
  }
}

function cleanText(text: string, by: Redaction): string {
  // Cut afterwards, with something to spare: the half of a key would no longer look like one.
  const read = text.length > 2 * longest ? text.slice(0, 2 * longest) : text
  const shown = by.persons ? hidePersons(hideSecrets(read)) : hideSecrets(read)
  return text.length > longest ? `${shown.slice(0, longest)}… (${text.length} characters)` : shown
}
