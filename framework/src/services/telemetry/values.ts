// How OTLP writes values in JSON: 64-bit integers as strings, enums as numbers, ids in hexadecimal, and values with their types.

export type AnyValue =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: string }
  | { readonly doubleValue: number | string }
  | { readonly arrayValue: { readonly values: readonly AnyValue[] } }
  | { readonly kvlistValue: { readonly values: readonly KeyValue[] } }

export interface KeyValue {
  readonly key: string
  readonly value: AnyValue
}

const deepest = 6

export function toAnyValue(value: unknown, depth = 0): AnyValue {
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number') return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: toDouble(value) }
  if (typeof value === 'bigint') return { intValue: BigInt.asIntN(64, value).toString() }
  if (typeof value === 'string') return { stringValue: value }
  if (depth >= deepest || typeof value !== 'object' || value === null) return { stringValue: String(value) }
  if (Array.isArray(value)) return { arrayValue: { values: value.map((one) => toAnyValue(one, depth + 1)) } }
  return { kvlistValue: { values: Object.entries(value).map(([key, one]) => ({ key, value: toAnyValue(one, depth + 1) })) } }
}

/** What is undefined is left out. */
export function toAttributes(values: Readonly<Record<string, unknown>>): KeyValue[] {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ key, value: toAnyValue(value) }))
}

/** Of numbers that JSON does not have, the names that protobuf gives them. */
export function toDouble(value: number): number | string {
  if (Number.isFinite(value)) return value
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'
}

/** Nanoseconds since 1970, of milliseconds with fractions. */
export function toNanos(ms: number): string {
  const whole = Math.floor(ms)
  return String(BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6)))
}
