import { checkHeader } from '../../std/field-value.ts'
import type { Exchange } from '../exchange.ts'
import type { Context } from '../stage.ts'

/**
 * Sends 103 with `Link` headers while the answer is still being made, so that the browser fetches styles and scripts meanwhile (RFC 8297).
 *
 * Only browsers that load a page get it, and every HTTP/2 caller: an HTTP/1.0 caller or an old proxy would take it for the answer.
 * True when it was sent. Throws a `TypeError` for what no header can carry.
 *
 * ```ts
 * import { earlyHints, type Context } from 'throughline/http'
 *
 * const hint = (c: Context) => earlyHints(c, ['</app.css>; rel=preload; as=style', '</app.js>; rel=modulepreload'])
 * ```
 */
export function earlyHints(c: Pick<Context, 'id'>, links: readonly string[]): boolean {
  const { request, response, answered } = c as Exchange
  for (const link of links) checkHeader('link', link)
  const { httpVersionMajor, httpVersionMinor, headers } = request
  const isNavigation = httpVersionMajor === 1 && httpVersionMinor >= 1 && headers['sec-fetch-mode'] === 'navigate'
  if (links.length === 0 || answered || response.destroyed || !(isNavigation || httpVersionMajor >= 2)) return false
  response.writeEarlyHints({ link: [...links] })
  return true
}
