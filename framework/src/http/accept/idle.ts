import type { Socket } from 'node:net'
import { systemClock } from '../../std/clock.ts'

/** When a connection was last seen at work, and how much had come on it by then. */
export interface Rest {
  at: number
  bytes: number
}

/**
 * Which connections idle for too long, in real time: clients count by theirs. Looked at in the sweep of all connections, because a timer
 * that is set behind every answer and cleared before every request is a fiftieth of what a small request costs.
 *
 * A connection is never ended before its time, and at most three sweeps after it.
 */
export class Idle {
  /** Milliseconds; 0 is for ever. */
  readonly #most: number
  readonly #late: number

  constructor({ keepAliveTimeout, checkInterval }: { keepAliveTimeout: number; checkInterval: number }) {
    this.#most = keepAliveTimeout
    // It came to rest at any time since the sweep before.
    this.#late = checkInterval
  }

  /** It is at work. */
  busy(rest: Rest, { bytesRead }: Socket): void {
    rest.at = systemClock.monotonic()
    rest.bytes = bytesRead
  }

  /** It is not at work. Whether it has been so for too long: with the head of a request half here, it is not. */
  isOver(rest: Rest, socket: Socket): boolean {
    if (this.#most === 0 || systemClock.monotonic() - rest.at < this.#most + this.#late) return false
    if (socket.bytesRead === rest.bytes) return true
    this.busy(rest, socket)
    return false
  }
}
