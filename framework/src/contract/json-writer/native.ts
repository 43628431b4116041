import type { Plan } from './plan.ts'

type ToText = (value: object | bigint) => string | undefined

/** What stands for a string of a format. Dates in UTC, to the millisecond (RFC 3339). */
const texts: Readonly<Record<string, ToText>> = {
  'date-time': (value) => (value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : undefined),
  date: (value) => (value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString().slice(0, 10) : undefined),
  int64: (value) => (typeof value === 'bigint' ? String(value) : undefined),
  uri: (value) => (value instanceof URL ? value.href : undefined),
  base64: (value) => (value instanceof Uint8Array ? toBase64(value) : undefined),
  base64url: (value) =>
    value instanceof Uint8Array ? toBase64(value).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '') : undefined,
}

/**
 * JavaScript's own types in the form that their schema declares: a Date where it says `date-time`, bytes where it says `base64`,
 * a bigint where it says `int64` or a safe integer, a Set where it says array, a Map where it says object. Anything else is given back as it is,
 * and refused by the schema: nothing ever becomes `{}`.
 */
export function toWire(plan: Plan, value: unknown): unknown {
  if (typeof value === 'bigint' && plan.kind === 'integer') return Number.isSafeInteger(Number(value)) ? Number(value) : value
  if ((typeof value !== 'object' && typeof value !== 'bigint') || value === null) return value
  if (plan.kind === 'string') return (plan.format !== undefined && texts[plan.format]?.(value)) || value
  if (plan.kind === 'array' && value instanceof Set) return [...value]
  if (plan.kind === 'object' && value instanceof Map) return Object.fromEntries(value)
  return value
}

/** What looks like an object without members to whoever only reads members. */
export function isNative(value: object): boolean {
  return value instanceof Date || value instanceof Map || value instanceof Set || ArrayBuffer.isView(value)
}

function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}
