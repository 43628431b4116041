import type { IncomingMessage } from 'node:http'
import type { ServerHttp2Stream } from 'node:http2'
import { isStream } from '../http2.ts'
import type { ConnectionLimits } from './limits.ts'

/** How many bytes had come at some time. */
interface Mark {
  readonly at: number
  readonly bytes: number
}

// In the stream itself, and only in those that somebody had to look at: most are over before that.
const received = Symbol('bytes received')
type Counted = ServerHttp2Stream & { [received]?: number }

/** Who sends a body, and whether it comes fast enough. Nothing is counted before a body has lasted until the first look at it. */
export class BodyRate {
  readonly #limits: Pick<ConnectionLimits, 'bodyRate' | 'bodyWindow'>
  readonly #marks = new WeakMap<IncomingMessage, Mark>()

  constructor(limits: Pick<ConnectionLimits, 'bodyRate' | 'bodyWindow'>) {
    this.#limits = limits
  }

  /** Looks at a body that has not ended. Whether it came too slowly since the window began. */
  isTooSlow(request: IncomingMessage, now: number): boolean {
    if (!isWaitedFor(request)) {
      this.#marks.delete(request)
      return false
    }
    const { bodyRate, bodyWindow } = this.#limits
    const bytes = bytesOf(request)
    const mark = this.#marks.get(request)
    if (mark !== undefined && now - mark.at < bodyWindow) return false
    if (mark !== undefined && (bytes - mark.bytes) * 1000 < bodyRate * (now - mark.at)) return true
    this.#marks.set(request, { at: now, bytes })
    return false
  }
}

/** Whether somebody reads and has read all there is. Otherwise it is not the sender who is slow. */
function isWaitedFor(request: IncomingMessage): boolean {
  if (request.readableFlowing === null || request.readableLength > 0) return false
  return !isStream(request) || (request.stream.readableFlowing !== null && request.stream.readableLength === 0)
}

/** Of the connection, which carries one body at a time; of a stream its own, since others on its connection may be fast. */
function bytesOf(request: IncomingMessage): number {
  if (!isStream(request)) return request.socket.bytesRead
  const stream: Counted = request.stream
  if (stream[received] === undefined) {
    stream[received] = 0
    stream.on('data', count)
  }
  return stream[received]
}

function count(this: Counted, chunk: Uint8Array): void {
  this[received]! += chunk.length
}
