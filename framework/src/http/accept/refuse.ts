import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { errorTable, type ProblemCode } from '../../std/error-table.ts'
import { STATUS_CODES, type ServerResponse } from '../../std/node-http.ts'

export interface ParserError extends NodeJS.ErrnoException {
  /** What was being read when it went wrong. */
  readonly rawPacket?: Buffer
  readonly reason?: string
}

/** What the parser refuses never becomes a request: the answer is written to the bare socket, and the connection ends (RFC 9112, 9.6). */
export function refuse(error: ParserError, socket: Duplex, docsUrl: (code: string) => string): void {
  const current = (socket as Socket & { _httpMessage?: ServerResponse | null })._httpMessage
  if (!socket.writable || error.code === 'ECONNRESET' || error.code === 'EPIPE') socket.destroy(error)
  // Null between two requests.
  else if (!current) endWith(socket, refusalOf(error), docsUrl)
  // What could not be read came after this request: its answer is still owed, and is the last one.
  else if (current.req.complete) lastAnswer(current, socket)
  else if (current.headersSent) socket.destroy(error)
  else endWith(socket, refusalOf(error), docsUrl)
}

function lastAnswer(response: ServerResponse, socket: Duplex): void {
  response.shouldKeepAlive = false
  if (response.writableEnded) socket.end()
  else response.once('finish', () => socket.end())
}

/** Writes a problem to a connection that has no request to answer, and ends it. */
export function endWith(socket: Duplex, code: ProblemCode, docsUrl: (code: string) => string): void {
  const { status, title, fix } = errorTable[code]
  const body = JSON.stringify({ type: code, title, status, detail: fix, code, docsUrl: docsUrl(code) })
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\ndate: ${new Date().toUTCString()}\r\nconnection: close\r\n\r\n${body}`,
  )
}

function refusalOf({ code, reason, rawPacket }: ParserError): ProblemCode {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return isAllTarget(rawPacket) ? 'uri-too-long' : 'headers-too-large'
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return 'content-too-large'
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'request-timeout'
    case 'HPE_INVALID_METHOD':
      return isToken(rawPacket) ? 'not-implemented' : 'bad-request'
    case 'HPE_INVALID_VERSION':
      return reason === 'Invalid HTTP version' ? 'version-not-supported' : 'bad-request'
    case 'HPE_PAUSED_H2_UPGRADE':
      return 'version-not-supported'
    default:
      return 'bad-request'
  }
}

/** The parser says only that it was too much: a first line without an end was the target. */
function isAllTarget(packet: Buffer | undefined): boolean {
  return packet !== undefined && /^[A-Z]+ [^\s]*$/.test(packet.toString('latin1', 0, 16 * 1024))
}

function isToken(packet: Buffer | undefined): boolean {
  return packet !== undefined && /^[\w!#$%&'*+.^`|~-]+ \S+ HTTP\/1\.[01]\r\n/.test(packet.toString('latin1', 0, 8 * 1024))
}
