import { base, go, place } from '../state/router.ts'

/** What the list can be narrowed by, as it stands in the address. */
export const filterNames = ['text', 'outcome', 'kind', 'status', 'minMs', 'name'] as const
export type FilterName = (typeof filterNames)[number]

/** The filters of the address, for the server: what it would refuse is left out. */
export function filterQuery(query: URLSearchParams): string {
  const kept = new URLSearchParams()
  for (const name of filterNames) {
    const value = query.get(name)?.trim() ?? ''
    if (value !== '' && isSensible(name, value)) kept.set(name, value)
  }
  return kept.toString()
}

export function isSensible(name: FilterName, value: string): boolean {
  if (name === 'status') return /^[1-5]\d\d$/.test(value)
  if (name === 'minMs') return /^\d+(?:\.\d+)?$/.test(value)
  if (name === 'outcome') return /^(?:ok|refused|failed)$/.test(value)
  if (name === 'kind') return /^(?:request|background|job|schedule|command)$/.test(value)
  return value.length <= 300
}

/** Puts a filter into the address; an empty value takes it out. */
export function setFilter(name: FilterName, value: string): void {
  const query = new URLSearchParams(place.value.query)
  if (value === '') query.delete(name)
  else query.set(name, value)
  const text = query.toString()
  go(`${base}/requests${text === '' ? '' : `?${text}`}`, { replace: true })
}
