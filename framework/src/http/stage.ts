import type { Endpoint } from '../contract/endpoint.ts'
import type { InputOf, OutputOf } from '../contract/standard-schema.ts'
import type { Actor } from '../std/actor.ts'
import type { Log } from '../std/log.ts'

type Bare<Name extends string> = Name extends `${infer Word}:${string}` ? Word : Name
/** `{id}`, `{id:\\d+}` and a last `*path`. */
type ParamNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Bare<Name> | ParamNames<Rest>
  : Path extends `${string}/*${infer Name}` ? Name : never

/**
 * Everything a handler may know about its request. It is closed: middleware adds nothing to it,
 * and a value derived from it is a function of it.
 */
export interface Context<Params = Readonly<Record<string, string>>, Query = unknown, Headers = Readonly<Record<string, string>>, Body = unknown, Who = Actor | undefined> {
  /** UUIDv7, or the caller's `X-Request-Id` when it is well-formed: in the answer, every log line and every problem. */
  readonly id: string
  readonly params: Params
  readonly query: Query
  readonly headers: Headers
  readonly cookies: Readonly<Record<string, string>>
  readonly body: Body
  readonly actor: Who
  /** Fires when the caller is gone, the deadline has passed or the process is stopping; `reason` says which. */
  readonly signal: AbortSignal
  readonly log: Log
  readonly url: URL
  /** The caller's address; a proxy's header counts only when the proxy is trusted. */
  readonly ip: string
}

/** The context that an endpoint's handler gets. */
export type ContextOf<E> = E extends Endpoint<infer Address, infer AuthMode, infer Params, infer Query, infer Headers, infer Body, any, any>
  ? Context<
      [Params] extends [undefined] ? { readonly [Name in ParamNames<Address>]: string } : OutputOf<Params>,
      OutputOf<Query>,
      Readonly<Record<string, string>> & ([Headers] extends [undefined] ? unknown : OutputOf<Headers>),
      OutputOf<Body>,
      AuthMode extends 'none' ? undefined : Actor
    >
  : never

type Awaitable<Value> = Value | Promise<Value>
type ReturnedBy<E> = E extends Endpoint<any, any, any, any, any, any, infer Returns, any> ? ([Returns] extends [undefined] ? void : InputOf<Returns> | Reply<InputOf<Returns>>) : never
export type Handler<E> = (c: ContextOf<E>) => Awaitable<ReturnedBy<E>>
/** One handler for every endpoint in a contract module: none missing, none extra. Schemas and problems beside them are ignored. */
export type Handlers<Contract> = { [Name in keyof Contract as Contract[Name] extends { readonly kind: 'endpoint' } ? Name : never]: Handler<Contract[Name]> }

/** What goes back. `value` is not yet bytes: the contract's writer makes them. */
export interface Reply<Value = unknown> {
  readonly kind: 'reply'
  readonly value: Value
  readonly status: number | undefined
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
}

/** An endpoint and the function that serves it. */
export interface Route {
  readonly name: string
  readonly endpoint: Endpoint
  readonly prefix: string
  readonly handler: (c: any) => unknown
  /** `file:line` of the `implement()` call, for messages about two routes that clash. */
  readonly source: string
}
