import { PreconditionFailed, PreconditionRequired } from '../../contract/problems.ts'
import { contentTag, toEntityTag } from '../../std/entity-tag.ts'
import { BootError } from '../../std/errors.ts'
import { parseHttpDate } from '../../std/http-date.ts'
import { Readable } from 'node:stream'
import { headerOf, setHeader } from '../headers.ts'
import type { Exchange } from '../exchange.ts'
import type { Context, Outgoing, Stage, Step } from '../stage.ts'
import { evaluate, type Representation } from './preconditions.ts'
import { becomeProblem } from './problem-json.ts'

/**
 * Entity tags and the conditions of RFC 9110, 13. An answer to GET gets a tag, from `reply()` or from its bytes, and becomes 304
 * when the caller has it already. A write that takes `If-Match` is refused here only when it must come with one and does not: what it
 * is held against only the handler knows, who calls `checkPreconditions()`.
 */
export const conditional: Stage = {
  name: 'conditional',
  compile({ endpoint, source }) {
    const { etag, ifMatch } = endpoint.promises
    const reads = endpoint.method === 'GET'
    if (reads ? ifMatch !== undefined : etag !== undefined) {
      const [given, other] = reads ? ['ifMatch', 'reads have etag'] : ['etag', 'writes have ifMatch']
      throw new BootError(
        'contract-invalid',
        `${endpoint.address} (${source}) has ${given}, which is not for ${endpoint.method}: ${other}.`,
      )
    }
    if (etag) return { stage: 'conditional', label: 'etag', leave: concludeRead }
    return ifMatch === undefined ? undefined : writing(ifMatch === 'required')
  },
}

/**
 * Holds a write's `If-Match`, `If-None-Match` and `If-Unmodified-Since` against what is there now, and throws `PreconditionFailed` (412)
 * when it is not what the caller saw. Call it before anything is changed, where nobody else can change it: on the locked row.
 *
 * `undefined` means that nothing is there: `If-Match` fails then, `If-None-Match: *` does not.
 *
 * ```ts
 * import { checkPreconditions, type Context } from 'throughline/http'
 *
 * const rename = (c: Context, row: { version: number }) => {
 *   checkPreconditions(c, { etag: row.version })
 * }
 * ```
 */
export function checkPreconditions(
  c: Pick<Context, 'headers'>,
  current: { etag?: string | number; lastModified?: Date } | undefined,
): void {
  ;(c as Exchange).ifMatchIgnored = false
  const representation = current && {
    etag: current.etag === undefined ? undefined : toEntityTag(current.etag),
    modified: current.lastModified === undefined ? undefined : Math.floor(current.lastModified.getTime() / 1000) * 1000,
  }
  if (evaluate(c.headers, false, representation) === 'failed') throw PreconditionFailed()
}

function writing(required: boolean): Step {
  return {
    stage: 'conditional',
    label: required ? 'if-match required' : 'if-match',
    enter(c) {
      const { headers } = c.request
      if (headers['if-match'] !== undefined) c.ifMatchIgnored = true
      else if (required && headers['if-none-match'] === undefined) throw PreconditionRequired()
      return undefined
    },
    leave(c, outgoing) {
      // Too late to undo, but not to be heard of: whoever sent If-Match believes that nothing was overwritten.
      if (c.ifMatchIgnored && outgoing.status < 300) c.site.onBreach(c.route, 'if-match-ignored')
    },
  }
}

function concludeRead(c: Exchange, outgoing: Outgoing): void {
  if (outgoing.status !== 200) return
  const { headers, body } = outgoing
  let etag = headerOf(outgoing, 'etag')
  if (etag !== undefined) etag = ofVariant(c, outgoing, etag)
  else if (typeof body === 'string' || body instanceof Uint8Array) headers.push('etag', (etag = contentTag(body)))
  const outcome = evaluate(c.request.headers, true, { etag, modified: modifiedOf(outgoing) })
  if (outcome === 'go-on') return
  if (body instanceof Readable) body.destroy()
  if (outcome === 'failed') becomeProblem(c, outgoing, PreconditionFailed())
  else {
    outgoing.status = 304
    outgoing.body = undefined
    dropContent(headers)
  }
}

/** A version names the state of a row; in another media type or language that state has other bytes, and so another strong tag. */
function ofVariant({ format, language }: Exchange, outgoing: Outgoing, etag: string): string {
  if (format === 0 && language === '') return etag
  const variant = `${etag.slice(0, -1)}${format === 0 ? '' : `;${format}`}${language === '' ? '' : `;${language}`}"`
  setHeader(outgoing, 'etag', variant)
  return variant
}

/** What an answer says of itself. */
export function representationOf(outgoing: Outgoing): Representation {
  return { etag: headerOf(outgoing, 'etag'), modified: modifiedOf(outgoing) }
}

function modifiedOf(outgoing: Outgoing): number | undefined {
  const header = headerOf(outgoing, 'last-modified')
  return header === undefined ? undefined : parseHttpDate(header)
}

const ofContent: ReadonlySet<string> = new Set(['content-type', 'content-length', 'content-encoding', 'content-language'])

/** A 304 describes no content: what it has to say is its tag and for how long it holds (RFC 9110, 15.4.5). */
function dropContent(headers: string[]): void {
  for (let i = headers.length - 2; i >= 0; i -= 2) if (ofContent.has(headers[i]!)) headers.splice(i, 2)
}
