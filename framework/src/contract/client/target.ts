import type { Endpoint } from '../endpoint.ts'
import { pathParts } from '../path.ts'

/** Path and query of one call. */
export function toTarget(
  endpoint: Endpoint,
  { params = {}, query }: { params?: Readonly<Record<string, any>>; query?: Readonly<Record<string, unknown>> },
): string {
  return pathOf(endpoint, params) + queryOf(query)
}

function pathOf({ address, path }: Endpoint, values: Readonly<Record<string, any>>): string {
  const { texts, params } = pathParts(path)
  return texts.slice(1).reduce((built, text, index) => {
    const { name, wildcard } = params[index]!
    const value = String(values[name] ?? '')
    const segments = wildcard ? value.split('/') : [value]
    // Even percent-encoded, URL parsers take dots for "this folder" and "the one above": the call would go to another endpoint.
    if ((value === '' && !wildcard) || segments.includes('.') || segments.includes('..')) {
      throw new TypeError(`${address}: params.${name} is ${JSON.stringify(value)}, which cannot be a part of a path.`)
    }
    return built + segments.map(encodeURIComponent).join('/') + text
  }, texts[0]!)
}

function queryOf(query: Readonly<Record<string, unknown>> | undefined): string {
  const search = new URLSearchParams()
  for (const [name, value] of present(query)) for (const one of [value].flat()) search.append(name, String(one))
  return search.size === 0 ? '' : `?${search}`
}

export function present(values: Readonly<Record<string, unknown>> = {}): [string, unknown][] {
  return Object.entries(values).filter(([, value]) => value !== undefined && value !== null)
}
