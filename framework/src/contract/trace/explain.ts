import { errorTable } from '../../std/error-table.ts'
import type { HttpRecord, Operation } from '../../std/operation.ts'
import { whyCompressed } from './explain-compression.ts'
import { whyCached } from './explain-cache.ts'
import { whereTimeWent } from './explain-time.ts'
import { whyMatched } from './explain-match.ts'

/** One answer to "why?". */
export interface Sentence {
  readonly about: 'match' | 'status' | 'cache' | 'compression' | 'retry' | 'time' | 'caused'
  readonly text: string
}

/** Says why a request went as it did, from what was recorded of its trace. `id`: which operation, should there be several. Default: the first. */
export function explain(operations: readonly Operation[], id?: string): Sentence[] {
  const sorted = operations.toSorted((a, b) => a.startedAt - b.startedAt)
  const one = sorted.find((operation) => operation.id === id) ?? sorted.find(({ kind }) => kind === 'request') ?? sorted[0]
  if (one === undefined) return []
  const { http } = one
  return [
    ...(http === undefined ? [] : [{ about: 'match', text: whyMatched(one.name, http) } as const]),
    { about: 'status', text: whyStatus(one) },
    ...(http === undefined ? [] : answered(one, http)),
    ...retries(one).map((text) => ({ about: 'retry', text }) as const),
    { about: 'time', text: whereTimeWent(one) },
    { about: 'caused', text: caused(one, sorted) },
  ]
}

/** Without headers there is nothing to go by: they are recorded only of requests that are recorded in detail. */
function answered(one: Operation, http: HttpRecord): Sentence[] {
  if (http.responseHeaders.length === 0) return []
  return [
    { about: 'cache', text: whyCached(one.status, http) },
    { about: 'compression', text: whyCompressed(one.status, http) },
  ]
}

function whyStatus({ name, kind, status, outcome, error, spans, http }: Operation): string {
  if (kind !== 'request') return outcome === 'failed' ? `${name} failed: ${sayError(error)}.` : `${name} (${kind}) went well.`
  const header = (wanted: string) => http?.responseHeaders.find(([one]) => one === wanted)?.[1]
  if (status === 304) return 'The status is 304: what the caller has is still right, so nothing was sent again.'
  if (status >= 300 && status < 400) return `The status is ${status}: it leads to ${header('location') ?? 'another place'}.`
  if (status < 400)
    return error === undefined
      ? `The status is ${status}: your code answered.`
      : `The status is ${status}, but then the answer broke off: ${sayError(error)}.`
  // The last step that began is the one that refused; the reply comes behind all of them.
  const step = spans.filter(({ kind: one, name: stage }) => one === 'stage' && stage !== 'reply').at(-1)
  const by =
    step === undefined
      ? ''
      : step.name === 'handle'
        ? ' It came from the step "handle": your code, or what it answered.'
        : ` The step "${step.name}" refused.`
  const row =
    error?.code === undefined || !Object.hasOwn(errorTable, error.code) ? undefined : errorTable[error.code as keyof typeof errorTable]
  return `The status is ${status}: ${sayError(error)}.${by}${row === undefined ? '' : ` ${row.fix}`}`
}

function sayError(error: Operation['error']): string {
  if (error === undefined) return 'nothing was thrown'
  return `${error.code ?? error.type}, ${error.message.replace(/\.$/, '')}`
}

function retries({ spans }: Operation): string[] {
  const again = spans.filter(({ kind, attributes }) => kind === 'transaction' && Number(attributes?.['attempt'] ?? 1) > 1).length
  const attempts = spans.filter(({ kind }) => kind === 'attempt')
  const failed = attempts.filter(({ failed: reason }) => reason !== undefined)
  return [
    ...(again === 0
      ? []
      : [`A transaction was repeated ${times(again)}: another one had changed what it read, or they had waited for each other.`]),
    ...(failed.length === 0
      ? []
      : [
          `Of ${attempts.length} attempts to reach other services ${failed.length} failed: ${[...new Set(failed.map(({ failed: reason }) => reason))].join(', ')}.`,
        ]),
    ...(again === 0 && failed.length === 0 ? ['Nothing had to be repeated.'] : []),
  ]
}

function caused(one: Operation, operations: readonly Operation[]): string {
  const others = operations.filter((other) => other !== one && other.startedAt >= one.startedAt)
  if (others.length === 0) return 'It caused nothing else that was recorded.'
  const list = others.map(({ kind, name, ms, outcome }) => `${kind} ${name} (${ms.toFixed(1)} ms${outcome === 'failed' ? ', failed' : ''})`)
  return `It caused ${list.length === 1 ? '' : `${list.length}: `}${list.slice(0, 10).join('; ')}${list.length > 10 ? '; …' : ''}.`
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}
