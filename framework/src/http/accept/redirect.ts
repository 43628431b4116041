import type { RequestListener, Server } from 'node:http'
import { createServer } from '../../std/node-http.ts'
import { endWith, refuse } from './refuse.ts'
import { strictness } from './strict.ts'

export interface RedirectOptions {
  readonly allowedHosts: readonly string[]
  readonly docsUrl: (code: string) => string
  /** Of the server to go to: known once it is open. */
  readonly port: () => number
  readonly headersTimeout: number
  readonly checkInterval: number
}

/** Answers plain HTTP with 308 to the same target over TLS, and nothing else; no header of its answers could speak for TLS (HSTS must not, RFC 6797, 7.2). */
export function redirectServer({ allowedHosts, docsUrl, port, headersTimeout, checkInterval }: RedirectOptions): Server {
  const faultOf = strictness(allowedHosts)
  const answer: RequestListener = (request, response) => {
    const { host } = request.headers
    if (faultOf(request) !== undefined || host === undefined || !request.url!.startsWith('/')) {
      endWith(request.socket, 'bad-request', docsUrl)
      return
    }
    const name = host.replace(/:\d*$/, '')
    const location = `https://${name}${port() === 443 ? '' : `:${port()}`}${request.url}`
    response.writeHead(308, ['location', location, 'content-length', '0', 'connection', 'close']).end()
  }
  const server = createServer(
    { requireHostHeader: false, headersTimeout, requestTimeout: headersTimeout, connectionsCheckingInterval: checkInterval },
    answer,
  )
  server.on('checkContinue', answer)
  server.on('checkExpectation', answer)
  server.on('connect', (_request, socket) => endWith(socket, 'not-implemented', docsUrl))
  return server.on('clientError', (error, socket) => refuse(error, socket, docsUrl))
}
