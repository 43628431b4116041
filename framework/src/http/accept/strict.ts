import type { IncomingMessage, ServerResponse } from 'node:http'
import { isIPv6 } from 'node:net'
import { BadRequest, ExpectationFailed, MisdirectedRequest, NotImplemented, VersionNotSupported } from '../../contract/problems.ts'
import type { AppError } from '../../std/errors.ts'
import { isStream } from '../http2.ts'
import { withoutOptionalSpace } from '../../std/optional-space.ts'

// Narrower than RFC 3986's reg-name: what it also allows (`,`, `%`, `;` …) no resolver knows, and proxies read differently.
const name = /^[\w.~-]+$/
// `#` and `\\` end a path for some readers; in a query they mislead nobody.
const visible = /^[!"$->@-[\]-~]*(?:\?[!-~]*)?$/
// Some proxies turn `_` into `-` and find another framing than we did.
const framing = /^(?:content[-_]+length|transfer[-_]+encoding)$/

const registered: ReadonlySet<string> = new Set(['chunked', 'gzip', 'x-gzip', 'deflate', 'compress', 'x-compress', 'identity'])
const undecoded = NotImplemented({ detail: 'Nothing is read in a transfer coding other than chunked.' })

/** Whether a fault concerns nobody but the reader of the body: its end is not in doubt (RFC 9112, 6.1). */
export function isAboutBody(fault: AppError): boolean {
  return fault === undecoded
}

/**
 * Finds what `node:http` lets through and RFC 9112 does not: a second `Host`, a target that two readers would read differently,
 * a transfer coding that nobody decodes. Undefined when there is nothing to say.
 */
export function strictness(allowedHosts: readonly string[]): (request: IncomingMessage) => AppError | undefined {
  const checkHost = hostCheck(new Set(allowedHosts.map((host) => host.toLowerCase())))
  return (request) => {
    if (!isStream(request)) return checkHttp1(request, checkHost)
    const { authority, headers, url = '' } = request
    if (authority !== '' && headers.host !== undefined && headers.host !== authority) return bad(':authority and Host differ.')
    return checkTarget(request.method!, url, undefined) ?? checkHost(authority || (headers.host ?? ''))
  }
}

type CheckHost = (host: string) => AppError | undefined

/** A service has few names: those that were found good are remembered, as many as fit. */
function hostCheck(allowed: ReadonlySet<string>): CheckHost {
  const good = new Set<string>()
  return (host) => {
    if (good.has(host)) return undefined
    const fault = faultOfHost(host, allowed)
    if (fault === undefined && good.size < 256) good.add(host)
    return fault
  }
}

function checkHttp1(request: IncomingMessage, checkHost: CheckHost): AppError | undefined {
  const { rawHeaders, httpVersionMajor, httpVersionMinor } = request
  if (httpVersionMajor !== 1 || httpVersionMinor > 1) return VersionNotSupported()
  let host: string | undefined
  let coding: AppError | undefined
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const line = rawHeaders[i]!
    switch (line.length) {
      case 4:
        if (line.toLowerCase() !== 'host') break
        if (host !== undefined) return bad('There is more than one Host line.')
        host = rawHeaders[i + 1]!
        break
      case 6:
        if (line.toLowerCase() === 'expect' && rawHeaders[i + 1]!.toLowerCase() !== '100-continue') return ExpectationFailed()
        break
      default: {
        const fault = line.length < 14 ? undefined : checkFraming(line, rawHeaders[i + 1]!, httpVersionMinor)
        if (fault === undecoded) coding = fault
        else if (fault !== undefined) return fault
      }
    }
  }
  const fault = checkTarget(request.method!, request.url!, host)
  if (fault !== undefined) return fault
  if (host !== undefined) return checkHost(host) ?? coding
  return httpVersionMinor === 0 ? coding : bad('There is no Host line.')
}

function checkFraming(line: string, value: string, minor: number): AppError | undefined {
  const first = line.charCodeAt(0) | 0x20
  if ((first !== 0x63 && first !== 0x74) || !framing.test(line.toLowerCase())) return undefined
  if (line.includes('_') || line.includes('--')) return bad(`${line} is not a header field.`)
  if (line.length === 14) return undefined
  // An HTTP/1.0 sender that chunks has been tampered with on the way (RFC 9112, 6.1).
  if (minor === 0) return bad('HTTP/1.0 has no Transfer-Encoding.')
  if (value.toLowerCase() === 'chunked') return undefined
  return value.split(',').every((coding) => registered.has(withoutOptionalSpace(coding).toLowerCase()))
    ? undecoded
    : bad('Transfer-Encoding names an unknown coding.')
}

/** Origin-form, absolute-form that says the same as `Host`, or `OPTIONS *` (RFC 9112, 3.2). */
function checkTarget(method: string, target: string, host: string | undefined): AppError | undefined {
  if (!visible.test(target)) return bad('The target holds characters that must be percent-encoded.')
  if (target.charCodeAt(0) === 0x2f) return undefined
  if (target === '*') return method === 'OPTIONS' ? undefined : bad('Only OPTIONS may ask for *.')
  const [, authority] = /^https?:\/\/([^/?]+)(?:[/?]|$)/i.exec(target) ?? []
  if (authority === undefined) return bad('The target is neither a path nor an http URI.')
  return host === undefined || authority.toLowerCase() === host.toLowerCase()
    ? undefined
    : bad('The target names another host than Host does.')
}

function faultOfHost(host: string, allowed: ReadonlySet<string>): AppError | undefined {
  const colon = host.charCodeAt(0) === 0x5b ? host.indexOf(':', host.indexOf(']')) : host.indexOf(':')
  const domain = colon < 0 ? host : host.slice(0, colon)
  const port = colon < 0 ? '' : host.slice(colon + 1)
  const isName = domain.startsWith('[') ? domain.endsWith(']') && isIPv6(domain.slice(1, -1)) : name.test(domain)
  if (!isName || !/^\d{0,5}$/.test(port) || Number(port) > 65_535) return bad('Host is not the name of a host.')
  return allowed.size === 0 || allowed.has(domain.toLowerCase()) ? undefined : MisdirectedRequest()
}

function bad(detail: string): AppError {
  return BadRequest({ detail })
}

const ended = new WeakSet<object>()

/** Makes the answer to this request the last of its connection: what stands behind a faulty request is not a request (RFC 9112, 9.6). */
export function endConnection(request: IncomingMessage, response: ServerResponse): void {
  if (isStream(request)) return
  response.shouldKeepAlive = false
  ended.add(request.socket)
}

/** Whether the connection's last answer was already decided: what still comes in on it must not run. */
export function isEnded(request: IncomingMessage): boolean {
  return ended.has(request.socket)
}
