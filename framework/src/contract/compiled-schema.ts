/** One thing that is wrong with a value. */
export interface Issue {
  /** Dotted, for people: `lines.0.quantity`; empty for the whole value. */
  readonly field: string
  /** RFC 6901, for programs: `/lines/0/quantity`. */
  readonly pointer: string
  /** Stable and documented, whatever library found it: an `IssueCode`, or the type of the problem that points here. */
  readonly code: string
  /** A sentence in English. It never repeats the value, which may be a secret. */
  readonly message: string
  /** What the rule asks, for example `{ minimum: 1 }`. */
  readonly params?: Readonly<Record<string, unknown>>
}

export type IssueCode =
  | 'required'
  | 'invalid-type'
  | 'too-small'
  | 'too-big'
  | 'too-short'
  | 'too-long'
  | 'not-multiple-of'
  | 'invalid-format'
  | 'not-one-of'
  | 'no-match'
  | 'unknown-member'
  | 'duplicate'
  | 'invalid'

export type Verdict<Output> = { readonly issues?: undefined; readonly value: Output } | { readonly issues: readonly Issue[] }

/** A schema made ready at boot: checks, converts and describes without looking at the library it came from. */
export interface CompiledSchema<Output = unknown> {
  /** Every breach at once, at most 100. Asynchronous only when the schema is. */
  parse(value: unknown): Verdict<Output> | Promise<Verdict<Output>>
  /** JSON Schema 2020-12 of what is accepted. */
  readonly input: JsonSchema
  /** JSON Schema 2020-12 of what `parse` gives. */
  readonly output: JsonSchema
}

export type JsonSchema = { readonly [keyword: string]: unknown }
