import type { HttpRecord } from '../../std/operation.ts'
import { pathParts } from '../path.ts'

/** Which route took the request, and what its parameters were. */
export function whyMatched(route: string, { method, target }: HttpRecord): string {
  const path = target.split('?')[0]!
  if (route === 'unmatched') return `No route takes ${method} ${path}.`
  const space = route.indexOf(' ')
  const [routeMethod, pattern] = [route.slice(0, space), route.slice(space + 1)]
  const derived = space > 0 && routeMethod !== method ? ` ${method} is answered as ${routeMethod} is.` : ''
  const values = space < 0 || !pattern.startsWith('/') ? [] : valuesIn(pattern, path)
  return `It matched ${route}${values.length === 0 ? '' : `, with ${values.join(', ')}`}.${derived}`
}

function valuesIn(pattern: string, path: string): string[] {
  const { texts, params } = pathParts(pattern)
  let at = texts[0]!.length
  return params.flatMap(({ name, pattern: constraint, wildcard }, index) => {
    const next = texts[index + 1]!
    const end = wildcard ? path.length : next === '' ? endOfSegment(path, at) : path.indexOf(next, at)
    if (end < 0) return []
    const value = path.slice(at, end)
    at = end + next.length
    return `${name} = ${value}${constraint === undefined ? '' : ` (${constraint})`}`
  })
}

function endOfSegment(path: string, from: number): number {
  const slash = path.indexOf('/', from)
  return slash < 0 ? path.length : slash
}
