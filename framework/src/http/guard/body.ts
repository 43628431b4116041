import type { IncomingMessage } from 'node:http'
import { ContentTooLarge, UnsupportedMediaType } from '../../contract/problems.ts'
import { essenceOf, isPatch, patchTypes } from '../../contract/patch.ts'
import { abortReason } from '../../std/abort.ts'
import type { Exchange, Stage } from '../stage.ts'
import { defaultRules, parseJson } from './json.ts'

// RFC 8259 knows no charset, but `utf-8` is what many clients add; any other would be misread.
const jsonType = /^application\/(?:[\w.!#$&^+-]+\+)?json[ \t]*(?:;[ \t]*charset="?utf-8"?[ \t]*|;(?![^;]*charset=)[^;]*)*$/i

/**
 * Reads and parses the body, and only now: everything that can refuse a request without its body has had its turn (errata E13).
 * A declared length over the limit is refused unread.
 */
export const body: Stage = {
  name: 'body',
  compile(route, site) {
    if (route.endpoint.promises.body === undefined) return undefined
    const types = isPatch(route.endpoint.promises.body) ? patchTypes : undefined
    const limit = route.endpoint.promises.bodyLimit ?? site.bodyLimit
    const rules = { ...defaultRules, ...route.endpoint.promises.json }
    return {
      stage: 'body',
      label: `body ≤ ${toSize(limit)}`,
      enter(c) {
        checkMediaType(c.request, types)
        if (Number(c.request.headers['content-length'] ?? 0) > limit) throw ContentTooLarge({ limit })
        // The caller may be waiting for leave to send (RFC 9110, 10.1.1); node:http gives it by itself only where nobody listens for the question.
        if (c.request.headers.expect !== undefined) c.response.writeContinue()
        return readBody(c, limit, rules)
      },
    }
  },
}

function checkMediaType(request: IncomingMessage, only: readonly string[] | undefined): void {
  const type = request.headers['content-type']
  if (only !== undefined) {
    if (only.includes(essenceOf(type))) return
    throw UnsupportedMediaType({ supported: only })
  }
  if (type === 'application/json' || (type !== undefined && jsonType.test(type))) return
  throw UnsupportedMediaType({ supported: ['application/json'] })
}

function readBody(c: Exchange, limit: number, rules: typeof defaultRules): Promise<undefined> {
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
        c.body = parseJson(more === undefined ? (first ?? Buffer.alloc(0)) : Buffer.concat(more, length), rules)
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
