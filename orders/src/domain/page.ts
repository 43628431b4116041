/** A stretch of a list, as a store is asked for it: so many after the first ones, or after a cursor (`''` is the start). */
export type Stretch = { readonly limit: number } & ({ readonly offset: number } | { readonly after: string })

/** What a store found there, and the cursor of what follows. */
export interface Found<Item> {
  readonly items: readonly Item[]
  readonly next: string | undefined
}

export type Step = { readonly page: number } | { readonly after: string }

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly limit: number
  readonly total: number
  /** Unknown behind a cursor. */
  readonly page: number | undefined
  readonly first: Step
  readonly prev: Step | undefined
  readonly next: Step | undefined
  readonly last: Step | undefined
}

/** By cursor as soon as the caller speaks of one. */
export function stretch({ page = 1, limit, after }: { page?: number | undefined; limit: number; after?: string | undefined }): Stretch {
  return after === undefined ? { limit, offset: (page - 1) * limit } : { limit, after }
}

export function toPage<Item>(asked: Stretch, found: Found<Item>, total: number): Page<Item> {
  const { limit } = asked
  const { items, next } = found
  if ('after' in asked) {
    const page = asked.after === '' ? 1 : undefined
    return {
      items,
      limit,
      total,
      page,
      first: { after: '' },
      prev: undefined,
      next: next === undefined ? undefined : { after: next },
      last: undefined,
    }
  }
  const page = asked.offset / limit + 1
  const last = Math.max(1, Math.ceil(total / limit))
  return {
    items,
    limit,
    total,
    page,
    first: { page: 1 },
    // From beyond the end, back to where there is something.
    prev: page > 1 ? { page: Math.min(page - 1, last) } : undefined,
    next: next === undefined ? undefined : { page: page + 1 },
    last: { page: last },
  }
}

export function mapPage<Item, Other>(page: Page<Item>, convert: (item: Item) => Other): Page<Other> {
  return { ...page, items: page.items.map(convert) }
}
