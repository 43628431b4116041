import type { Endpoint } from '../endpoint.ts'
import type { CallNames } from '../naming/call-names.ts'
import type { Naming } from '../naming/naming.ts'
import { isPatch, patchTypeOf } from '../patch-types.ts'
import { isStream } from '../stream.ts'
import { toFormBody } from './form-body.ts'
import type { Client } from './outcome.ts'
import { lines, readItems, toLines } from './lines.ts'
import { present, toTarget } from './target.ts'

export interface ClientOptions {
  /** Where the API is, with its prefix: `https://shop.example/api/v1`. */
  baseUrl: string
  /** Default: the platform's. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>
  /** Sent with every call, or made for each. */
  headers?: StringMap | (() => StringMap | Promise<StringMap>)
  /** Sent as `Authorization: Bearer`. A function is asked before every call, so that it may refresh the token. */
  token?: string | (() => string | undefined | Promise<string | undefined>)
  /** What the server calls members, where its contract does not say: the `naming` of its application or group. */
  naming?: Naming
}
type StringMap = Readonly<Record<string, string>>

interface Slots {
  params?: Readonly<Record<string, any>>
  query?: Readonly<Record<string, unknown>>
  headers?: Readonly<Record<string, unknown>>
  body?: unknown
  signal?: AbortSignal
  idempotencyKey?: string
}

/**
 * A typed client straight from a contract module: one function an endpoint, problems as values that `type` narrows, nothing generated.
 *
 * `validate(body)` of a call gives what the server would say of a body, its `checks` apart, without asking it: the same issues, none when it is right.
 *
 * An answer that is neither the promised value nor a problem document is the problem `unexpected-answer`. Rejects only when there is no answer:
 * with the platform's error when the network fails, with the reason of `signal` when that fires.
 *
 * ```ts
 * import { client, endpoint } from 'throughline/contract'
 * import * as z from 'zod'
 *
 * const contract = { readOrder: endpoint('GET /orders/{id}', { summary: 'Read an order', auth: 'user', returns: z.object({ total: z.number() }) }) }
 * const api = client(contract, { baseUrl: 'https://shop.example/api/v1', token: '…' })
 * const outcome = await api.readOrder({ params: { id: '1' } })
 * if (outcome.ok) outcome.value.total
 * else outcome.problem.type // 'not-found', 'unauthenticated', …
 * ```
 */
export function client<Contract extends object>(contract: Contract, options: ClientOptions): Client<Contract> {
  const calls = Object.entries(contract)
    .filter(([, value]) => value?.kind === 'endpoint')
    .map(([name, endpoint]) => [name, callable(endpoint as Endpoint, options)])
  return Object.fromEntries(calls) as Client<Contract>
}

function callable(endpoint: Endpoint, options: ClientOptions) {
  const { body } = endpoint.promises
  const send = (slots: Slots = {}) => call(endpoint, slots, options)
  if (body === undefined || isPatch(body) || isStream(body)) return send
  // Loaded when it is asked for: callers that leave checking to the server do without the whole of validation.
  return Object.assign(send, { validate: async (value: unknown) => (await import('./validate.ts')).validateBody(endpoint, value) })
}

async function call(endpoint: Endpoint, given: Slots, options: ClientOptions) {
  const names = (endpoint.promises.naming ?? options.naming)?.calls(endpoint)
  const slots = names === undefined ? given : { ...given, ...writtenSlots(given, names) }
  const token = typeof options.token === 'function' ? await options.token() : options.token
  const headers = new Headers(typeof options.headers === 'function' ? await options.headers() : options.headers)
  // The caller's own names a version, where versions are media types.
  const streamed = isStream(endpoint.promises.returns)
  if (!headers.has('accept'))
    headers.set('accept', `${streamed ? `${lines}, application/json;q=0.5` : 'application/json'}, application/problem+json`)
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  for (const [name, value] of present(slots.headers)) headers.set(name, String(value))
  if (slots.idempotencyKey !== undefined) headers.set('idempotency-key', JSON.stringify(slots.idempotencyKey))
  const form = slots.body === undefined ? undefined : toFormBody(endpoint.promises.body, slots.body as object)
  // A form's media type names a boundary that only fetch knows.
  if (slots.body !== undefined && form === undefined) headers.set('content-type', typeOf(endpoint, slots.body))

  const url = options.baseUrl.replace(/\/$/, '') + toTarget(endpoint, slots)
  const init: RequestInit = { method: endpoint.method, headers }
  if (slots.body !== undefined) Object.assign(init, form ? { body: form } : toBody(endpoint, slots.body))
  if (slots.signal) init.signal = slots.signal
  const outcome = await outcomeOf(await (options.fetch ?? fetch)(url, init), streamed)
  if (names === undefined) return outcome
  return outcome.ok ? { ...outcome, value: names.value(outcome.value) } : { ...outcome, problem: names.problem(outcome.problem!) }
}

function writtenSlots({ query, body }: Slots, names: CallNames): Pick<Slots, 'query' | 'body'> {
  return { ...(query && { query: names.query(query) }), ...(body !== undefined && { body: names.body(body) }) }
}

function typeOf({ promises }: Endpoint, body: unknown): string {
  if (isStream(promises.body)) return lines
  return isPatch(promises.body) ? patchTypeOf(body) : 'application/json'
}

function toBody({ promises }: Endpoint, body: unknown): RequestInit {
  return isStream(promises.body) ? toLines(body as Iterable<unknown>) : { body: JSON.stringify(body) }
}

async function outcomeOf(response: Response, streamed: boolean) {
  const { status, headers } = response
  if (streamed && response.ok && response.body !== null) return { ok: true, status, value: readItems(response, response.body), headers }
  const text = await response.text()
  const document = parsed(text, headers.get('content-type') ?? '')
  if (response.ok && (text === '' || document !== undefined)) return { ok: true, status, value: document, headers }
  if (!response.ok && isProblem(document)) return { ok: false, problem: { ...document, status }, headers }
  const detail = `The server answered ${status} with ${text === '' ? 'no body' : (headers.get('content-type') ?? 'a body of no type')}, which is not what the contract promises.`
  return {
    ok: false,
    problem: { type: 'unexpected-answer', status, title: 'Unexpected answer', detail, requestId: headers.get('x-request-id') ?? '' },
    headers,
  }
}

function parsed(text: string, contentType: string): unknown {
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(contentType)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isProblem(document: unknown): document is { type: string } {
  return typeof document === 'object' && document !== null && typeof (document as { type?: unknown }).type === 'string'
}
