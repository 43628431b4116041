import type { ProblemCode } from '../../std/error-table.ts'
import type { Issue } from '../compiled-schema.ts'
import type { Endpoint } from '../endpoint.ts'
import type { PatchSchema } from '../patch-types.ts'
import type { PathParams } from '../path.ts'
import type { Problem } from '../problem.ts'
import type { InputOf, OutputOf } from '../standard-schema.ts'
import type { StreamSchema } from '../stream.ts'

type Nothing = Record<never, never>
type Slot<Name extends string, S> = [S] extends [undefined]
  ? Nothing
  : Nothing extends InputOf<S>
    ? { [N in Name]?: InputOf<S> }
    : { [N in Name]: InputOf<S> }
type ParamsSlot<Address extends string, Params> = [Params] extends [undefined]
  ? [PathParams<Address>] extends [never]
    ? Nothing
    : { params: { readonly [Name in PathParams<Address>]: string } }
  : { params: InputOf<Params> }

interface Said {
  readonly status: number
  readonly title: string
  readonly detail: string
  readonly requestId: string
  /** The same request may go well a while later. */
  readonly retryable?: boolean
  /** What of the request it is about, where it is about a part of it. */
  readonly errors?: readonly Issue[]
}
/** What any endpoint may answer, declared or not: the framework's own problems, and what is no problem document at all (a proxy's error page). */
export type UndeclaredProblem =
  | ({ readonly type: 'validation-failed'; readonly errors: readonly Issue[] } & Said)
  | ({ readonly type: Exclude<ProblemCode, 'validation-failed'> | 'unexpected-answer' } & Said)
type DeclaredProblem<P> =
  P extends Problem<infer Type, infer Fields> ? { readonly type: Type } & Said & ([Fields] extends [undefined] ? Nothing : Fields) : never

/** What came back: the value, or a problem that `type` narrows. */
export type Outcome<Value, Problems extends readonly Problem[] = []> =
  | { readonly ok: true; readonly status: number; readonly value: Value; readonly headers: Headers }
  | { readonly ok: false; readonly problem: DeclaredProblem<Problems[number]> | UndeclaredProblem; readonly headers: Headers }

/** One call of an endpoint. */
export type Call<E> =
  E extends Endpoint<infer Address, any, infer Params, infer Query, infer Headers, infer Body, infer Returns, infer Errors>
    ? Invoke<
        ParamsSlot<Address, Params> & Slot<'query', Query> & Slot<'headers', Headers> & Slot<'body', Body>,
        Outcome<OutputOf<Returns>, Errors>
      > &
        Validates<Body>
    : never
// A patch says nothing without the state that it is for, and a stream is not there before it is sent.
type Validates<Body> = [Body] extends [undefined] | [PatchSchema<any>] | [StreamSchema<any>]
  ? unknown
  : {
      /** What the server would say of this body, its `checks` apart: the `errors` of `validation-failed`. Empty when it is right. */
      validate(body: unknown): Promise<readonly Issue[]>
    }
type Invoke<Slots, Result> = Nothing extends Slots
  ? (slots?: Slots & CallOptions) => Promise<Result>
  : (slots: Slots & CallOptions) => Promise<Result>

/** What the URL of one call is made of. */
export type Target<E> =
  E extends Endpoint<infer Address, any, infer Params, infer Query, any, any, any, any>
    ? ParamsSlot<Address, Params> & Slot<'query', Query>
    : never

export interface CallOptions {
  signal?: AbortSignal
  /** For an endpoint that is `idempotent`: repeat a call with its key, and it is done once. A UUID for example. */
  idempotencyKey?: string
}

/** One function for every endpoint of a contract module. */
export type Client<Contract> = {
  readonly [Name in keyof Contract as Contract[Name] extends { readonly kind: 'endpoint' } ? Name : never]: Call<Contract[Name]>
}
