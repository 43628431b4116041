import { connect, type ClientHttp2Session, type IncomingHttpHeaders, type IncomingHttpStatusHeader } from 'node:http2'
import type { Socket } from 'node:net'
import { abortable } from './abortable.ts'
import { broken, Collector, type Answer, type Connection, type Observer, type Outgoing } from './connection.ts'

/** HTTP/2 over one socket, one request after the other. */
export function openHttp2(socket: Socket, origin: string): Connection {
  const session = connect(origin, { createConnection: () => socket, settings: { enablePush: false } })
  // Streams report what happens to them; this keeps a connection that fails between two requests from being an exception.
  session.on('error', () => {})
  return {
    get isAlive() {
      return !session.closed && !session.destroyed
    },
    send: (outgoing, observer) =>
      exchange(session, outgoing, observer).catch((error: unknown) => {
        session.destroy()
        throw error
      }),
    close: () => session.destroy(),
  }
}

/** They belong to the connection, which HTTP/2 manages itself (RFC 9113, 8.2.2). */
const hopByHop = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'])

function exchange(session: ClientHttp2Session, { url, method, headers, body }: Outgoing, observer: Observer): Promise<Answer> {
  const collector = new Collector()
  const interim: number[] = []
  let head: (IncomingHttpHeaders & IncomingHttpStatusHeader) | undefined
  return abortable<Answer>(observer.signal, (resolve, reject) => {
    const fields = new Map<string, string[]>()
    for (const [name, value] of headers) {
      const lower = name.toLowerCase()
      if (!hopByHop.has(lower)) fields.set(lower, [...(fields.get(lower) ?? []), value])
    }
    const pseudo = { ':method': method, ':scheme': url.protocol.slice(0, -1), ':authority': url.host, ':path': url.pathname + url.search }
    const single = [...fields].map(([name, values]) => [name, values.length === 1 ? values[0] : values] as const)
    const stream = session.request({ ...pseudo, ...Object.fromEntries(single) }, { endStream: body === undefined })
    let ended = false
    stream.once(body === undefined ? 'ready' : 'finish', () => observer.sent())
    stream.on('headers', (found: IncomingHttpStatusHeader) => interim.push(found[':status'] ?? 0))
    stream.once('response', (found) => {
      observer.firstByte()
      head = found
    })
    stream.on('data', (chunk: Buffer) => collector.add(chunk))
    stream.once('end', () => (ended = true))
    let failure: unknown
    stream.once('error', (error) => (failure = error))
    stream.once('close', () => {
      const code = stream.rstCode === undefined || stream.rstCode === 0 ? undefined : nameOf(stream.rstCode)
      if (head !== undefined && ended && failure === undefined && code === undefined) return resolve(toAnswer(head, { interim, collector }))
      const reason = failure ?? new Error(code === undefined ? 'the connection closed' : `the server reset the stream with ${code}`)
      reject(head === undefined ? broken(undefined, undefined, reason) : broken(collector.bytes, head['content-length'], reason))
    })
    if (body !== undefined) stream.end(body)
  })
}

function toAnswer(
  { [':status']: status = 0, ...rest }: IncomingHttpHeaders & IncomingHttpStatusHeader,
  { interim, collector }: { interim: readonly number[]; collector: Collector },
): Answer {
  const headers = Object.entries(rest).flatMap(([name, value]) => [value ?? []].flat().map((one) => [name, one] as const))
  return { status, httpVersion: '2', headers, interim, bytes: collector.bytes, body: collector.body() }
}

function nameOf(code: number): string {
  return codeNames[code] ?? String(code)
}

/** RFC 9113, section 7. */
const codeNames = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
]
