import type { GcPause } from '../../std/gc-pauses.ts'
import type { Operation, Span } from '../../std/operation.ts'

const mostPauses = 256
const mostEnded = 64

interface Ended {
  readonly operation: Operation
  /** When it began, by the monotonic clock. */
  readonly start: number
}

/**
 * Joins pauses of the garbage collection with the operations that they held up. A pause is known some turns of the event loop after it was,
 * which is after many an operation has ended: so both the last pauses and the last operations are at hand.
 */
export class Pauses {
  readonly #pauses: GcPause[] = []
  readonly #ended: Ended[] = []

  add(pause: GcPause): void {
    remember(this.#pauses, pause, mostPauses)
    for (const ended of this.#ended) join(ended, pause)
  }

  /** An operation that is over; its spans may get more. */
  ended(operation: Operation, start: number): void {
    const ended = { operation, start }
    remember(this.#ended, ended, mostEnded)
    for (const pause of this.#pauses) join(ended, pause)
  }
}

function remember<Item>(list: Item[], item: Item, most: number): void {
  list.push(item)
  if (list.length > most) list.shift()
}

function join({ operation, start }: Ended, { kind, start: paused, ms }: GcPause): void {
  const from = Math.max(0, paused - start)
  const to = Math.min(operation.ms, paused + ms - start)
  if (to <= from) return
  const span: Span = { name: `garbage collection (${kind})`, kind: 'gc', parent: -1, start: from, end: to }
  // Nobody has a copy of it yet: what is written or sent on is made later.
  ;(operation.spans as Span[]).push(span)
}
