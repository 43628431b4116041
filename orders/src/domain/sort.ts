import { InvalidSort } from 'throughline/contract'

export interface SortField<Field extends string> {
  readonly field: Field
  readonly descending: boolean
}

/** Reads `-price,name`. Throws `InvalidSort` with what is allowed for anything else, a field named twice included. */
export function parseSort<Field extends string>(text: string, allowed: readonly Field[]): SortField<Field>[] {
  const fields = text.split(',').map((part) => {
    const descending = part.startsWith('-')
    const field = allowed.find((name) => name === (descending ? part.slice(1) : part))
    if (field === undefined) throw InvalidSort({ allowed })
    return { field, descending }
  })
  if (new Set(fields.map(({ field }) => field)).size !== fields.length) throw InvalidSort({ allowed })
  return fields
}
