import type { Readable } from 'node:stream'
import { checkHeader, checkHeaders } from '../std/field-value.ts'
import { toEntityTag } from '../std/entity-tag.ts'
import { toHttpDate } from '../std/http-date.ts'

export interface ReplyOptions {
  /** Default: what the contract says. */
  status?: number
  /** Lower-case names. */
  headers?: Readonly<Record<string, string>>
  /** What changes with every change of the value: a row's version. It is quoted here. */
  etag?: string | number
  lastModified?: Date
}

/** What goes back. `value` is not yet bytes: the contract's writer makes them, unless `type` says that it is the body itself. */
export class Reply<Value = unknown> {
  readonly value: Value
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, string>> | undefined
  /** The media type of a `value` that is already a body. */
  readonly type: string | undefined

  constructor(value: Value, options: ReplyOptions | undefined, type: string | undefined) {
    this.value = value
    this.status = options?.status
    this.headers = options?.etag === undefined && options?.lastModified === undefined ? options?.headers : withValidators(options)
    if (this.headers !== undefined) checkHeaders(this.headers)
    if (type !== undefined) checkHeader('content-type', type)
    this.type = type
  }
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
export function reply<Value>(value: Value, options?: ReplyOptions): Reply<Value> {
  return new Reply(value, options, undefined)
}

/** The same answer with more headers, for a layer: those of the layer win. */
export function withHeaders<Value>({ value, status, headers, type }: Reply<Value>, more: Readonly<Record<string, string>>): Reply<Value> {
  return new Reply(value, { ...(status !== undefined && { status }), headers: { ...headers, ...more } }, type)
}

function withValidators({ headers, etag, lastModified }: ReplyOptions): Readonly<Record<string, string>> {
  return {
    ...headers,
    ...(etag !== undefined && { etag: toEntityTag(etag) }),
    ...(lastModified !== undefined && { 'last-modified': toHttpDate(lastModified) }),
  }
}

/** An answer that is already bytes or text of some media type: it passes the contract's writer by. */
export function rawReply(body: Exclude<Body, undefined>, options: ReplyOptions & { type: string }): Reply<never> {
  return new Reply(body as never, options, options.type)
}

export type Body = string | Uint8Array | Readable | undefined

/** Header lines that are the same in every answer of a route: checked and written at boot. */
export interface FixedHeaders {
  readonly lines: readonly string[]
  /** `name: value\r\n` … */
  readonly text: string
}

/** A reply on its way out. */
export interface Outgoing {
  status: number
  /** Name, value, name, value …: what `writeHead` takes without looking at it twice. */
  readonly headers: string[]
  /** Sent before those: none of them is among `headers`, too. */
  fixed?: FixedHeaders | undefined
  body: Body
  /** Nothing is sent before this is kept; a failure before anything was sent becomes the answer. */
  ready?: Promise<void> | undefined
}

/** What stands before a body whose length is known. */
export interface Head extends Pick<Outgoing, 'status' | 'fixed'> {
  readonly headers: readonly string[]
  /** Of the body; undefined where there can be none: 204 and 304. */
  readonly length: number | undefined
}

/** A reply that has passed the contract's writer. */
export class Written extends Reply<never> {
  readonly outgoing: Outgoing

  constructor(outgoing: Outgoing) {
    super(undefined as never, undefined, undefined)
    this.outgoing = outgoing
  }
}
