import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Server as TlsServer } from 'node:tls'
import type { Clock } from '../../std/clock.ts'
import { BootError } from '../../std/errors.ts'
import type { Resource } from '../../std/resource.ts'
import type { Certificates } from './certificates.ts'
import { Connections, type Refuse } from './connections.ts'
import { defaultLimits, type ConnectionLimits } from './limits.ts'
import { openServer } from './protocols.ts'
import { redirectServer } from './redirect.ts'
import { endWith } from './refuse.ts'
import { stopListening } from './stop-listening.ts'
import { isEnded } from './strict.ts'

const ticketKeyLife = 12 * 3_600_000

export interface ListenerOptions {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** Whether other processes may listen on the same port: the system spreads new connections over all of them. Default: no. */
  readonly reusePort?: boolean
  /** Milliseconds that connections without a request stay open when it closes, for clients that are about to send one. Default 0. */
  readonly linger?: number
  readonly docsUrl: (code: string) => string
  readonly clock: Clock
  readonly limits?: Partial<ConnectionLimits>
  /** Without it the port speaks plain HTTP/1.1. */
  readonly tls?: TlsOptions | undefined
  onRequest(request: IncomingMessage, response: ServerResponse): void
  /** Called when a body comes too slowly. */
  readonly refuse: Refuse
}

export interface TlsOptions {
  readonly certificates: Certificates
  /** Whether clients may choose HTTP/2 (ALPN). */
  readonly h2: boolean
  /** Whether clients show a certificate. */
  readonly clients: 'none' | 'optional' | 'required'
  /** A port that sends plain HTTP here. */
  readonly redirectPort?: number | undefined
  readonly allowedHosts: readonly string[]
}

/** The part of the listener that does not depend on its options. */
export const listenerTraits = { name: 'http', phase: 'requests' } as const

/** HTTP/1.1 and, over TLS, HTTP/2 on one port. It opens last and closes first. */
export class Listener implements Resource {
  readonly name = listenerTraits.name
  readonly phase = listenerTraits.phase
  readonly #options: ListenerOptions
  readonly #limits: ConnectionLimits
  readonly #connections: Connections
  readonly #server: Server
  readonly #redirect: Server | undefined
  #draining = false
  #held: [IncomingMessage, ServerResponse][] | undefined
  #cancelRotation: (() => void) | undefined

