import type { Server, ServerOptions } from 'node:http'
import type { SecureServerOptions } from 'node:http2'
import type { ServerOptions as TlsServerOptions } from 'node:https'
import type { Duplex } from 'node:stream'
import type { SecureContext, TLSSocket } from 'node:tls'
import { createServer, type IncomingMessage, type ServerResponse } from '../../std/node-http.ts'
import { tlsFloor, type Certificates } from './certificates.ts'
import type { Connections } from './connections.ts'
import type { ConnectionLimits } from './limits.ts'
import { endWith, refuse, type ParserError } from './refuse.ts'
import type { TlsOptions } from './server.ts'

interface Needs {
  readonly tls: TlsOptions | undefined
  readonly docsUrl: (code: string) => string
  readonly limits: ConnectionLimits
  readonly connections: Connections
  readonly receive: (request: IncomingMessage, response: ServerResponse) => void
}

/** The one server behind the port: plain HTTP/1.1, or TLS with HTTP/1.1 and, where the client chooses it, HTTP/2. HTTP/2 without TLS is not spoken. */
export function openServer({ tls, docsUrl, limits, connections, receive }: Needs): Server {
  const server = tls === undefined ? createServer(http1(limits)) : secureServer(tls, limits, connections)
  server.maxRequestsPerSocket = limits.requestsPerConnection
  server.on('request', receive)
  server.on('checkContinue', receive)
  server.on('checkExpectation', receive)
  // HTTP/2 gives a response where HTTP/1 gives the bare socket.
  server.on('connect', (_request, to: Duplex | ServerResponse) => {
    if ('writeHead' in to) to.writeHead(501, ['content-length', '0']).end()
    else endWith(to, 'not-implemented', docsUrl)
  })
  return server.on('clientError', (error: ParserError, socket) => {
    if (error.code?.startsWith('ERR_SSL') || error.code?.startsWith('ERR_TLS')) socket.destroy()
    else refuse(error, socket, docsUrl)
  })
}

function http1(limits: ConnectionLimits): ServerOptions {
  return {
    noDelay: true,
    // Ours says why.
    requireHostHeader: false,
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersTimeout,
    // A body may take as long as its route's deadline, if only it keeps coming (`connections.ts`).
    requestTimeout: 0,
    // Idle connections are ended by a sweep (`idle.ts`): a timer for each answer costs a fiftieth of a small request.
    keepAliveTimeout: 0,
    connectionsCheckingInterval: limits.checkInterval,
  }
}

function secureServer({ certificates, h2, clients }: TlsOptions, limits: ConnectionLimits, connections: Connections): Server {
  const secure = {
    ...tlsFloor,
    honorCipherOrder: true,
    handshakeTimeout: limits.headersTimeout,
    noDelay: true,
    requestCert: clients !== 'none',
    rejectUnauthorized: clients === 'required',
    SNICallback: (name: string, done: (error: Error | null, context?: SecureContext) => void) => done(null, certificates.contextFor(name)),
  }
  const server = (h2 ? http2Server(secure, limits, connections) : http1Server({ ...secure, ...http1(limits) })) as Server
  server.on('secureConnection', (socket: TLSSocket) => {
    if (socket.alpnProtocol !== 'h2') connections.hear(socket)
    // Without a certificate is a choice where it is optional; with a wrong one is not.
    if (clients === 'optional' && !socket.authorized && socket.getPeerX509Certificate() !== undefined) socket.destroy()
  })
  server.on('OCSPRequest', (certificate: Buffer, _issuer: Buffer, done: (error: Error | null, staple?: Buffer) => void) =>
    done(null, certificates.stapleFor(certificate)),
  )
  certificates.onChange(() => (server as Server & Renewable).setSecureContext(certificates.settings))
  return server
}

interface Renewable {
  setSecureContext(settings: Certificates['settings']): void
}

// What only TLS needs is loaded only for TLS.

function http1Server(secure: TlsServerOptions) {
  return process.getBuiltinModule('node:https').createServer(secure)
}

function http2Server(secure: SecureServerOptions, limits: ConnectionLimits, connections: Connections) {
  const server = process.getBuiltinModule('node:http2').createSecureServer({
    ...secure,
    allowHTTP1: true,
    http1Options: http1(limits),
    settings: { maxConcurrentStreams: limits.streams, maxHeaderListSize: limits.headerBytes, enablePush: false },
    maxHeaderListPairs: 128,
    maxSettings: 32,
    maxSessionInvalidFrames: 100,
    maxSessionRejectedStreams: 100,
    streamResetBurst: limits.resets.burst,
    streamResetRate: limits.resets.rate,
  } as SecureServerOptions)
  server.on('session', (session) => {
    connections.admitSession(session)
    session.setTimeout(limits.keepAliveTimeout, () => session.close())
  })
  // A peer that breaks the protocol ends its own session only.
  server.on('sessionError', () => {})
  return server
}
