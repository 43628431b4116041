import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import { RequestTimeout } from '../../contract/problems.ts'
import type { Clock } from '../../std/clock.ts'
import { isStream, type StreamRequest } from '../http2.ts'
import { BodyRate } from './body-rate.ts'
import { Idle, type Rest } from './idle.ts'
import type { ConnectionLimits } from './limits.ts'
import { Sessions } from './sessions.ts'
import { endConnection } from './strict.ts'

/** What is known of a connection that HTTP/1.1 is spoken on. */
interface Place extends Rest {
  /** The request that came last, until all of it is here. */
  latest: IncomingMessage | undefined
  /** Whether there ever was one. */
  asked: boolean
}

// In the socket itself, where a map of ten thousand idle connections would cost more than they do; from the beginning, because each shape
// of socket that `node:http` meets makes all that it does with sockets slower.
const place = Symbol('place')
/** Of `node:http`: the response that is being written, null between two. */
type Timed = ServerResponse & { _keepAliveTimeout: number }
type Tracked = Socket & { [place]: Place; readonly _httpMessage?: ServerResponse | null }

/** Answers a request that is under way with a problem. False when it was answered already. */
export type Refuse = (request: IncomingMessage, problem: Error) => boolean

/** All open connections: how many there are, of whom, and who is too slow with a body. */
export class Connections {
  readonly #limits: ConnectionLimits
  readonly #clock: Clock
  readonly #refuse: Refuse
  readonly #sockets = new Set<Socket>()
  readonly #sessions: Sessions
  /** What HTTP/1.1 is spoken on: the connection itself, or the TLS end of it. */
  readonly #heard = new Set<Tracked>()
  readonly #streams = new Set<IncomingMessage>()
  readonly #bodies: BodyRate
  readonly #idle: Idle
  readonly #perIp = new Map<string, number>()
  #cancel: (() => void) | undefined

  constructor(limits: ConnectionLimits, clock: Clock, refuse: Refuse) {
    this.#refuse = refuse
    this.#limits = limits
    this.#clock = clock
    this.#sessions = new Sessions(limits, clock)
    this.#bodies = new BodyRate(limits)
    this.#idle = new Idle(limits)
  }

  /** Whether there is room for one more, which is then counted. */
  admit(socket: Socket): boolean {
    const { connections, connectionsPerIp } = this.#limits
    const ip = connectionsPerIp === 0 ? '' : (socket.remoteAddress ?? '')
    const ofIp = connectionsPerIp === 0 ? 0 : (this.#perIp.get(ip) ?? 0)
    if ((connections > 0 && this.#sockets.size >= connections) || (ofIp > 0 && ofIp >= connectionsPerIp)) return false
    this.#sockets.add(socket)
    if (connectionsPerIp > 0) this.#perIp.set(ip, ofIp + 1)
    socket.once('close', () => this.#forget(socket, ip))
    return true
  }

  /** HTTP/1.1 will be spoken on this one, which was admitted before or stands on one that was. */
  hear(socket: Socket): void {
    const tracked = Object.assign(socket, { [place]: { latest: undefined, asked: false, at: 0, bytes: 0 } })
    this.#heard.add(tracked)
    socket.once('close', () => this.#heard.delete(tracked))
  }

  admitSession(session: ServerHttp2Session): void {
    this.#sessions.admit(session)
  }

  /** Remembers the request as its connection's latest: nothing is looked at before the next sweep. False for a connection that was not admitted. */
  receive(request: IncomingMessage, response: ServerResponse): boolean {
    if (isStream(request)) {
      this.#receiveStream(request)
      return true
    }
    const { [place]: known } = request.socket as Partial<Tracked>
    if (known === undefined) return false
    known.latest = request
    known.asked = true
    // What the answer says of it; that it is held to is our own affair (`idle.ts`).
    ;(response as Timed)._keepAliveTimeout = this.#limits.keepAliveTimeout
    return true
  }

  #receiveStream(request: StreamRequest): void {
    this.#sessions.receive(request)
    if (!request.stream.endAfterHeaders) this.#streams.add(request)
  }

  /** Makes this request's answer the last of its connection. */
  endAfter(request: IncomingMessage, response: ServerResponse): void {
    if (!isStream(request)) endConnection(request, response)
    else request.stream.session?.close()
  }

  start(): void {
    this.#cancel = this.#clock.after(this.#limits.checkInterval, () => {
      this.start()
      this.#sweep(this.#clock.monotonic())
    })
  }

  stop(): void {
    this.#cancel?.()
  }

  /**
   * Makes every answer under way the last of its connection, as far as it can still say so, and says GOAWAY to whoever speaks HTTP/2: what is
   * under way is finished, what was sent before that is read is refused unseen, which clients repeat elsewhere (RFC 9113, 8.7).
   */
  drain(): void {
    for (const socket of this.#heard) {
      const { _httpMessage: current, [place]: known } = socket
      // With another request behind it, that one's answer says it.
      if (current && !current.headersSent && (known.latest === undefined || known.latest === current.req))
        endConnection(current.req, current)
    }
    this.#sessions.drain()
  }

  /** Ends what nobody has ever asked anything on. */
  endUnused(): void {
    for (const socket of this.#heard) if (!socket[place].asked) socket.destroy()
  }

  destroyAll(): void {
    this.#sessions.destroyAll()
    for (const socket of this.#sockets) socket.destroy()
  }

  #forget(socket: Socket, ip: string): void {
    this.#sockets.delete(socket)
    const ofIp = this.#perIp.get(ip)
    if (ofIp === undefined) return
    if (ofIp === 1) this.#perIp.delete(ip)
    else this.#perIp.set(ip, ofIp - 1)
  }

  #sweep(now: number): void {
    for (const socket of this.#heard) {
      const { [place]: known } = socket
      if (known.latest !== undefined || isAnswering(socket)) this.#idle.busy(known, socket)
      // Before its first request it is not idle but late: headersTimeout is for that.
      else if (known.asked && this.#idle.isOver(known, socket)) socket.destroy()
      if (known.latest !== undefined && this.#isDone(known.latest, now)) known.latest = undefined
    }
    for (const request of this.#streams) if (this.#isDone(request, now)) this.#streams.delete(request)
    this.#sessions.sweep(now)
  }

  /** Whether nothing more is to come of this body: it is complete, or was given up. */
  #isDone(request: IncomingMessage, now: number): boolean {
    if (request.complete || request.destroyed) return true
    if (!this.#bodies.isTooSlow(request, now)) return false
    this.#giveUp(request)
    return true
  }

  #giveUp(request: IncomingMessage): void {
    if (this.#refuse(request, RequestTimeout())) return
    if (isStream(request)) request.stream.close()
    else request.socket.destroy()
  }
}

function isAnswering({ _httpMessage: current }: Tracked): boolean {
  return current !== undefined && current !== null
}
