import { AppError } from '../std/errors.ts'
import type { OutputOf, Schema } from './standard-schema.ts'

/** A kind of failure that callers may see: calling it makes the error to throw. */
export interface Problem<Type extends string = string, Fields = any> {
  (...args: undefined extends Fields ? [fields?: undefined, options?: ProblemOccurrence] : [fields: Fields, options?: ProblemOccurrence]): AppError
  /** Both `type` and `code` of the document, and the page that explains it. */
  readonly type: Type
  readonly status: number
  readonly title: string
  readonly fields: Schema<any, any> | undefined
  /** Whether an error was made by this problem. */
  is(error: unknown): error is AppError
  readonly '~fields': Fields
}

export interface ProblemOccurrence {
  cause?: unknown
  /** Seconds; becomes `Retry-After`. */
  retryAfter?: number
}

export interface ProblemOptions<Fields> {
  /** Default: the words of `type`. */
  title?: string
  /** The sentence about this occurrence. Default: `title`. */
  detail?: (fields: Fields) => string
}

/**
 * Declares a kind of failure, written once for the domain, OpenAPI and the client's union.
 *
 * ```ts
 * import { problem } from 'throughline/contract'
 * import * as z from 'zod'
 *
 * export const OutOfStock = problem('out-of-stock', 409, z.object({ sku: z.string(), left: z.int() }), {
 *   detail: ({ sku, left }) => `Only ${left} of ${sku} left.`,
 * })
 * // throw OutOfStock({ sku: 'PH-1', left: 0 })
 * ```
 */
export function problem<const Type extends string>(type: Type, status: number, fields?: undefined, options?: ProblemOptions<undefined>): Problem<Type, undefined>
export function problem<const Type extends string, Fields extends Schema<any, any>>(type: Type, status: number, fields: Fields, options?: ProblemOptions<OutputOf<Fields>>): Problem<Type, OutputOf<Fields>>
export function problem(type: string, status: number, fields?: Schema<any, any>, options: ProblemOptions<any> = {}): Problem {
  const title = options.title ?? type[0]!.toUpperCase() + type.slice(1).replaceAll('-', ' ')
  const make = (values?: Record<string, unknown>, occurrence: ProblemOccurrence = {}) =>
    new AppError({
      code: type,
      status,
      title,
      detail: options.detail?.(values) ?? title,
      ...(values && { fields: values }),
      ...(occurrence.retryAfter !== undefined && { headers: { 'retry-after': String(Math.ceil(occurrence.retryAfter)) } }),
      cause: occurrence.cause,
    })
  return Object.freeze(
    Object.assign(make, {
      type,
      status,
      title,
      fields,
      is: (error: unknown): error is AppError => error instanceof AppError && error.code === type,
    }),
  ) as unknown as Problem
}
