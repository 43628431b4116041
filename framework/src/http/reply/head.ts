import { systemClock } from '../../std/clock.ts'
import { checkHeader, isFieldName, isFieldValue } from '../../std/field-value.ts'
import { toHttpDate } from '../../std/http-date.ts'
import { ServerResponse, STATUS_CODES } from '../../std/node-http.ts'
import { headerLines } from '../headers.ts'
import type { FixedHeaders, Head } from '../stage.ts'

/** What `node:http` keeps in a response, as far as `writeHead` reads or writes it. */
interface Kept {
  _header: string | null
  _headerSent: boolean
  _contentLength: number | null
  _hasBody: boolean
  _last: boolean
  readonly _expect_continue: boolean
  readonly _sent100: boolean
  readonly _removedConnection: boolean
  readonly _removedContLen: boolean
  readonly _removedTE: boolean
  readonly _keepAliveTimeout: number
  readonly _maxRequestsPerSocket: number | undefined
  readonly maxRequestsOnConnectionReached: boolean
}

/** Lines that `writeHead` draws conclusions from, or writes differently. */
const special: ReadonlySet<string> = new Set([
  'connection',
  'content-disposition',
  'content-length',
  'date',
  'expect',
  'keep-alive',
  'trailer',
  'transfer-encoding',
])
/** As it was at first: whoever replaces it wants to see every head. */
const writeHead: unknown = Reflect.get(ServerResponse.prototype, 'writeHead')
const mostNames = 1024

/** A header whose name is a plain one, and its last line: many values are the same in every answer. */
interface Plain {
  /** `x-request-id: ` */
  readonly begin: string
  value: string
  line: string
}

/** A service sends few. */
const plain = new Map<string, Plain>()
const statusLines: (string | undefined)[] = []

/** Header lines that are the same in every answer of a route, put together at boot. Throws a `TypeError` for what no header can carry. */
export function fixedHeaders(lines: readonly string[]): FixedHeaders {
  let text = ''
  for (let i = 0; i < lines.length; i += 2) {
    checkHeader(lines[i]!, lines[i + 1]!)
    if (special.has(lines[i]!.toLowerCase()))
      throw new TypeError(`${lines[i]} says something about one connection or one body: it cannot be the same in every answer.`)
    text += `${lines[i]}: ${lines[i + 1]}\r\n`
  }
  return { lines, text }
}

/** The head through `writeHead`: any protocol, any header, and what must be refused is. */
export function writeByNode(response: ServerResponse, head: Head): void {
  const lines = headerLines(head)
  response.writeHead(head.status, head.length === undefined ? lines : [...lines, 'content-length', String(head.length)])
}

/** As one text where that is the same, else through `writeHead`. */
export function sendHead(response: ServerResponse, head: Head): void {
  if (!writeByText(response, head)) writeByNode(response, head)
}

/**
 * The same head as one text, without a look at each line for what it may mean to the connection (decisions/0009). `end()` sends it.
 *
 * False, and nothing is written, where only `writeHead` knows what to do: for HTTP/2 and HTTP/1.0, where others set headers on the
 * response or listen for its head, and for a line that no header can carry, which it refuses.
 */
export function writeByText(response: ServerResponse, head: Head): boolean {
  if (!isUntouched(response)) return false
  const text = toText(head)
  if (text === undefined) return false
  const { status, length } = head
  response.statusCode = status
  response.statusMessage = STATUS_CODES[status]!
  if (length !== undefined) response._contentLength = length
  if (status === 204 || status === 304) response._hasBody = false
  response._header = text + toConnectionLines(response)
  response._headerSent = false
  return true
}

function isUntouched(response: ServerResponse): response is ServerResponse & Kept {
  const kept = response as ServerResponse & Kept
  return (
    response.writeHead === writeHead &&
    response.useChunkedEncodingByDefault &&
    response.sendDate &&
    // oxlint-disable-next-line typescript/no-unnecessary-condition -- the declaration forgets that there is none at first
    response.statusMessage === undefined &&
    kept._header === null &&
    !kept._removedConnection &&
    !kept._removedContLen &&
    !kept._removedTE &&
    response.getHeaderNames().length === 0
  )
}

function toText({ status, fixed, headers, length }: Head): string | undefined {
  let text = (statusLines[status] ??= toStatusLine(status))
  if (text === '') return undefined
  if (fixed !== undefined) text += fixed.text
  for (let i = 0; i < headers.length; i += 2) {
    const value = headers[i + 1]!
    const known = plain.get(headers[i]!) ?? toPlain(headers[i]!)
    if (known === undefined) return undefined
    if (known.value !== value) {
      // Also what was checked where it was set: this is the last place where a line break in a value can be kept from becoming a header.
      if (typeof value !== 'string' || !isFieldValue(value)) return undefined
      known.value = value
      known.line = `${known.begin}${value}\r\n`
    }
    text += known.line
  }
  return length === undefined ? text : `${text}content-length: ${length}\r\n`
}

function toStatusLine(status: number): string {
  const message = STATUS_CODES[status]
  return message === undefined || status < 200 ? '' : `HTTP/1.1 ${status} ${message}\r\n`
}

function toPlain(name: string): Plain | undefined {
  if (!isFieldName(name) || special.has(name.toLowerCase())) return undefined
  const one: Plain = { begin: `${name}: `, value: '', line: `${name}: \r\n` }
  if (plain.size < mostNames) plain.set(name, one)
  return one
}

/** `Date`, and what becomes of the connection. */
function toConnectionLines(response: ServerResponse & Kept): string {
  // The body that the caller asked leave to send may be on its way all the same, and would be taken for the next request.
  if (response._expect_continue && !response._sent100) response.shouldKeepAlive = false
  const date = dateLine ?? now()
  if (!response.shouldKeepAlive) {
    response._last = true
    return `${date}Connection: close\r\n\r\n`
  }
  if (response.maxRequestsOnConnectionReached) return `${date}Connection: close\r\n\r\n`
  const { _keepAliveTimeout: timeout, _maxRequestsPerSocket: most = 0 } = response
  if (timeout !== kept.timeout || most !== kept.most || date !== kept.date) {
    const limits = timeout === 0 ? '' : `Keep-Alive: timeout=${Math.floor(timeout / 1000)}${most > 0 ? `, max=${most}` : ''}\r\n`
    kept = { timeout, most, date, text: `${date}Connection: keep-alive\r\n${limits}\r\n` }
  }
  return kept.text
}

/** The last one: of one server, they are the same for a second. */
let kept = { timeout: -1, most: -1, date: '', text: '' }
let dateLine: string | undefined

/** The real time, whatever a test's clock says: a cache in between compares it with its own. Made once a second. */
function now(): string {
  const at = systemClock.now()
  systemClock.after(1000 - at.getMilliseconds(), () => (dateLine = undefined))
  return (dateLine = `Date: ${toHttpDate(at)}\r\n`)
}
