import type { IncomingMessage } from 'node:http'
import { BadRequest, ContentTooLarge, MalformedJson, UnsupportedMediaType } from '../../contract/problems.ts'
import { abortReason } from '../../std/abort.ts'
import type { Exchange, Stage } from '../stage.ts'
import { jsonMistake } from './json-mistake.ts'

const jsonType = /^application\/(?:[\w.!#$&^+-]+\+)?json$/i
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads and parses the body, and only now: everything that can refuse a request without its body has had its turn (errata E13).
 * A declared length over the limit is refused unread.
 */
export const body: Stage = {
  name: 'body',
  compile(route, site) {
    if (route.endpoint.promises.body === undefined) return undefined
    const limit = route.endpoint.promises.bodyLimit ?? site.bodyLimit
    return {
      stage: 'body',
      label: `body ≤ ${toSize(limit)}`,
      enter(c) {
        checkMediaType(c.request)
        if (Number(c.request.headers['content-length'] ?? 0) > limit) throw ContentTooLarge({ limit })
        // The caller may be waiting for leave to send (RFC 9110, 10.1.1); node:http gives it by itself only where nobody listens for the question.
        if (c.request.headers.expect !== undefined) c.response.writeContinue()
        return readBody(c, limit)
      },
    }
  },
}

function checkMediaType(request: IncomingMessage): void {
  const type = request.headers['content-type']
  const semicolon = type?.indexOf(';') ?? -1
  const essence = semicolon < 0 ? type : type!.slice(0, semicolon).trimEnd()
  if (essence === 'application/json' || (essence !== undefined && jsonType.test(essence))) return
  throw UnsupportedMediaType({ supported: ['application/json'] })
}

function readBody(c: Exchange, limit: number): Promise<undefined> {
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
        c.body = parseJson(more === undefined ? (first ?? Buffer.alloc(0)) : Buffer.concat(more, length))
        resolve(undefined)
      } catch (error) {
        reject(error as Error)
      }
    })
    request.on('error', () => reject(abortReason('client-closed-request')))
    if (request.destroyed) reject(abortReason('client-closed-request'))
  })
}

/** JSON by RFC 8259: UTF-8 only, no byte order mark. Throws `MalformedJson` with the place, never with the text. */
export function parseJson(bytes: Uint8Array): unknown {
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch (cause) {
    throw BadRequest({ cause })
  }
  try {
    return JSON.parse(text)
  } catch {
    throw MalformedJson(jsonMistake(text))
  }
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
