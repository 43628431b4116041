import { reply, type Reply } from 'throughline/http'
import type { ListLinks, ListMeta } from '../../contract/list.ts'
import type { Page, Step } from '../domain/page.ts'

interface List<Item> {
  data: Item[]
  meta: ListMeta
  links: ListLinks
}

/** The envelope of a list, with the links in the `Link` header as well (RFC 8288). */
export function toList<Item>(url: URL, page: Page<Item>): Reply<List<Item>> {
  const links = toLinks(url, page)
  const meta = {
    limit: page.limit,
    total: page.total,
    hasMore: page.next !== undefined,
    ...(page.page !== undefined && { page: page.page }),
  }
  return reply({ data: [...page.items], meta, links }, { headers: { link: toHeader(links) } })
}

function toLinks(url: URL, { first, prev, next, last }: Page<unknown>): ListLinks {
  return {
    self: url.pathname + url.search,
    next: next === undefined ? null : reference(url, next),
    prev: prev === undefined ? null : reference(url, prev),
    first: reference(url, first),
    ...(last !== undefined && { last: reference(url, last) }),
  }
}

/** The same list somewhere else, without scheme and host: behind a proxy only the caller knows those. */
function reference(url: URL, step: Step): string {
  const query = new URLSearchParams(url.search)
  query.delete('page')
  query.delete('after')
  if ('page' in step) query.set('page', String(step.page))
  else query.set('after', step.after)
  return `${url.pathname}?${query}`
}

function toHeader(links: ListLinks): string {
  const relations = Object.entries(links) as [string, string | null | undefined][]
  return relations.flatMap(([relation, target]) => (target ? [`<${target}>; rel="${relation}"`] : [])).join(', ')
}
