import { systemClock, type Clock } from '../../std/clock.ts'
import type { GcPause } from '../../std/gc-pauses.ts'
import type { Operation } from '../../std/operation.ts'
import type { Ended, Keep, Recording } from '../../std/recording.ts'
import type { Redaction } from '../../std/redaction.ts'
import { Pauses } from './pauses.ts'
import { SlowestShare } from './quantile.ts'
import { Ring } from './ring.ts'

export interface RecorderOptions {
  /** The share of ordinary operations that are kept, between 0 and 1: all of them in development, few in production. Default 0.01. */
  share?: number
  /**
   * The most of that share in a second, unless the share is all. Under load more would only push each other out of memory, and a detailed
   * record costs more than a small request. Default 10.
   */
  sharePerSecond?: number
  /** How many operations are held in memory. Default 1,000. */
  capacity?: number
  /** Milliseconds below which nothing is kept for being slow. Default 20. */
  slowAfter?: number
  /** Whether requests' and answers' bodies may be kept. Default false. */
  bodies?: boolean
  /** What is hidden in what is kept. Default: secrets, by name and by how they look. */
  redaction?: Redaction
  /** Whether a caller's request is kept because of the headers that it sent, given as name, value, name, value. Default: never. */
  isAsked?: (headers: readonly string[]) => boolean
  /** Between 0 and 1. */
  random?: () => number
  clock?: Clock
}

/** Told of every operation that was kept. */
export type Listener = (operation: Operation) => void

const mostNames = 2_000

/**
 * Keeps what is worth looking at: every failure, the slowest hundredth of each route, what somebody asked for, and a share of the rest.
 * The choice is made when an operation is over; what is not kept costs next to nothing.
 *
 * ```ts
 * import { recorder } from 'throughline/trace'
 *
 * const kept = recorder({ share: 1 })
 * const stop = kept.listen((operation) => console.log(operation.name, operation.ms))
 * stop()
 * ```
 */
export function recorder(options: RecorderOptions = {}): Recorder {
  return new Recorder(options)
}

export class Recorder implements Recording {
  readonly bodies: boolean
  readonly redaction: Redaction | undefined
  readonly isAsked: (headers: readonly string[]) => boolean
  /** How many operations may be held. */
  readonly capacity: number
  readonly #share: number
  readonly #slowAfter: number
  readonly #sharePerSecond: number
  readonly #random: () => number
  readonly #clock: Clock
  readonly #ring: Ring
  readonly #pauses = new Pauses()
  /** When the second began in which so many of the share were drawn. */
  #second = -Infinity
  #drawn = 0
  readonly #slowest = new Map<string, SlowestShare>()
  readonly #listeners = new Set<Listener>()

  constructor({
    share = 0.01,
    sharePerSecond = 10,
    capacity = 1_000,
    slowAfter = 20,
    bodies = false,
    redaction,
    isAsked = () => false,
    random = Math.random,
    clock = systemClock,
  }: RecorderOptions) {
    this.#share = share
    this.#sharePerSecond = sharePerSecond
    this.#slowAfter = slowAfter
    this.#random = random
    this.#clock = clock
    this.#ring = new Ring(capacity)
    this.capacity = capacity
    this.bodies = bodies
    this.redaction = redaction
    this.isAsked = isAsked
  }

  detail(now: number): boolean {
    if (this.#share >= 1) return true
    if (this.#random() >= this.#share) return false
    if (now - this.#second >= 1_000) {
      this.#second = now
      this.#drawn = 0
    }
    return this.#drawn++ < this.#sharePerSecond
  }

  keeper(name: string): (ended: Ended) => Keep {
    const slowest = this.#slowestOf(name)
    return ({ ms, failed, asked, detailed }) => {
      const slow = slowest?.isBeyond(ms) === true && ms >= this.#slowAfter
      if (failed) return 'error'
      if (asked) return 'asked'
      if (slow) return 'slow'
      return detailed ? 'share' : undefined
    }
  }

  add(operation: Operation, began: number = this.#clock.monotonic() - operation.ms): void {
    this.#pauses.ended(operation, began)
    this.#ring.add(operation)
    for (const listener of this.#listeners) listener(operation)
  }

  /** Operations of an earlier process, oldest first. Listeners are not told. */
  restore(operations: readonly Operation[]): void {
    for (const operation of operations) this.#ring.add(operation)
  }

  /** A pause of the garbage collection: a span of whatever it held up. */
  pause(pause: GcPause): void {
    this.#pauses.add(pause)
  }

  /** Called with each operation that is kept from now on, until the returned function is called. It must not throw. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Newest first. */
  newest(): Iterable<Operation> {
    return this.#ring.newest()
  }

  /** Everything of one trace, by its id or by that of one of its requests or jobs; empty when none of it is held. */
  find(id: string): readonly Operation[] {
    return this.#ring.find(id)
  }

  /** How many operations are held. */
  get size(): number {
    return this.#ring.size
  }

  #slowestOf(name: string): SlowestShare | undefined {
    let share = this.#slowest.get(name)
    // Names come from code: routes and jobs. Should somebody make them up at run time, the map must not grow with those.
    if (share === undefined && this.#slowest.size < mostNames) this.#slowest.set(name, (share = new SlowestShare()))
    return share
  }
}
