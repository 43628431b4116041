/**
 * The 99th percentile of a stream, in two numbers: it climbs a step at every value above and sinks a ninety-ninth of one at every value below
 * (frugal streaming). It follows changes within some hundred values, and is never exact.
 */
export class SlowestShare {
  #estimate = 0
  #count = 0

  /** Whether `value` is among the slowest hundredth of what came before it. The first hundred only teach. */
  isBeyond(value: number): boolean {
    const beyond = this.#count >= 100 && value > this.#estimate
    const step = Math.max(this.#estimate * 0.05, 0.01)
    // Quickly at first: a route's first requests are its slowest.
    if (value > this.#estimate) this.#estimate += this.#count < 100 ? value - this.#estimate : step * 0.99
    else this.#estimate -= step * 0.01
    this.#count++
    return beyond
  }

  get estimate(): number {
    return this.#estimate
  }
}
