import { visible, type Paint } from '../cli/terminal.ts'
import type { CertificateFacts } from './certificates.ts'
import { draw } from './draw.ts'
import { showRecord } from './dns/walk.ts'
import type { Outgoing } from './connection.ts'
import type { Traced } from './run.ts'
import type { Attempt } from './tracer.ts'

/** Everything that was measured and found, for programs: the same numbers as in the picture. */
export function toJson({ url, method }: Outgoing, traced: readonly Traced[]): unknown {
  return {
    url: url.href,
    method,
    attempts: traced.map(({ traceId, attempt, server, picture }) => {
      const { timings, dns, tries, reusedAfter, tls, answer, failure } = attempt
      return {
        traceId,
        startedAt: new Date(timings.startedAt).toISOString(),
        total: timings.total,
        phases: timings.phases,
        ...(dns !== undefined && { dns: { ...dns, failure: undefined, hops: dns.hops.map((hop) => ({ ...hop, start: undefined })) } }),
        tcp: reusedAfter === undefined ? { reused: false, tries: tries ?? [] } : { reused: true, age: reusedAfter },
        ...(tls !== undefined && { tls: { ...tls, distrust: tls.distrust?.message } }),
        ...(answer !== undefined && { answer: { ...answer, body: undefined, headers: answer.headers.map(masked) } }),
        ...(failure !== undefined && { failure: { code: failure.code, message: failure.message, fix: failure.fix } }),
        server,
        rows: picture.rows,
      }
    }),
  }
}

/** A cookie's name is worth knowing, its value is somebody's session. */
function masked([name, value]: readonly [string, string]): readonly [string, string] {
  return name.toLowerCase() === 'set-cookie' ? [name, value.replace(/=[^;]*/, '=…')] : [name, value]
}

export interface TextOptions {
  readonly paint: Paint
  readonly columns: number | undefined
}

/** The pictures, one below the other, with what does not fit into a row. */
export function toText(outgoing: Outgoing, traced: readonly Traced[], options: TextOptions): string {
  return traced.map((one) => oneText(outgoing, one, options)).join('\n\n')
}

function oneText({ url, method }: Outgoing, { traceId, attempt, server, picture, page }: Traced, { paint, columns }: TextOptions): string {
  const { timings, answer } = attempt
  const status =
    answer === undefined ? paint('red', 'no answer') : paint(colourOf(answer.status), `${answer.status} over HTTP/${answer.httpVersion}`)
  const head = `${paint('bold', `${method} ${visible(url.href)}`)}  ${status}  ${timings.total.toFixed(2)} ms  ${paint('dim', `trace ${traceId}`)}`
  const facts = [...addressFacts(attempt), ...certificateFacts(attempt), ...answerFacts(attempt)]
  if ('absent' in server && attempt.failure === undefined) facts.push(['server', `not shown: ${server.absent}`])
  if (page !== undefined) facts.push(['console', page])
  const width = Math.max(0, ...facts.map(([name]) => name.length))
  const lines = facts.map(([name, text]) => `${paint('dim', name.padEnd(width))}  ${visible(text)}`)
  return [head, '', draw(picture, { paint, columns }), ...(lines.length === 0 ? [] : ['', ...lines]), ...failureLines(attempt, paint)].join(
    '\n',
  )
}

function colourOf(status: number): 'green' | 'yellow' | 'red' {
  if (status < 400) return 'green'
  return status < 500 ? 'yellow' : 'red'
}

type Fact = readonly [name: string, text: string]

function addressFacts({ dns }: Attempt): Fact[] {
  return (dns?.records ?? []).map((record) => ['record', showRecord(record)])
}

function certificateFacts({ tls, reusedAfter }: Attempt): Fact[] {
  if (tls === undefined || reusedAfter !== undefined || tls.resumed) return []
  const sent: Fact = ['server name', tls.serverName ?? 'none: an address was asked for']
  return [sent, ...tls.chain.map((one): Fact => ['certificate', showCertificate(one)])]
}

function showCertificate({ subject, issuer, names, validTo, daysLeft, selfSigned }: CertificateFacts): string {
  const expiry = daysLeft < 0 ? `expired ${-daysLeft} days ago` : `${daysLeft} days left`
  const by = selfSigned ? 'signed by itself' : `by ${issuer}`
  return [subject, by, ...(names.length === 0 ? [] : [`for ${names.join(', ')}`]), `until ${validTo.slice(0, 10)} (${expiry})`].join(' · ')
}

const telling = ['content-type', 'cache-control', 'cache-status', 'age', 'server-timing', 'x-request-id', 'via']

function answerFacts({ answer }: Attempt): Fact[] {
  if (answer === undefined) return []
  const location = answer.headers.find(([name]) => name.toLowerCase() === 'location')?.[1]
  const redirects = answer.status >= 300 && answer.status < 400 && location !== undefined
  return [
    ...(redirects ? [['leads to', `${location} (not followed: trace it by itself)`] as const] : []),
    ...answer.headers.filter(([name]) => telling.includes(name.toLowerCase())).map(([name, value]) => [name.toLowerCase(), value] as const),
  ]
}

function failureLines({ failure, tls }: Attempt, paint: Paint): string[] {
  if (failure !== undefined) return ['', paint('red', visible(failure.message)), failure.fix]
  return tls?.distrust === undefined ? [] : ['', paint('yellow', `Not trusted, and asked all the same: ${visible(tls.distrust.message)}`)]
}
