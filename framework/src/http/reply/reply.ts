import type { Body, Reply } from '../stage.ts'

export interface ReplyOptions {
  /** Default: what the contract says. */
  status?: number
  /** Lower-case names. */
  headers?: Readonly<Record<string, string>>
}

/**
 * A handler's answer with a status or headers of its own.
 *
 * ```ts
 * import { reply } from 'throughline/http'
 *
 * const found = reply({ id: 42 }, { headers: { 'x-cache': 'hit' } })
 * ```
 */
export function reply<Value>(value: Value, options: ReplyOptions = {}): Reply<Value> {
  return { kind: 'reply', value, status: options.status, headers: options.headers, type: undefined }
}

/** An answer that is already bytes or text of some media type: it passes the contract's writer by. */
export function rawReply(body: Exclude<Body, undefined>, options: ReplyOptions & { type: string }): Reply<never> {
  return { kind: 'reply', value: body as never, status: options.status, headers: options.headers, type: options.type }
}

export function isReply(value: unknown): value is Reply {
  return typeof value === 'object' && value !== null && (value as Reply).kind === 'reply' && 'headers' in value && 'type' in value
}
