import type { Context } from './stage.ts'

/**
 * A value worked out from the request, at most once for each: what other frameworks put into the context, as a function of it.
 * It can be used wherever its argument can be made, and nowhere before.
 *
 * ```ts
 * import { derived } from 'throughline/http'
 *
 * const subdomain = derived((c) => c.url.hostname.split('.')[0])
 * // in a handler or a layer: subdomain(c)
 * ```
 */
export function derived<Value, Needs extends object = Context>(work: (c: Needs) => Value): (c: Needs) => Value {
  const values = new WeakMap<Needs, { readonly value: Value }>()
  return (c) => {
    let known = values.get(c)
    if (known === undefined) values.set(c, (known = { value: work(c) }))
    return known.value
  }
}
