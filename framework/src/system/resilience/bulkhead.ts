import type { Clock } from '../../std/clock.ts'
import type { BulkheadPolicy } from './policy.ts'

interface Waiter {
  admit(): void
}

/** So many at once and no more: what hangs behind it holds its own places, and nobody else's. */
export class Bulkhead {
  readonly #policy: Required<BulkheadPolicy>
  readonly #clock: Clock
  readonly #waiting = new Set<Waiter>()
  #inUse = 0

  constructor(policy: Required<BulkheadPolicy>, clock: Clock) {
    this.#policy = policy
    this.#clock = clock
  }

  get inUse(): number {
    return this.#inUse
  }

  get waiting(): number {
    return this.#waiting.size
  }

  /** Takes a place: at once, or after a wait. Resolves to false when there is none to be had; rejects with the reason of `signal`. */
  enter(signal: AbortSignal | undefined): boolean | Promise<boolean> {
    if (this.#inUse < this.#policy.concurrent) {
      this.#inUse++
      return true
    }
    return this.#waiting.size < this.#policy.queue && this.#wait(signal)
  }

  /** Gives a place back, to whoever has waited longest. */
  leave(): void {
    const [next] = this.#waiting
    if (next === undefined) this.#inUse--
    else next.admit()
  }

  #wait(signal: AbortSignal | undefined): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        disarm()
        signal?.removeEventListener('abort', onAbort)
        this.#waiting.delete(waiter)
      }
      const waiter = { admit: () => (settle(), resolve(true)) }
      // Whoever gives up leaves the queue at once: their place in it is worth something to others.
      const onAbort = (): void => (settle(), reject(signal?.reason as Error))
      const disarm = this.#clock.after(this.#policy.wait, () => (settle(), resolve(false)))
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#waiting.add(waiter)
    })
  }
}
