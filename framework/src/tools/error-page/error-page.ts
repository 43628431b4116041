import { bestMedia, remembered } from '../../http/quality.ts'
import type { Outgoing } from '../../http/answer.ts'
import type { Exchange } from '../../http/exchange.ts'
import { isOfThisMachine } from '../console/home.ts'
import { toFailure } from './failure.ts'
import { htmlPage, pagePolicy } from './page.ts'
import { textPage } from './text-page.ts'

const none: ReadonlyMap<string, string> = new Map()
/** What is liked equally goes to the first: a program that takes anything gets what it gets in production. */
const offers = [
  { mediaType: 'application/problem+json', aliases: ['application/json'], params: none },
  { mediaType: 'text/html', aliases: ['application/xhtml+xml'], params: none },
  { mediaType: 'text/plain', aliases: [], params: none },
]
const choose = remembered((accept) => bestMedia(accept, offers))
const replaced: ReadonlySet<string> = new Set(['content-type', 'content-language'])
/** Somebody forwards for others: who sits at the machine is not known. */
const forwarded = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'] as const

/**
 * What a developer sees of a failure in place of its problem document: in a browser a page, in a terminal that asks for `text/plain` the same
 * as text. Undefined for programs, and for whoever does not sit at this machine: the page has the source in it.
 */
export function errorPage(c: Exchange, error: unknown, { status, headers, body }: Outgoing): Outgoing | undefined {
  const { accept } = c.request.headers
  const choice = accept === undefined ? 0 : choose(accept)
  if (choice < 1 || forwarded.some((name) => c.request.headers[name] !== undefined)) return undefined
  try {
    if (!isOfThisMachine(c)) return undefined
    const failure = toFailure(c, error, { status, document: indented(body) })
    const kept = headers.flatMap((value, i) => (i % 2 === 0 && !replaced.has(value) ? [value, headers[i + 1]!] : []))
    const page = [...kept, 'vary', 'accept']
    if (choice === 2) return { status, headers: ['content-type', 'text/plain; charset=utf-8', ...page], body: textPage(failure) }
    const more = ['content-type', 'text/html; charset=utf-8', 'content-security-policy', pagePolicy]
    return { status, headers: [...more, ...page], body: htmlPage(failure) }
  } catch (problem) {
    c.log.warn('no error page', { error: problem })
    return undefined
  }
}

function indented(body: Outgoing['body']): string {
  return typeof body === 'string' ? JSON.stringify(JSON.parse(body), undefined, 2) : ''
}
