import { BootError } from '../../std/errors.ts'

/** A request as it goes out: names as the user wrote them, without `Host`. */
export interface Outgoing {
  readonly url: URL
  readonly method: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer | undefined
}

export interface Answer {
  readonly status: number
  /** `1.1`, `2` */
  readonly httpVersion: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Statuses that came before: 100, 103. */
  readonly interim: readonly number[]
  /** Of the body, as they came. */
  readonly bytes: number
  /** The first megabytes of it. */
  readonly body: Buffer
}

/** Told when it happens; the first byte may come before everything is sent. */
export interface Observer {
  sent(): void
  firstByte(): void
  readonly signal: AbortSignal
}

/** A connection that takes one request after the other. */
export interface Connection {
  /** Whether another request can be sent. */
  readonly isAlive: boolean
  /** Throws `BootError('answer-broken')`, or the reason of the signal. */
  send(request: Outgoing, observer: Observer): Promise<Answer>
  close(): void
}

/** How much of a body is kept; the rest is counted only. */
const kept = 4 << 20

/** Counts a body and keeps its beginning. */
export class Collector {
  readonly #chunks: Buffer[] = []
  #kept = 0
  bytes = 0

  add(chunk: Buffer): void {
    this.bytes += chunk.length
    if (this.#kept >= kept) return
    this.#chunks.push(chunk)
    this.#kept += chunk.length
  }

  body(): Buffer {
    return Buffer.concat(this.#chunks)
  }
}

/** The error for an answer that did not come to its end: `promised` bytes if the server said how many. */
export function broken(bytes: number | undefined, promised: string | undefined, cause: unknown): BootError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const message =
    bytes === undefined
      ? `The connection ended before the answer: ${reason}.`
      : `The answer broke off after ${bytes} ${promised === undefined ? '' : `of ${promised} `}bytes: ${reason}.`
  return new BootError('answer-broken', message, { cause })
}
