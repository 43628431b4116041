const hidden = '[redacted]'

/**
 * A value that never prints: not in logs, JSON, templates, errors or `util.inspect`.
 *
 * Only `reveal()` gives it back, so a search for that word finds every use.
 */
export class Secret<Value = string> {
  readonly #value: Value

  constructor(value: Value) {
    this.#value = value
  }

  reveal(): Value {
    return this.#value
  }

  toString(): string {
    return hidden
  }

  toJSON(): string {
    return hidden
  }

  [Symbol.toPrimitive](): string {
    return hidden
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return hidden
  }
}
