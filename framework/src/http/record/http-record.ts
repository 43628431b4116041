import type { HttpRecord } from '../../std/operation.ts'
import { isSecretName, redact } from '../../std/redact.ts'
import { headerLines } from '../headers.ts'
import type { Exchange } from '../stage.ts'
import { requestHead, responseHead } from './raw-head.ts'

const longestBody = 8 * 1024
const longestTarget = 2_048

/** The HTTP side of a request that is over. Nothing in it tells a secret: names decide, as they do in the log. */
export function toHttpRecord(c: Exchange): HttpRecord {
  const { request, detail, body, actor } = c
  const withBodies = detail !== undefined && c.site.recording?.bodies === true
  const target = masked(request.url ?? '').slice(0, longestTarget)
  return {
    method: request.method ?? '',
    target,
    version: request.httpVersion,
    ip: c.ip,
    requestHeaders: pairsOf(request.rawHeaders),
    responseHeaders: pairsOf(detail?.sent === undefined ? [] : headerLines(detail.sent)),
    ...(withBodies && body !== undefined && { requestBody: bodyOf(body) }),
    ...(withBodies && detail.body !== undefined && { responseBody: textOf(detail.body) }),
    responseBytes: c.bytes,
    ...(detail !== undefined && { requestHead: requestHead(c, target), responseHead: responseHead(c) }),
    ...(actor !== undefined && { actor: actor.id }),
  }
}

/** A path and its query; what a parameter with a secret's name holds is masked. */
function masked(target: string): string {
  const query = target.indexOf('?')
  if (query < 0) return target
  const pairs = target
    .slice(query + 1)
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=')
      const name = equals < 0 ? pair : pair.slice(0, equals)
      return equals < 0 || !isSecretName(name) ? pair : `${name}=[redacted]`
    })
  return `${target.slice(0, query)}?${pairs.join('&')}`
}

function pairsOf(flat: readonly string[]): [string, string][] {
  const pairs: [string, string][] = []
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i]!.toLowerCase()
    pairs.push([name, isSecretName(name) ? '[redacted]' : String(redact({ value: flat[i + 1] })['value'])])
  }
  return pairs
}

function bodyOf(body: unknown): unknown {
  const { value } = redact({ value: body })
  const text = JSON.stringify(value) as string | undefined
  return text === undefined || text.length <= longestBody ? value : `${text.slice(0, longestBody)}… (${text.length} characters)`
}

/** JSON is masked member by member; other text is shown as it was sent, for it has no names to go by, and bytes by their number. */
function textOf(body: NonNullable<NonNullable<Exchange['detail']>['body']>): string {
  if (typeof body !== 'string') return body instanceof Uint8Array ? `[${body.byteLength} bytes]` : '[a stream]'
  if (body.length > longestBody) return `[${body.length} characters]`
  try {
    return JSON.stringify(redact({ value: JSON.parse(body) as unknown })['value'])
  } catch {
    return body
  }
}
