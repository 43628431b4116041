import type { ServerHttp2Session } from 'node:http2'
import type { Clock } from '../../std/clock.ts'
import type { StreamRequest } from '../http2.ts'
import type { ConnectionLimits } from './limits.ts'

interface Spoken {
  /** Streams under way. */
  open: number
  /** Bytes of its connection when it was last known what they were for. */
  bytes: number
  /** Since when bytes have come that became no request. */
  since: number
  /** In how many looks; Infinity until the first request, which has to come in time whatever else does. */
  looks: number
  readonly onEnd: () => void
}

/** One WINDOW_UPDATE or two after the last answer are usual; who goes on like that is writing a header section. */
const unexplained = 2

/**
 * HTTP/2 connections, and which of them send a header section a byte at a time. `node:http2` shows a request when its headers are
 * complete and nothing before, so it is told by what comes in while no stream is open: bytes, and neither a request nor a ping.
 */
export class Sessions {
  readonly #limits: Pick<ConnectionLimits, 'headersTimeout'>
  readonly #clock: Clock
  readonly #all = new Map<ServerHttp2Session, Spoken>()

  constructor(limits: Pick<ConnectionLimits, 'headersTimeout'>, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  admit(session: ServerHttp2Session): void {
    const spoken: Spoken = {
      open: 0,
      bytes: 0,
      since: this.#clock.monotonic(),
      looks: Infinity,
      onEnd: () => {
        spoken.open--
        explain(session, spoken)
      },
    }
    this.#all.set(session, spoken)
    session.on('ping', () => {
      if (spoken.looks !== Infinity) explain(session, spoken)
    })
    session.once('close', () => this.#all.delete(session))
  }

  receive({ stream }: StreamRequest): void {
    const spoken = stream.session && this.#all.get(stream.session)
    if (spoken === undefined) return
    spoken.open++
    stream.once('close', spoken.onEnd)
  }

  sweep(now: number): void {
    for (const [session, spoken] of this.#all) {
      if (spoken.open > 0 || session.destroyed) continue
      const { bytesRead } = session.socket
      if (bytesRead !== spoken.bytes) {
        spoken.bytes = bytesRead
        if (spoken.looks++ === 0) spoken.since = now
      }
      if (spoken.looks > unexplained && now - spoken.since > this.#limits.headersTimeout) session.destroy()
    }
  }

  /** Says GOAWAY: streams under way are finished, new ones go to another connection. */
  drain(): void {
    for (const session of this.#all.keys()) session.close()
  }

  destroyAll(): void {
    for (const session of this.#all.keys()) session.destroy()
  }
}

function explain(session: ServerHttp2Session, spoken: Spoken): void {
  if (session.destroyed) return
  spoken.bytes = session.socket.bytesRead
  spoken.looks = 0
}
