import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import { RequestTimeout } from '../../contract/problems.ts'
import type { Clock } from '../../std/clock.ts'
import { isStream, type StreamRequest } from '../http2.ts'
import { BodyRate } from './body-rate.ts'
import type { ConnectionLimits } from './limits.ts'
import { Sessions } from './sessions.ts'
import { endConnection } from './strict.ts'

// In the socket itself: a map of ten thousand idle connections would cost more than they do.
const latest = Symbol('latest request')
/** Of `node:http`: the response that is being written, null between two. */
type Tracked = Socket & { [latest]?: IncomingMessage | undefined; readonly _httpMessage?: ServerResponse | null }

/** Answers a request that is under way with a problem. False when it was answered already. */
export type Refuse = (request: IncomingMessage, problem: Error) => boolean

/** All open connections: how many there are, of whom, and who is too slow with a body. */
export class Connections {
  readonly #limits: ConnectionLimits
  readonly #clock: Clock
  readonly #refuse: Refuse
  readonly #sockets = new Set<Tracked>()
  readonly #sessions: Sessions
  /** What HTTP/1.1 is spoken on: the connection itself, or the TLS end of it. */
  readonly #heard = new Set<Tracked>()
  readonly #streams = new Set<IncomingMessage>()
  readonly #bodies: BodyRate
  readonly #perIp = new Map<string, number>()
  #cancel: (() => void) | undefined

  constructor(limits: ConnectionLimits, clock: Clock, refuse: Refuse) {
    this.#refuse = refuse
    this.#limits = limits
    this.#clock = clock
    this.#sessions = new Sessions(limits, clock)
    this.#bodies = new BodyRate(limits)
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
    this.#heard.add(socket)
    socket.once('close', () => this.#heard.delete(socket))
  }

  admitSession(session: ServerHttp2Session): void {
    this.#sessions.admit(session)
  }

  /** Remembers the request as its connection's latest: nothing is looked at before the next sweep. */
  receive(request: IncomingMessage): void {
    if (isStream(request)) this.#receiveStream(request)
    else (request.socket as Tracked)[latest] = request
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
      const { _httpMessage: current, [latest]: last } = socket
      // With another request behind it, that one's answer says it.
      if (current !== undefined && current !== null && !current.headersSent && (last === undefined || last === current.req))
        endConnection(current.req, current)
    }
    this.#sessions.drain()
  }

  /** Ends what nobody has ever asked anything on. */
  endUnused(): void {
    for (const socket of this.#heard) if (!(latest in socket)) socket.destroy()
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
      const request = socket[latest]
      if (request !== undefined && this.#isDone(request, now)) socket[latest] = undefined
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
