import { AppError } from '../std/errors.ts'
import { issueOf, stepsOf } from './issue.ts'
import type { OutputOf, Schema } from './standard-schema.ts'

/** A kind of failure that callers may see: calling it makes the error to throw. */
export interface Problem<Type extends string = string, Fields = any> {
  (...args: [Fields] extends [undefined] ? [occurrence?: ProblemOccurrence] : [fields: Fields, occurrence?: ProblemOccurrence]): AppError
  /** Both `type` and `code` of the document, and the page that explains it. */
  readonly type: Type
  readonly status: number
  readonly title: string
  readonly fields: Schema<any, any> | undefined
  /** What whoever gets it can do. */
  readonly fix: string | undefined
  /** Whether an error was made by this problem. */
  is(error: unknown): error is AppError
  readonly '~fields': Fields
}

export interface ProblemOccurrence {
  /** The sentence about this occurrence, in place of the declared one. */
  detail?: string
  cause?: unknown
  /** What of the body it is about, dotted: each place becomes one of `errors`. Default: the declared place, or nothing. */
  at?: string | readonly string[]
  /** Seconds; becomes `Retry-After`. */
  retryAfter?: number
}

export interface ProblemOptions<Fields> {
  /** Default: the words of `type`. */
  title?: string
  /** What whoever gets it can do, in a sentence for the page behind `docsUrl`. Default: nothing. */
  fix?: string
  /** The sentence about this occurrence. Default: `title`. */
  detail?: (fields: Fields) => string
  /** What of the body it is always about, for example `email`: the document then names it in `errors`, and a form shows it beside that field. */
  at?: string
  /** Lower-case names, for example `allow`. */
  headers?: (fields: Fields) => Record<string, string>
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
 *   fix: 'Order at most what `left` says.',
 * })
 * // throw OutOfStock({ sku: 'PH-1', left: 0 })
 * ```
 */
export function problem<const Type extends string>(
  type: Type,
  status: number,
  fields?: undefined,
  options?: ProblemOptions<undefined>,
): Problem<Type, undefined>
export function problem<const Type extends string, Fields extends Schema<any, any>>(
  type: Type,
  status: number,
  fields: Fields,
  options?: ProblemOptions<OutputOf<Fields>>,
): Problem<Type, OutputOf<Fields>>
export function problem(type: string, status: number, schema?: Schema<any, any>, options: ProblemOptions<any> = {}): Problem {
  const title = options.title ?? type[0]!.toUpperCase() + type.slice(1).replaceAll('-', ' ')
  const occur = (fields: Record<string, unknown> | undefined, occurrence: ProblemOccurrence = {}) => {
    const { retryAfter, cause, at = options.at ?? [] } = occurrence
    const detail = occurrence.detail ?? options.detail?.(fields) ?? title
    const errors = [at].flat().map((field) => issueOf(stepsOf(field), { code: type, message: detail }))
    return new AppError({
      code: type,
      status,
      title,
      detail,
      fields: { ...(fields && declared(fields)), ...(errors.length > 0 && { errors }) },
      headers: { ...options.headers?.(fields), ...(retryAfter !== undefined && { 'retry-after': String(Math.ceil(retryAfter)) }) },
      cause,
    })
  }
  // A database row is a fine argument to TypeScript whatever else it holds: only declared members may become public.
  let names: ReadonlySet<string> | 'any' | undefined
  const declared = (fields: Record<string, unknown>) => {
    names ??= memberNames(schema!)
    return names === 'any'
      ? fields
      : Object.fromEntries(Object.entries(fields).filter(([name]) => (names as ReadonlySet<string>).has(name)))
  }
  const make = schema ? occur : (occurrence?: ProblemOccurrence) => occur(undefined, occurrence)
  const is = (error: unknown): error is AppError => error instanceof AppError && error.code === type
  return Object.freeze(Object.assign(make, { type, status, title, fields: schema, fix: options.fix, is })) as unknown as Problem
}

function memberNames(schema: Schema<any, any>): ReadonlySet<string> | 'any' {
  const { properties, additionalProperties } = schema['~standard'].jsonSchema.output({ target: 'draft-2020-12' })
  return properties && !additionalProperties ? new Set(Object.keys(properties)) : 'any'
}
