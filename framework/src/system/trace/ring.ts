import type { Operation } from '../../std/operation.ts'

/** The last operations that were kept, found by their own id or by their trace's. */
export class Ring {
  readonly #slots: (Operation | undefined)[]
  readonly #byId = new Map<string, Operation>()
  readonly #byTrace = new Map<string, Operation[]>()
  #next = 0

  constructor(capacity: number) {
    this.#slots = Array.from({ length: capacity })
  }

  add(operation: Operation): void {
    const slot = this.#next++ % this.#slots.length
    const oldest = this.#slots[slot]
    if (oldest !== undefined) this.#forget(oldest)
    this.#slots[slot] = operation
    this.#byId.set(operation.id, operation)
    const others = this.#byTrace.get(operation.traceId)
    if (others === undefined) this.#byTrace.set(operation.traceId, [operation])
    else others.push(operation)
  }

  /** Newest first. */
  *newest(): Generator<Operation> {
    const { length } = this.#slots
    for (let back = 1; back <= length; back++) {
      const operation = this.#slots[(this.#next - back + length * 2) % length]
      if (operation === undefined) return
      yield operation
    }
  }

  /** Everything of one trace, in the order in which it ended; by the id of a trace, a request or a job. */
  find(id: string): readonly Operation[] {
    return this.#byTrace.get(this.#byId.get(id)?.traceId ?? id) ?? []
  }

  get size(): number {
    return Math.min(this.#next, this.#slots.length)
  }

  #forget(operation: Operation): void {
    // Callers choose request ids: a newer request may have the same one.
    if (this.#byId.get(operation.id) === operation) this.#byId.delete(operation.id)
    const others = this.#byTrace.get(operation.traceId)
    others?.splice(others.indexOf(operation), 1)
    if (others?.length === 0) this.#byTrace.delete(operation.traceId)
  }
}
