import type { ServerResponse } from 'node:http'
import { isSecretName, redactValue } from '../../std/redact.ts'
import type { Redaction } from '../../std/redaction.ts'
import { headerLines } from '../headers.ts'
import { isStream } from '../http2.ts'
import type { Exchange } from '../exchange.ts'

/** The head of a request as it came: names in the letters that the caller wrote. HTTP/2 has no first line, but fields in its place. */
export function requestHead({ request }: Pick<Exchange, 'request'>, target: string, by?: Redaction): string {
  const { method, httpVersion, rawHeaders } = request
  const lines: string[] = isStream(request) ? [] : [`${method} ${target} HTTP/${httpVersion}`]
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!
    lines.push(name === ':path' ? `${name}: ${target}` : line(name, rawHeaders[i + 1]!, by))
  }
  return lines.join('\n')
}

type Answered = Pick<Exchange, 'request' | 'response' | 'detail' | 'status'>

/** The head of an answer as it was sent, with what `node:http` adds. HTTP/2 has no reason phrase. */
export function responseHead({ request, response, detail, status }: Answered, by?: Redaction): string {
  const sent = isStream(request) ? undefined : (response as ServerResponse & { readonly _header?: string | null })._header
  if (typeof sent === 'string') {
    const [first = '', ...fields] = sent.trimEnd().split('\r\n')
    return [first, ...fields.map((field) => line(...split(field), by))].join('\n')
  }
  const flat = detail?.sent === undefined ? [] : headerLines(detail.sent)
  const lines = [`:status: ${status}`]
  for (let i = 0; i < flat.length; i += 2) lines.push(line(flat[i]!, flat[i + 1]!, by))
  return lines.join('\n')
}

function split(field: string): [name: string, value: string] {
  const colon = field.indexOf(':')
  return [field.slice(0, colon), field.slice(colon + 1).trimStart()]
}

function line(name: string, value: string, by: Redaction | undefined): string {
  return `${name}: ${shownField(name, value, by)}`
}

/** The value of a header as it may be kept. */
export function shownField(name: string, value: string, by: Redaction | undefined): string {
  return isSecretName(name, by) ? '[redacted]' : String(redactValue(value, by))
}
