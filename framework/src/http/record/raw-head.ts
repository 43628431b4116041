import type { ServerResponse } from 'node:http'
import { isSecretName } from '../../std/redact.ts'
import { headerLines } from '../headers.ts'
import { isStream } from '../http2.ts'
import type { Exchange } from '../stage.ts'

/** The head of a request as it came: names in the letters that the caller wrote. HTTP/2 has no first line, but fields in its place. */
export function requestHead({ request }: Pick<Exchange, 'request'>, target: string): string {
  const { method, httpVersion, rawHeaders } = request
  const lines: string[] = isStream(request) ? [] : [`${method} ${target} HTTP/${httpVersion}`]
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!
    lines.push(line(name, name === ':path' ? target : rawHeaders[i + 1]!))
  }
  return lines.join('\n')
}

/** The head of an answer as it was sent, with what `node:http` adds. HTTP/2 has no reason phrase. */
export function responseHead({ request, response, detail, status }: Pick<Exchange, 'request' | 'response' | 'detail' | 'status'>): string {
  const sent = isStream(request) ? undefined : (response as ServerResponse & { readonly _header?: string | null })._header
  if (typeof sent === 'string') {
    const [first = '', ...fields] = sent.trimEnd().split('\r\n')
    return [first, ...fields.map((field) => line(...split(field)))].join('\n')
  }
  const flat = detail?.sent === undefined ? [] : headerLines(detail.sent)
  const lines = [`:status: ${status}`]
  for (let i = 0; i < flat.length; i += 2) lines.push(line(flat[i]!, flat[i + 1]!))
  return lines.join('\n')
}

function split(field: string): [name: string, value: string] {
  const colon = field.indexOf(':')
  return [field.slice(0, colon), field.slice(colon + 1).trimStart()]
}

function line(name: string, value: string): string {
  return `${name}: ${isSecretName(name) ? '[redacted]' : value}`
}
