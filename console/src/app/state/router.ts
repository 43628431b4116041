import { computed, signal } from '@preact/signals'

/** Where the console lives on its server. */
export const base = '/console'

export interface Place {
  /** The first part behind the base: `requests`, `database` … */
  readonly page: string
  /** The rest, decoded: a trace's id, a chapter's name. */
  readonly rest: string
  readonly query: URLSearchParams
  readonly anchor: string
}

const address = signal(readAddress())
let hasMoved = false

export const place = computed(() => toPlace(new URL(address.value)))

function readAddress(): string {
  return window.location.href
}

export function toPlace(url: URL): Place {
  const [page = '', ...rest] = url.pathname.slice(base.length).replace(/^\//, '').split('/')
  return { page: page === '' ? 'requests' : page, rest: rest.map(decode).join('/'), query: url.searchParams, anchor: url.hash.slice(1) }
}

/** Leads to another page of the console; `replace` does not leave the present one in the history. */
export function go(href: string, { replace = false }: { replace?: boolean } = {}): void {
  if (replace) history.replaceState(undefined, '', href)
  else history.pushState(undefined, '', href)
  arrive()
}

/** Whether another page was opened since this was asked last: the new one then takes the focus. */
export function takeMove(): boolean {
  const moved = hasMoved
  hasMoved = false
  return moved
}

function arrive(): void {
  const now = readAddress()
  if (new URL(now).pathname !== new URL(address.peek()).pathname) hasMoved = true
  address.value = now
}

/** Makes links inside of the console change the page without loading it again. */
export function followLinks(): void {
  addEventListener('popstate', arrive)
  addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (link === null || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
      return
    const url = new URL(link.href)
    const isOurs = url.origin === location.origin && (url.pathname === base || url.pathname.startsWith(`${base}/`))
    if (!isOurs || url.pathname.startsWith(`${base}/api/`) || link.target !== '') return
    event.preventDefault()
    go(url.href)
  })
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
