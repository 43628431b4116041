import type { Problem } from './problem.ts'

/** A rule that only the server can decide: a frozen value. `implement()` asks for the function that decides it. */
export interface Check<Value = any> {
  readonly kind: 'check'
  /** What breaks the rule is answered with it, with a place in `errors` for every value that does. */
  readonly problem: Problem
  readonly '~fields': (value: Value) => any
}

/** Where in a body a rule holds, dotted, with `*` for every item of a list: `lines.*.sku`. `''` is the whole body. */
export type Checks = Readonly<Record<string, Check>>

/**
 * Declares a rule that needs more than the value itself: a database, another service. Endpoints say in `checks` where it holds; the function
 * behind it gets all the values of a request at once, and only those of a request in which everything else is right.
 *
 * `fields` makes the fields of the problem from the first value that breaks the rule.
 *
 * ```ts
 * import { check, endpoint, problem } from 'throughline/contract'
 * import { implement } from 'throughline/http'
 * import * as z from 'zod'
 *
 * const UnknownSku = problem('unknown-sku', 422, z.object({ sku: z.string() }), { detail: ({ sku }) => `There is no ${sku}.` })
 * export const skuIsKnown = check(UnknownSku, (sku: string) => ({ sku }))
 * export const addItems = endpoint('POST /items', {
 *   summary: 'Add items',
 *   auth: 'user',
 *   body: z.object({ items: z.array(z.object({ sku: z.string() })).max(100) }),
 *   checks: { 'items.*.sku': skuIsKnown },
 *   errors: [UnknownSku],
 * })
 *
 * declare const catalogue: { known(skus: readonly string[], signal: AbortSignal): Promise<string[]> }
 * const routes = implement({ skuIsKnown, addItems }, {
 *   skuIsKnown: (skus, { signal }) => catalogue.known(skus, signal), // gives back those that are right
 *   addItems: () => {},
 * })
 * ```
 */
export function check<Value = string>(problem: Problem<string, undefined>): Check<Value>
export function check<Value, Fields>(problem: Problem<string, Fields>, fields: (value: Value) => NoInfer<Fields>): Check<Value>
export function check(problem: Problem, fields: (value: any) => unknown = () => undefined): Check {
  return Object.freeze({ kind: 'check' as const, problem, '~fields': fields })
}
