/** A word without quotes, such as `gzip` or `*`. */
export interface Token {
  readonly kind: 'token'
  readonly value: string
}

/** A number written with a fraction, even a whole one: `1.0`. At most 12 digits before the point, 3 are kept after it. */
export interface Decimal {
  readonly kind: 'decimal'
  readonly value: number
}

/** A date: `@1798761600`. Not a `Date`, which cannot hold every date that a field can. */
export interface Timestamp {
  readonly kind: 'timestamp'
  /** Seconds since 1970, whole. */
  readonly value: number
}

/** Text beyond ASCII, for people. */
export interface DisplayString {
  readonly kind: 'display-string'
  readonly value: string
}

/** A JavaScript number is an Integer, a string a String, bytes a Byte Sequence. */
export type BareItem = number | string | boolean | Uint8Array | Token | Decimal | Timestamp | DisplayString
export type Parameters = ReadonlyMap<string, BareItem>

export interface Item {
  readonly value: BareItem
  readonly parameters: Parameters
}

export interface InnerList {
  readonly items: readonly Item[]
  readonly parameters: Parameters
}

export type List = readonly (Item | InnerList)[]
export type Dictionary = ReadonlyMap<string, Item | InnerList>

const none: Parameters = new Map()

export function token(value: string): Token {
  return { kind: 'token', value }
}

export function decimal(value: number): Decimal {
  return { kind: 'decimal', value }
}

export function timestamp(value: number): Timestamp {
  return { kind: 'timestamp', value }
}

export function displayString(value: string): DisplayString {
  return { kind: 'display-string', value }
}

/** `item('default', { q: 100, w: 60 })` is `"default";q=100;w=60`. */
export function item(value: BareItem, parameters?: Readonly<Record<string, BareItem>>): Item {
  return { value, parameters: parameters === undefined ? none : new Map(Object.entries(parameters)) }
}
