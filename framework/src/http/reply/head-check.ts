import { Socket } from 'node:net'
import { Writable } from 'node:stream'
import type { Log } from '../../std/log.ts'
import { IncomingMessage, ServerResponse } from '../../std/node-http.ts'
import type { Head, Site } from '../stage.ts'
import { fixedHeaders, sendHead, writeByNode } from './head.ts'

type Write = (response: ServerResponse, head: Head) => unknown

/** What the connection brings along. */
interface Kind {
  readonly method?: 'HEAD'
  readonly response?: Readonly<Record<string, unknown>>
}

const head: Head = { status: 200, fixed: fixedHeaders(['x-one', '1']), headers: ['x-two', 'caf\u00e9'], length: 2 }
const cases: readonly (readonly [Head, Kind])[] = [
  [head, {}],
  [{ ...head, status: 404, fixed: undefined, headers: [] }, { response: { _keepAliveTimeout: 5000 } }],
  [head, { response: { _keepAliveTimeout: 72_500, _maxRequestsPerSocket: 9 } }],
  [head, { response: { maxRequestsOnConnectionReached: true } }],
  [head, { response: { shouldKeepAlive: false } }],
  [head, { response: { _expect_continue: true } }],
  [head, { method: 'HEAD' }],
  [{ ...head, status: 204, length: undefined }, {}],
  [{ ...head, status: 304, length: undefined }, { response: { shouldKeepAlive: false } }],
]
/**
 * What a server sets in every response, in its order: an object of another shape would make all that `node:http` does with responses slower for good,
 * because its functions would have been compiled for both.
 */
const served = { _keepAliveTimeout: 0, _maxRequestsPerSocket: 0, _onPendingData() {}, shouldKeepAlive: true }
/** Everything that `writeHead` decides. */
const decided = [
  'statusCode',
  'statusMessage',
  'shouldKeepAlive',
  'chunkedEncoding',
  'headersSent',
  'writableEnded',
  '_contentLength',
  '_hasBody',
  '_last',
]

let faithful: boolean | undefined

/** How this process writes heads. Where the quick way is not to be trusted, the log says that answers cost more than they could. */
export function headSender(log: Log): Site['sendHead'] {
  if ((faithful ??= isFaithful())) return sendHead
  log.warn('response heads are written by writeHead: this Node.js keeps other things in a response', { node: process.version })
  return writeByNode
}

/**
 * Whether, on this version of Node.js, `write` leaves every response as `writeHead` does, and `end()` then sends the same bytes.
 * It writes what Node.js does not promise to keep: asked at boot, before the first answer is written by it.
 */
export function isFaithful(write: Write = sendHead): boolean {
  try {
    return cases.every(([head, kind]) => outcomeOf(write, head, kind) === outcomeOf(writeByNode, head, kind))
  } catch {
    return false
  }
}

function outcomeOf(write: Write, head: Head, { method, response: properties }: Kind): string {
  const request = new IncomingMessage(new Socket())
  Object.assign(request, { method: method ?? 'GET', httpVersionMajor: 1, httpVersionMinor: 1 })
  const response = Object.assign(new ServerResponse(request), served, properties)
  let sent = ''
  const socket = new Writable({ decodeStrings: false, write: (chunk: string, encoding, done) => ((sent += encoding + chunk), done()) })
  response.assignSocket(socket as Socket)
  write(response, head)
  response.end(head.length === undefined ? undefined : 'ok', 'latin1')
  const decisions = decided.map((name) => response[name as keyof ServerResponse])
  return JSON.stringify([sent.replace(/^Date: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT\r$/m, 'Date'), decisions])
}
