import type { Clock } from '../../std/clock.ts'
import type { Spans } from '../../std/spans.ts'
import type { Session } from './session.ts'

export interface Borrower {
  readonly route?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** See `Holder.borrowed`. */
  readonly borrowed?: Error | undefined
  /** Where its statements are recorded, and below which span. */
  readonly spans?: Spans | undefined
  readonly span?: number | undefined
}

export interface Waiter extends Borrower {
  readonly since: number
  resolve(session: Session): void
  reject(reason: unknown): void
}

interface LineNeeds {
  readonly clock: Clock
  /** Milliseconds until somebody has waited long enough. */
  readonly patience: number
  /** What they are told then. */
  readonly whyNone: () => Error
  /** Somebody came or went. */
  readonly onChange: () => void
}

/** Callers who wait for a connection: first come, first served. */
export class WaitingLine {
  readonly #needs: LineNeeds
  readonly #all = new Set<Waiter>()

  constructor(needs: LineNeeds) {
    this.#needs = needs
  }

  get size(): number {
    return this.#all.size
  }

  get first(): Waiter | undefined {
    const [waiter] = this.#all
    return waiter
  }

  /** Rejects with what `whyNone` says, or the reason of `signal`. */
  join(borrower: Borrower): Promise<Session> {
    const { clock, patience, whyNone, onChange } = this.#needs
    const span = borrower.spans?.begin('pool', 'wait for a connection', borrower.span)
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        borrower.spans?.end(span)
        disarm()
        borrower.signal?.removeEventListener('abort', onAbort)
        this.#all.delete(waiter)
        onChange()
      }
      const waiter: Waiter = {
        ...borrower,
        since: clock.monotonic(),
        resolve: (session) => (settle(), resolve(session)),
        reject: (reason) => (settle(), reject(reason as Error)),
      }
      const onAbort = (): void => waiter.reject(borrower.signal?.reason)
      borrower.signal?.addEventListener('abort', onAbort, { once: true })
      const disarm = clock.after(patience, () => waiter.reject(whyNone()))
      this.#all.add(waiter)
      onChange()
    })
  }

  /** Each with an error of its own. */
  rejectAll(toReason: () => Error): void {
    for (const waiter of this.#all) waiter.reject(toReason())
  }
}
