import { pipeline as pipe, Readable } from 'node:stream'
import { toJsonSchema } from '../../contract/to-json-schema.ts'
import { NotAcceptable } from '../../contract/problems.ts'
import { addVary, headerOf, rawHeader, setHeader } from '../headers.ts'
import { bestCoding, remembered } from '../quality.ts'
import type { Exchange } from '../exchange.ts'
import type { Coding, Outgoing, Route, Stage } from '../stage.ts'
import { codings, encode, encodeLater, encoder, isBusy, isFull } from './codings.ts'

/** Bytes. Below it an answer fits into the packets that its headers need anyway. */
const worthwhile = 1024
/** Bytes. Up to it a compression takes less than a tenth of a millisecond: less than the way to another thread and back. */
const atOnce = 16 * 1024

/** Images, films, archives and fonts are compressed already; events must not wait for each other. */
const compressible =
  /^(?:text\/(?!event-stream)|application\/(?:json|xml|javascript|wasm|yaml|x-ndjson|[^;]+\+(?:json|xml))|image\/svg\+xml|image\/bmp)/

/**
 * Answers in the coding that `Accept-Encoding` likes best, when it is worth it. Off where the contract says so, and by itself where an answer
 * holds a secret: compressed beside what the caller sent, its length would give it away letter by letter (BREACH).
 */
export const compress: Stage = {
  name: 'compress',
  compile(route, site) {
    if (!site.compression || !(route.endpoint.promises.compress ?? !holdsSecret(route))) return undefined
    return { stage: 'compress', label: `compress ${codings.join(', ')}`, enter, leave }
  },
}

const choose = remembered((header) => bestCoding(header, codings) ?? 'none')

function enter(c: Exchange): undefined {
  const header = rawHeader(c.request.rawHeaders, 'accept-encoding')
  if (header === undefined) return
  const choice = choose(header)
  if (choice === 'none') throw NotAcceptable({ available: [...codings, 'identity'] })
  c.coding = choice
}

function leave(c: Exchange, outgoing: Outgoing): void {
  const { body, status } = outgoing
  if (body === undefined) {
    if (status === 304) unchanged(c, outgoing)
    return
  }
  const forced = c.coding?.forced === true
  const length = body instanceof Readable ? Number(headerOf(outgoing, 'content-length') ?? Infinity) : body.length
  if (length < worthwhile && !forced) return
  const type = headerOf(outgoing, 'content-type')
  if (type === undefined || headerOf(outgoing, 'content-encoding') !== undefined || !(forced || compressible.test(type))) return
  // A part is a part of what it was before it is compressed.
  if (status === 206 || headerOf(outgoing, 'cache-control')?.includes('no-transform')) return
  addVary(outgoing, 'accept-encoding')
  const coding = c.coding?.coding
  if (coding === undefined) return
  if (body instanceof Readable) {
    if (isFull() && !forced) return
    // Nothing is read for HEAD.
    if (c.request.method !== 'HEAD') outgoing.body = pipe(body, encoder(coding), () => {})
    declare(outgoing, coding)
  } else if (body.length <= atOnce) {
    outgoing.body = encode(coding, body)
    declare(outgoing, coding)
  } else if (forced || !isBusy()) outgoing.ready = later(c, outgoing, coding)
}

async function later(c: Exchange, outgoing: Outgoing, coding: Coding): Promise<void> {
  const body = outgoing.body as string | Uint8Array
  try {
    outgoing.body = await encodeLater(coding, body)
    declare(outgoing, coding)
  } catch (error) {
    c.log.warn('answer not compressed', { coding, error })
  }
}

function declare(outgoing: Outgoing, coding: Coding): void {
  const { headers } = outgoing
  headers.push('content-encoding', coding)
  for (let i = headers.length - 2; i >= 0; i -= 2) if (headers[i] === 'content-length') headers.splice(i, 2)
  const etag = headerOf(outgoing, 'etag')
  // Other bytes, another strong tag; a weak one means the content, however it is encoded (RFC 9110, 8.8.1).
  if (etag?.startsWith('"')) setHeader(outgoing, 'etag', encodedTag(etag, coding))
}

/** What the caller has may be compressed: the 304 names it by the tag that it had then. */
function unchanged(c: Exchange, outgoing: Outgoing): void {
  addVary(outgoing, 'accept-encoding')
  const etag = headerOf(outgoing, 'etag')
  const coding = c.coding?.coding
  if (coding === undefined || !etag?.startsWith('"')) return
  const encoded = encodedTag(etag, coding)
  if (c.request.headers['if-none-match']?.includes(encoded)) setHeader(outgoing, 'etag', encoded)
}

function encodedTag(etag: string, coding: Coding): string {
  return `${etag.slice(0, -1)}-${coding}"`
}

/** Names of what must not be guessed: tokens, keys, codes, seeds. */
const secretName =
  /"(?:\w+(?:Token|_token|Secret|_secret|Password|_password|ApiKey|_api_key)|token|secret|password|apiKey|api_key|csrf\w*|otp|recoveryCodes?)":\{/

function holdsSecret({ endpoint }: Route): boolean {
  const { returns } = endpoint.promises
  return returns !== undefined && secretName.test(JSON.stringify(toJsonSchema(returns, `${endpoint.address} returns`, 'input')))
}
