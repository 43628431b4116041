import { randomBytes } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import { hstsValue, securityHeaderLines } from '../../contract/security-headers.ts'
import { fixedHeaders } from './head.ts'
import type { Exchange } from '../exchange.ts'
import type { Context, Outgoing, Stage } from '../stage.ts'

/** No header of ours has a shorter name: most of a handler's own need not be looked up. */
const shortestName = 'referrer-policy'.length
const nonces = new WeakMap<object, string>()

/** Tells browsers what an answer may not do. The lines are written at boot; a header that the handler set itself stays as it is. */
export const securityHeaders: Stage = {
  name: 'security-headers',
  compile({ endpoint: { promises } }, site) {
    const chosen = promises.securityHeaders ?? site.securityHeaders ?? {}
    if (chosen === 'none') return undefined
    const options = typeof chosen === 'string' ? { set: chosen } : chosen
    const isPage = promises.mediaType === 'text/html'
    const lines = securityHeaderLines(options, isPage)
    const hsts = site.hsts === false ? undefined : hstsValue(site.hsts ?? {})
    const fixed = fixedHeaders(lines)
    const names = new Set([...lines.filter((_, i) => i % 2 === 0), 'strict-transport-security'])
    const set = options.set ?? (isPage ? 'html' : 'api')
    return {
      stage: 'security-headers',
      label: `security-headers ${set}`,
      leave(c, outgoing) {
        const nonce = set === 'html' ? nonces.get(c) : undefined
        const own = outgoing.headers.length
        const wanted = nonce === undefined ? lines : securityHeaderLines(options, isPage, nonce)
        if (nonce !== undefined || isAnySet(outgoing, names)) addMissing(outgoing, wanted, own)
        else outgoing.fixed = fixed
        // Over plain HTTP anybody on the way could write it, and browsers ignore it (RFC 6797, 8.1).
        if (hsts !== undefined && isSecure(c)) addMissing(outgoing, ['strict-transport-security', hsts], own)
      },
    }
  },
}

/**
 * The nonce of this answer's `Content-Security-Policy`, for the `nonce` attribute of the page's own scripts and styles.
 *
 * Another one for each answer, and in the policy only of answers that asked for it.
 *
 * ```ts
 * import { cspNonce, rawReply, type Context } from 'throughline/http'
 *
 * const page = (c: Context) => rawReply(`<script nonce="${cspNonce(c)}">start()</script>`, { type: 'text/html; charset=utf-8' })
 * ```
 */
export function cspNonce(c: Pick<Context, 'id'>): string {
  let nonce = nonces.get(c)
  if (nonce === undefined) nonces.set(c, (nonce = randomBytes(16).toString('base64')))
  return nonce
}

function isAnySet({ headers }: Outgoing, names: ReadonlySet<string>): boolean {
  for (let i = 0; i < headers.length; i += 2) if (headers[i]!.length >= shortestName && names.has(headers[i]!)) return true
  return false
}

/** `own`: where the handler's headers end. */
function addMissing({ headers }: Outgoing, lines: readonly string[], own: number): void {
  for (let i = 0; i < lines.length; i += 2) {
    let isSet = false
    for (let at = 0; at < own; at += 2) if (headers[at] === lines[i]) isSet = true
    if (!isSet) headers.push(lines[i]!, lines[i + 1]!)
  }
}

function isSecure({ request }: Exchange): boolean {
  return (request.socket as TLSSocket | null)?.encrypted === true
}
