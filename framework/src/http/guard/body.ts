import { ContentTooLarge } from '../../contract/problems.ts'
import { abortReason } from '../../std/abort.ts'
import { requestHeader } from '../headers.ts'
import type { Exchange } from '../exchange.ts'
import type { Stage } from '../stage.ts'
import { arriving, codingsOf } from './content-encoding.ts'
import { keepBody } from './raw-body.ts'
import { readersOf, type Reader } from './readers.ts'

/**
 * Reads and parses the body, and only now: everything that can refuse a request without its body has had its turn (errata E13).
 * A declared length over the limit is refused unread.
 */
export const body: Stage = {
  name: 'body',
  compile({ endpoint }, site) {
    if (endpoint.promises.body === undefined) return undefined
    const limit = endpoint.promises.bodyLimit ?? site.bodyLimit
    const readerFor = readersOf(endpoint, site.codecs)
    const keep = endpoint.promises.rawBody === true
    return {
      stage: 'body',
      label: `body ≤ ${toSize(limit)}`,
      enter(c) {
        const { request } = c
        const reader = readerFor(requestHeader(request, 'content-type'))
        const codings = codingsOf(request)
        if (Number(requestHeader(request, 'content-length') ?? 0) > limit) throw ContentTooLarge({ limit })
        // The caller may be waiting for leave to send (RFC 9110, 10.1.1); node:http gives it by itself only where nobody listens for the question.
        if (requestHeader(request, 'expect') !== undefined) c.response.writeContinue()
        if (reader.readStream !== undefined) return readArriving(c, reader, arriving(request, codings, limit))
        if (codings === undefined && !keep) return readWhole(c, reader, limit)
        return readGathered(c, reader, arriving(request, codings, limit), keep)
      },
    }
  },
}

function readArriving(c: Exchange, { readStream }: Reader, chunks: AsyncIterable<Uint8Array>): undefined | Promise<undefined> {
  const value = readStream!(chunks, c.request.headers['content-type']!)
  if (value instanceof Promise) return value.then((parsed) => void (c.body = parsed))
  c.body = value
  return undefined
}

async function readGathered(c: Exchange, { read }: Reader, chunks: AsyncIterable<Uint8Array>, keep: boolean): Promise<undefined> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  const bytes = Buffer.concat(all)
  if (keep) keepBody(c, bytes)
  c.body = read(bytes)
}

/** What most bodies are, without a promise a chunk. */
function readWhole(c: Exchange, { read }: Reader, limit: number): Promise<undefined> {
  const { request } = c
  return new Promise((resolve, reject) => {
    let first: Buffer | undefined
    let more: Buffer[] | undefined
    let length = 0
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > limit) {
        // Stop taking bytes in: the sender of an endless body must not fill memory while it is being refused.
        request.pause()
        request.removeAllListeners('data')
        reject(ContentTooLarge({ limit }))
        return
      }
      if (first === undefined) first = chunk
      else (more ??= [first]).push(chunk)
    })
    request.on('end', () => {
      try {
        c.body = read(more === undefined ? (first ?? Buffer.alloc(0)) : Buffer.concat(more, length))
        resolve(undefined)
      } catch (error) {
        reject(error as Error)
      }
    })
    request.on('error', () => reject(abortReason('client-closed-request')))
    if (request.destroyed) reject(abortReason('client-closed-request'))
  })
}

function toSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB']
  let unit = 0
  let size = bytes
  while (size >= 1024 && size % 1024 === 0 && unit < units.length - 1) {
    size /= 1024
    unit++
  }
  return `${size} ${units[unit]}`
}
