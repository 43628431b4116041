import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { BootError } from '../../std/errors.ts'
import type { Resource } from '../../std/resource.ts'
import { endWith, refuse } from './refuse.ts'
import { isEnded } from './strict.ts'

export interface ListenerOptions {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  readonly docsUrl: (code: string) => string
  onRequest(request: IncomingMessage, response: ServerResponse): void
}

/** Limits of a connection before there is a request to speak of, in bytes and milliseconds. */
const limits = {
  headers: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  /** Longer than the usual 60 s of a load balancer, so that it is never we who close under it. */
  keepAliveTimeout: 72_000,
  checkInterval: 2_000,
}

/** The HTTP/1.1 listener. It opens last and closes first. */
export class Listener implements Resource {
  readonly name = 'http'
  readonly #options: ListenerOptions
  readonly #server: Server
  #draining = false

  constructor(options: ListenerOptions) {
    this.#options = options
    const receive = (request: IncomingMessage, response: ServerResponse) => {
      if (isEnded(request)) return
      // Said while it can still be said: the next request of this connection goes to another instance.
      if (this.#draining) response.shouldKeepAlive = false
      options.onRequest(request, response)
    }
    this.#server = createServer(
      {
        noDelay: true,
        // Ours says why.
        requireHostHeader: false,
        maxHeaderSize: limits.headers,
        headersTimeout: limits.headersTimeout,
        requestTimeout: limits.requestTimeout,
        keepAliveTimeout: limits.keepAliveTimeout,
        connectionsCheckingInterval: limits.checkInterval,
      },
      receive,
    )
    this.#server.on('checkContinue', receive)
    this.#server.on('checkExpectation', receive)
    this.#server.on('connect', (_request, socket) => endWith(socket, 'not-implemented', options.docsUrl))
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuse(error, socket, options.docsUrl))
  }

  /** `http://127.0.0.1:3000`, once it is open. */
  get url(): string {
    const { address, port, family } = this.#server.address() as AddressInfo
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
  }

  open(): Promise<void> {
    const { host, port } = this.#options
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => reject(toBootError(error, host, port)))
      this.#server.listen(port, host, () => resolve())
    })
  }

  /** From now on every answer is the last one of its connection. */
  drain(): void {
    this.#draining = true
  }

  /** Refuses new connections, lets go of idle ones, and waits for the answers under way. */
  close(): Promise<void> {
    this.#draining = true
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeIdleConnections()
    })
  }

  /** Ends what is left, in the middle of whatever it was doing. */
  destroy(): void {
    this.#server.closeAllConnections()
  }
}

function toBootError(error: NodeJS.ErrnoException, host: string, port: number): Error {
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
