import type { Clock } from '../../std/clock.ts'
import type { Operation } from '../../std/operation.ts'
import type { Outgoing } from './connection.ts'
import type { Tracer } from './tracer.ts'

/** What the server recorded, or the reason why that cannot be shown. */
export type ServerHalf = { readonly operations: readonly Operation[] } | { readonly absent: string }

export interface AskOptions {
  readonly origin: string
  /** The id of a trace, or of one of its requests or jobs. */
  readonly id: string
  /** Opens a console that is closed to strangers. */
  readonly token: string | undefined
  readonly clock: Clock
  /** Whether to ask again, because the request is only just over. */
  readonly isPatient: boolean
}

/** A record is written behind the answer, so it may come a moment later: milliseconds between the questions. */
const pauses = [20, 50, 100, 200, 400]

/** Asks a server's console what it recorded. Resolves to a reason, and never rejects for what the server does. */
export async function askConsole(tracer: Tracer, { origin, id, token, clock, isPatient }: AskOptions): Promise<ServerHalf> {
  const url = new URL(`/console/api/traces/${encodeURIComponent(id)}`, origin)
  const authorization = token === undefined ? [] : [['Authorization', `Bearer ${token}`] as const]
  const question: Outgoing = { url, method: 'GET', headers: [['Accept', 'application/json'], ...authorization], body: undefined }
  for (const pause of [...(isPatient ? pauses : []), undefined]) {
    const { answer, failure } = await tracer.attempt(question, '')
    if (answer === undefined) return { absent: `its console could not be asked. ${failure?.message ?? ''}`.trim() }
    const isJson = answer.headers.some(([name, value]) => name.toLowerCase() === 'content-type' && /[/+]json\b/.test(value))
    const content = isJson ? parse(answer.body) : undefined
    const operations = operationsIn(content)
    if (answer.status === 200 && operations !== undefined && operations.length > 0) return { operations }
    // Only a console that knows its own errors is worth asking again.
    const isMissing = isConsole(content) && (answer.status === 404 || operations !== undefined)
    if (!isMissing || pause === undefined) return { absent: reasonFor(answer.status, { isMissing, token, origin }) }
    await new Promise<void>((resolve) => clock.after(pause, resolve))
  }
  throw new Error('unreachable: the last pause returns')
}

/** Why a console has no answer, as the end of a sentence. */
export function reasonFor(
  status: number,
  { isMissing, token, origin }: { isMissing: boolean; token: string | undefined; origin: string },
): string {
  if (status === 401 || status === 403)
    return token === undefined
      ? `the console at ${origin} is closed (${status}): give --token, or set THROUGHLINE_CONSOLE_TOKEN (and THROUGHLINE_CONSOLE_URL, if it is another machine).`
      : `the console at ${origin} refuses this token (${status}).`
  if (isMissing) return 'the server keeps no record of it: in production that takes a token, a failure, or luck (TRACE_SHARE).'
  return `there is no Throughline console at ${origin} (it answers ${status}).`
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

function isConsole(content: unknown): boolean {
  return typeof content === 'object' && content !== null && ('operations' in content || 'code' in content)
}

/** Whoever answers there may be anybody: what is not shaped like a record is none. */
function operationsIn(content: unknown): Operation[] | undefined {
  const list = typeof content === 'object' && content !== null ? (content as { operations?: unknown }).operations : undefined
  return Array.isArray(list) && list.every(isOperation) ? list : undefined
}

function isOperation(value: unknown): value is Operation {
  if (typeof value !== 'object' || value === null) return false
  const { id, name, kind, spanId, startedAt, ms, status, spans, logs } = value as Partial<Record<keyof Operation, unknown>>
  return (
    [id, name, kind, spanId].every((one) => typeof one === 'string') &&
    [startedAt, ms, status].every((one) => typeof one === 'number') &&
    Array.isArray(spans) &&
    Array.isArray(logs) &&
    spans.every(isSpan)
  )
}

function isSpan(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { name, kind, parent, start, end } = value as Record<string, unknown>
  return typeof name === 'string' && typeof kind === 'string' && [parent, start, end].every((one) => typeof one === 'number')
}
