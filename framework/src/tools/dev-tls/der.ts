/** DER (X.690): a tag, a length, a value. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(parts)
  return Buffer.concat([Uint8Array.of(tag), lengthOf(value.length), value])
}

export const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts)
export const set = (...parts: readonly Uint8Array[]) => der(0x31, ...parts)
export const octets = (value: Uint8Array) => der(0x04, value)
export const bits = (value: Uint8Array, unused = 0) => der(0x03, Uint8Array.of(unused), value)
export const utf8 = (text: string) => der(0x0c, Buffer.from(text))
export const truth = () => der(0x01, Uint8Array.of(0xff))
/** A context-specific constructed value, as `EXPLICIT [n]` asks for. */
export const explicit = (n: number, ...parts: readonly Uint8Array[]) => der(0xa0 + n, ...parts)

/** Positive: a leading zero byte keeps the sign bit clear. */
export function integer(value: Uint8Array): Buffer {
  return der(0x02, value[0]! > 0x7f ? Uint8Array.of(0, ...value) : value)
}

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return der(0x06, Uint8Array.from([first * 40 + second, ...rest.flatMap(base128)]))
}

/** Two-digit years until 2049, as RFC 5280 (4.1.2.5) wants. */
export function time(date: Date): Buffer {
  const digits = date.toISOString().replaceAll(/[-:T]|\.\d+/g, '')
  return date.getUTCFullYear() < 2050 ? der(0x17, Buffer.from(digits.slice(2))) : der(0x18, Buffer.from(digits))
}

function base128(value: number): number[] {
  const digits = [value & 0x7f]
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) digits.unshift((rest & 0x7f) | 0x80)
  return digits
}

function lengthOf(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length)
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff)
  return Uint8Array.of(0x80 | bytes.length, ...bytes)
}
