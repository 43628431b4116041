import * as z from 'zod'

export const Limit = z
  .int()
  .min(1)
  .overwrite((limit) => Math.min(limit, 100))
  .default(20)
  .describe('How many entries a page has. More than 100 counts as 100.')

export const After = z
  .string()
  .max(2048)
  .describe('A cursor from `links.next`, used as it is. It belongs to the filters and the sort it was made for.')

export const ListMeta = z
  .object({
    page: z.int().min(1).optional().describe('Absent behind a cursor, where nobody counts pages.'),
    limit: z.int().min(1).max(100),
    total: z.int().min(0).describe('Entries on all pages, exact.'),
    hasMore: z.boolean(),
  })
  .meta({ id: 'ListMeta' })

export const ListLinks = z
  .object({
    self: z.string(),
    next: z.string().nullable(),
    prev: z.string().nullable(),
    first: z.string().optional(),
    last: z.string().optional().describe('Absent behind a cursor.'),
  })
  .meta({ id: 'ListLinks', description: 'References relative to this host; also in the `Link` header (RFC 8288).' })

/** The envelope of every list: `{ data, meta, links }`. */
export const listOf = <Entry extends z.ZodType>(entry: Entry, id: string) =>
  z.object({ data: z.array(entry), meta: ListMeta, links: ListLinks }).meta({ id })

export type ListMeta = z.output<typeof ListMeta>
export type ListLinks = z.output<typeof ListLinks>
