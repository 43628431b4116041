import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { RangeNotSatisfiable } from '../../contract/problems.ts'
import { isSeekable, type Seekable } from '../../std/seekable.ts'
import { headerOf, setHeader } from '../headers.ts'
import type { Exchange } from '../exchange.ts'
import type { Outgoing, Stage } from '../stage.ts'
import { parseRanges, type ByteRange } from './byte-ranges.ts'
import { representationOf } from './conditional.ts'
import { becomeProblem } from './problem-json.ts'
import { stillTheSame } from './preconditions.ts'

/** Answers parts of a body whose length is known (RFC 9110, 14): 206 with one or several of them, 416 when there is no such part. */
export const range: Stage = {
  name: 'range',
  compile({ endpoint }) {
    return endpoint.promises.ranges ? { stage: 'range', label: 'ranges', leave: cut } : undefined
  },
}

function cut(c: Exchange, outgoing: Outgoing): void {
  if (outgoing.status !== 200) return
  const body = typeof outgoing.body === 'string' ? Buffer.from(outgoing.body) : outgoing.body
  const size = body instanceof Uint8Array ? body.length : isSeekable(body) ? body.size : undefined
  if (size === undefined) return
  outgoing.headers.push('accept-ranges', 'bytes')
  const asked = askedFor(c, outgoing)
  const ranges = asked === undefined ? undefined : parseRanges(asked, size)
  if (ranges === undefined) {
    if (isSeekable(body)) setHeader(outgoing, 'content-length', String(size))
    return
  }
  if (ranges.length === 0) becomeProblem(c, outgoing, RangeNotSatisfiable({ size }))
  else {
    outgoing.status = 206
    const pieces = ranges.length === 1 ? single(outgoing, ranges[0]!, size) : several(outgoing, ranges, size)
    outgoing.body = body instanceof Uint8Array ? joined(body, pieces) : streamed(outgoing, body as Seekable, pieces)
  }
  if (body instanceof Readable) body.destroy()
}

/** `Range`, unless the body has changed since the caller got its first part: then all of it is sent again. */
function askedFor(c: Exchange, outgoing: Outgoing): string | undefined {
  const { range, 'if-range': ifRange } = c.request.headers
  if (range === undefined || c.request.method !== 'GET') return undefined
  return ifRange === undefined || stillTheSame(ifRange as string, representationOf(outgoing)) ? range : undefined
}

/** Text of ours, or bytes of the body. */
type Piece = string | ByteRange

function single(outgoing: Outgoing, range: ByteRange, size: number): Piece[] {
  outgoing.headers.push('content-range', contentRange(range, size))
  return [range]
}

function several(outgoing: Outgoing, ranges: readonly ByteRange[], size: number): Piece[] {
  const boundary = randomBytes(12).toString('hex')
  const type = headerOf(outgoing, 'content-type') ?? 'application/octet-stream'
  setHeader(outgoing, 'content-type', `multipart/byteranges; boundary=${boundary}`)
  const head = (range: ByteRange) => `\r\n--${boundary}\r\ncontent-type: ${type}\r\ncontent-range: ${contentRange(range, size)}\r\n\r\n`
  return [...ranges.flatMap((range): Piece[] => [head(range), range]), `\r\n--${boundary}--\r\n`]
}

function contentRange({ start, end }: ByteRange, size: number): string {
  return `bytes ${start}-${end - 1}/${size}`
}

function joined(body: Uint8Array, pieces: readonly Piece[]): Uint8Array {
  return Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : body.subarray(piece.start, piece.end))))
}

function streamed(outgoing: Outgoing, body: Seekable, pieces: readonly Piece[]): Readable {
  const length = pieces.reduce((sum, piece) => sum + (typeof piece === 'string' ? piece.length : piece.end - piece.start), 0)
  setHeader(outgoing, 'content-length', String(length))
  const [first] = pieces
  return typeof first === 'object' ? body.slice(first.start, first.end) : Readable.from(inTurn(body, pieces), { objectMode: false })
}

async function* inTurn(body: Seekable, pieces: readonly Piece[]) {
  for (const piece of pieces)
    if (typeof piece === 'string') yield Buffer.from(piece)
    else yield* body.slice(piece.start, piece.end)
}
