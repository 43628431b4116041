import type { Check } from '../contract/check.ts'
import type { Endpoint } from '../contract/endpoint.ts'
import type { PathParams } from '../contract/path.ts'
import type { InputOf, OutputOf } from '../contract/standard-schema.ts'
import type { Actor } from '../std/actor.ts'
import type { Log } from '../std/log.ts'
import type { Reply } from './answer.ts'

/**
 * Everything a handler may know about its request. It is closed: middleware adds nothing to it,
 * and a value derived from it is a function of it.
 */
export interface Context<
  Params = Readonly<Record<string, unknown>>,
  Query = unknown,
  Headers = Readonly<Record<string, string>>,
  Body = unknown,
  Who = Actor | undefined,
> {
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
export type ContextOf<E> =
  E extends Endpoint<infer Address, infer AuthMode, infer Params, infer Query, infer Headers, infer Body, any, any>
    ? Context<
        [Params] extends [undefined] ? { readonly [Name in PathParams<Address>]: string } : OutputOf<Params>,
        OutputOf<Query>,
        Readonly<Record<string, string>> & ([Headers] extends [undefined] ? unknown : OutputOf<Headers>),
        OutputOf<Body>,
        AuthMode extends 'none' ? undefined : Actor
      >
    : never

type Awaitable<Value> = Value | Promise<Value>
type ReturnedBy<E> =
  E extends Endpoint<any, any, any, any, any, any, infer Returns, any>
    ? [Returns] extends [undefined]
      ? void | Reply<never>
      : InputOf<Returns> | Reply<InputOf<Returns>>
    : never
// A conditional, because only such a type gives context to what a handler returns: without it `{ status: 'ready' }` is widened to string and refused.
export type Handler<E> = E extends Endpoint ? (c: ContextOf<E>) => Awaitable<ReturnedBy<E>> : never
/** Decides for all values of one request at once, each of them once, which are right: it gives those back. What it leaves out is refused. */
export type Checker<C> =
  C extends Check<infer Value>
    ? (values: readonly Value[], c: Pick<Context, 'params' | 'actor' | 'signal' | 'log'>) => Awaitable<Iterable<Value>>
    : never
/** One function for every endpoint and every check in a contract module: none missing, none extra. Schemas and problems beside them are ignored. */
export type Handlers<Contract> = {
  [Name in keyof Contract as Contract[Name] extends { readonly kind: 'endpoint' | 'check' } ? Name : never]: Contract[Name] extends {
    readonly kind: 'check'
  }
    ? Checker<Contract[Name]>
    : Handler<Contract[Name]>
}
