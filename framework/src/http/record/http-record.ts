import type { HttpRecord } from '../../std/operation.ts'
import { isSecretName, redactValue } from '../../std/redact.ts'
import type { Redaction } from '../../std/redaction.ts'
import { headerLines, headerOf } from '../headers.ts'
import type { Exchange } from '../exchange.ts'
import { decodedBody } from './decoded-body.ts'
import type { Detail } from './detail.ts'
import { requestHead, responseHead, shownField } from './raw-head.ts'

const hidden = '[redacted]'
const longestBody = 8 * 1024
const longestTarget = 2_048

/** The HTTP side of a request that is over. Nothing in it tells a secret: names, looks and the contract's `sensitive` decide, as they do in the log. */
export function toHttpRecord(c: Exchange): HttpRecord {
  const { request, detail, body, actor } = c
  const by = c.site.recording?.redaction
  const withBodies = detail !== undefined && c.site.recording?.bodies === true
  const target = masked(request.url ?? '', by).slice(0, longestTarget)
  return {
    method: request.method ?? '',
    target,
    version: request.httpVersion,
    ip: c.ip,
    requestHeaders: pairsOf(request.rawHeaders, by),
    responseHeaders: pairsOf(detail?.sent === undefined ? [] : headerLines(detail.sent), by),
    ...(withBodies && body !== undefined && { requestBody: bodyOf(body, by) }),
    ...(withBodies && detail.body !== undefined && { responseBody: answerOf(c, detail, by) }),
    responseBytes: c.bytes,
    ...(detail !== undefined && { requestHead: requestHead(c, target, by), responseHead: responseHead(c, by) }),
    ...(actor !== undefined && { actor: actor.id }),
  }
}

/** A path and its query; what a parameter with a secret's name holds is masked, and whatever looks like a secret. */
function masked(target: string, by: Redaction | undefined): string {
  const query = target.indexOf('?')
  if (query < 0) return shownPart(target, by)
  const pairs = target
    .slice(query + 1)
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=')
      if (equals < 0) return shownPart(pair, by)
      const name = pair.slice(0, equals)
      return `${name}=${isSecretName(decoded(name), by) ? hidden : shownPart(pair.slice(equals + 1), by)}`
    })
  return `${shownPart(target.slice(0, query), by)}?${pairs.join('&')}`
}

function shownPart(text: string, by: Redaction | undefined): string {
  return String(redactValue(text, by))
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

function pairsOf(flat: readonly string[], by: Redaction | undefined): [string, string][] {
  const pairs: [string, string][] = []
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i]!.toLowerCase()
    pairs.push([name, shownField(name, flat[i + 1]!, by)])
  }
  return pairs
}

function bodyOf(body: unknown, by: Redaction | undefined): unknown {
  const value = redactValue(body, by)
  const text = JSON.stringify(value) as string | undefined
  return text === undefined || text.length <= longestBody ? value : `${text.slice(0, longestBody)}… (${text.length} characters)`
}

function answerOf(c: Exchange, { body, sent }: Detail, by: Redaction | undefined): string {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return '[a stream]'
  const decoded = decodedBody(c, sent && headerOf(sent, 'content-type'), body)
  return textOf(decoded ?? body, by)
}

/** JSON is masked member by member; other text by how what is in it looks, for it has no names to go by; bytes are shown by their number. */
function textOf(body: string | Uint8Array, by: Redaction | undefined): string {
  if (typeof body !== 'string') return `[${body.byteLength} bytes]`
  if (body.length > longestBody) return `[${body.length} characters]`
  try {
    return JSON.stringify(redactValue(JSON.parse(body), by))
  } catch {
    return String(redactValue(body, by))
  }
}
