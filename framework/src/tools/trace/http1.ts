import { Agent, request, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { BootError } from '../../std/errors.ts'
import { abortable } from './abortable.ts'
import { broken, Collector, type Answer, type Connection, type Observer, type Outgoing } from './connection.ts'

/** HTTP/1.1 over one socket, kept open for as long as the server likes. */
export function openHttp1(socket: Socket): Connection {
  // An agent with this one socket: it knows when a connection may be used again.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  agent.createConnection = () => socket
  // Between two requests nobody else would hear that the server hung up.
  socket.on('error', () => {})
  return {
    get isAlive() {
      return socket.writable && !socket.readableEnded && !socket.destroyed
    },
    send: (outgoing, observer) =>
      exchange(agent, outgoing, observer).catch((error: unknown) => {
        socket.destroy()
        throw error
      }),
    close() {
      agent.destroy()
      socket.destroy()
    },
  }
}

function exchange(agent: Agent, { url, method, headers, body }: Outgoing, observer: Observer): Promise<Answer> {
  const interim: number[] = []
  return abortable<Answer>(observer.signal, (resolve, reject) => {
    const sending = request({
      agent,
      method,
      path: url.pathname + url.search,
      headers: [['Host', url.host], ...headers, ['Connection', 'keep-alive']]
        .map(([name, value]) => [name!, value!] as [string, string])
        .flat(),
    })
    sending.once('finish', () => observer.sent())
    sending.once('socket', (socket) => socket.prependOnceListener('data', () => observer.firstByte()))
    sending.on('information', ({ statusCode }) => interim.push(statusCode))
    sending.once('error', (error: NodeJS.ErrnoException) => reject(toBroken(error)))
    sending.once('response', (response) => collect(response, { interim, resolve, reject }))
    sending.end(body)
  })
}

interface Settling {
  readonly interim: readonly number[]
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Error) => void
}

function collect(response: IncomingMessage, { interim, resolve, reject }: Settling): void {
  const { rawHeaders, statusCode = 0, httpVersion } = response
  const collector = new Collector()
  response.on('data', (chunk: Buffer) => collector.add(chunk))
  response.once('error', (error) => reject(broken(collector.bytes, response.headers['content-length'], error)))
  response.once('end', () => {
    const headers = Array.from(
      { length: rawHeaders.length / 2 },
      (_, index) => [rawHeaders[index * 2]!, rawHeaders[index * 2 + 1]!] as const,
    )
    resolve({ status: statusCode, httpVersion, headers, interim, bytes: collector.bytes, body: collector.body() })
  })
}

function toBroken(error: NodeJS.ErrnoException): BootError {
  if (error.code?.startsWith('HPE_') !== true) return broken(undefined, undefined, error)
  return new BootError('answer-broken', `What the server sends is no HTTP/1.1: ${error.message.replace(/^Parse Error: /, '')}.`, {
    cause: error,
  })
}