  constructor(options: ListenerOptions) {
    const { tls, docsUrl, limits, clock } = options
    this.#options = options
    this.#limits = { ...defaultLimits, ...limits }
    this.#connections = new Connections(this.#limits, clock, options.refuse)
    this.#server = openServer({
      tls,
      docsUrl,
      limits: this.#limits,
      connections: this.#connections,
      receive: (...both) => this.#receive(...both),
    })
    this.#server.on('connection', (socket) => this.#admit(socket))
    if (tls?.redirectPort !== undefined) {
      const port = () => portOf(this.#server)
      this.#redirect = redirectServer({ ...this.#limits, allowedHosts: tls.allowedHosts, docsUrl, port })
    }
  }

  /** `http://127.0.0.1:3000`, once it is open. */
  get url(): string {
    return urlOf(this.#options.tls === undefined ? 'http' : 'https', this.#server)
  }

  /** Where plain HTTP is sent on from. */
  get redirectUrl(): string | undefined {
    return this.#redirect && urlOf('http', this.#redirect)
  }

  async open(): Promise<void> {
    const { host, port, tls, reusePort = false } = this.#options
    if (tls !== undefined) await this.#openTls(tls.certificates)
    await listen(this.#server, { host, port, reusePort })
    if (this.#redirect !== undefined) await listen(this.#redirect, { host, port: tls!.redirectPort!, reusePort })
    this.#connections.start()
  }

  /** From now on every answer is the last one of its connection. New connections are still accepted. */
  drain(): void {
    if (this.#draining) return
    this.#draining = true
    this.#connections.drain()
  }

  /** Refuses new connections, gives idle ones a last chance, and waits for the answers under way. */
  async close(): Promise<void> {
    const { clock, linger = 0, tls } = this.#options
    this.drain()
    const closed = [this.#server, this.#redirect].filter((server) => server?.listening).map((server) => once(server!, 'close'))
    await this.#stopAccepting()
    const cancelLinger = linger > 0 ? clock.after(linger, () => this.#endIdle()) : this.#endIdle()
    await Promise.all(closed)
    cancelLinger?.()
    // It has closed: what is left are its timers.
    this.#server.close(() => {})
    this.#connections.stop()
    this.#cancelRotation?.()
    tls?.certificates.close()
  }

  /** Ends what is left, in the middle of whatever it was doing. */
  destroy(): void {
    this.#connections.destroyAll()
    this.#redirect?.closeAllConnections()
  }

  /**
   * Answers wait until the port is closed: who is answered comes back with a new connection, and of those that keep coming one would always
   * stand in the queue when it is closed.
   */
  async #stopAccepting(): Promise<void> {
    this.#redirect?.close()
    if (!this.#server.listening) return
    this.#held = []
    await stopListening(this.#server)
    const held = this.#held
    this.#held = undefined
    for (const both of held) this.#options.onRequest(...both)
  }

  #endIdle(): undefined {
    this.#server.closeIdleConnections()
    this.#redirect?.closeIdleConnections()
    this.#connections.endUnused()
  }

  async #openTls(certificates: Certificates): Promise<void> {
    await certificates.open()
    const server = this.#server as Server & TlsServer
    server.setSecureContext(certificates.settings)
    this.#rotateTickets(server)
  }

  /** Whoever gets hold of a ticket key reads every session that it sealed: none lives longer than this. */
  #rotateTickets(server: TlsServer): void {
    server.setTicketKeys(randomBytes(48))
    this.#cancelRotation = this.#options.clock.after(ticketKeyLife, () => this.#rotateTickets(server))
  }

  #admit(socket: Socket): void {
    const { tls } = this.#options
    if (this.#connections.admit(socket)) {
      if (tls === undefined) this.#connections.hear(socket)
    } else if (tls !== undefined) socket.destroy()
    else endWith(socket, 'overloaded', this.#options.docsUrl)
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    if (isEnded(request) || !this.#connections.receive(request, response)) return
    if (this.#draining) {
      // Said while it can still be said: the next request of this connection goes to another instance.
      this.#connections.endAfter(request, response)
      if (this.#held !== undefined) return void this.#held.push([request, response])
    }
    this.#options.onRequest(request, response)
  }
}

function urlOf(scheme: string, server: Server): string {
  const { address, port, family } = server.address() as AddressInfo
  return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

interface Place {
  readonly host: string
  readonly port: number
  readonly reusePort: boolean
}

function listen(server: Server, place: Place): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(toBootError(error, place)))
    server.listen(place, () => resolve())
  })
}

function toBootError(error: NodeJS.ErrnoException, { host, port, reusePort }: Place): Error {
  if (reusePort && (error.code === 'ENOTSUP' || error.code === 'EINVAL'))
    return new BootError('config-invalid', `REUSE_PORT is true, and ${process.platform} cannot share a port.`, {
      fix: 'Set it to false: only Linux and some BSDs can.',
      cause: error,
    })
  if (error.code === 'EADDRINUSE')
    return new BootError('port-in-use', `Port ${port} of ${host} is taken by another program.`, { cause: error })
  if (error.code === 'EACCES')
    return new BootError('port-forbidden', `Port ${port} of ${host} may not be opened by this user.`, { cause: error })
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new BootError('config-invalid', `HOST is ${host}, which is not an address of this machine.`, {
      fix: 'Use 127.0.0.1, 0.0.0.0, :: or an address of this machine.',
      cause: error,
    })
  return error
}
