/** What was read, and the version to name when it is changed. */
export interface Versioned<Value> {
  readonly value: Value
  readonly version: number
}

/** A change that must find what its caller has seen. */
export interface Change<Details> {
  /** What to make of the current state. */
  readonly to: (current: Details) => Details | Promise<Details>
  readonly unchanged: Unchanged
}

/** Throws when the caller has seen another version than the current one. */
export type Unchanged = (current: { readonly version: number }) => void
