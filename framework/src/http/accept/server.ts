import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { BootError } from '../../std/errors.ts'
import { errorTable, type ProblemCode } from '../../std/error-table.ts'
import type { Resource } from '../../std/resource.ts'

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
      // Said while it can still be said: the next request of this connection goes to another instance.
      if (this.#draining) response.shouldKeepAlive = false
      options.onRequest(request, response)
    }
    this.#server = createServer(
      {
        noDelay: true,
        maxHeaderSize: limits.headers,
        headersTimeout: limits.headersTimeout,
        requestTimeout: limits.requestTimeout,
        keepAliveTimeout: limits.keepAliveTimeout,
        connectionsCheckingInterval: limits.checkInterval,
      },
      receive,
    )
    this.#server.on('checkContinue', receive)
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

/** What the parser refuses never becomes a request: the answer is written to the bare socket, and the connection ends (RFC 9112, 9.6). */
function refuse(error: NodeJS.ErrnoException, socket: Duplex, docsUrl: (code: string) => string): void {
  const answering = (socket as Socket & { _httpMessage?: ServerResponse })._httpMessage?.headersSent === true
  if (!socket.writable || answering || error.code === 'ECONNRESET' || error.code === 'EPIPE') {
    socket.destroy(error)
    return
  }
  const code = refusalOf(error)
  const { status, title, fix } = errorTable[code]
  const body = JSON.stringify({ type: code, title, status, detail: fix, code, docsUrl: docsUrl(code) })
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\ndate: ${new Date().toUTCString()}\r\nconnection: close\r\n\r\n${body}`,
  )
}

function refusalOf(error: NodeJS.ErrnoException): ProblemCode {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return 'headers-too-large'
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return 'content-too-large'
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'request-timeout'
    default:
      return 'bad-request'
  }
}
