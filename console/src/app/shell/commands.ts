import { signal } from '@preact/signals'
import type { RoutesView } from '../../../../framework/src/tools/console/system-views.ts'
import { read } from '../state/api.ts'
import { overview } from '../state/overview.ts'
import { base } from '../state/router.ts'
import { nextTheme } from '../state/theme.ts'
import { openKeyHelp } from './key-help.tsx'
import { pagesOf } from './pages.ts'

/** Of the application and of the chapters: read when somebody looks for the first time. */
const more = signal<readonly Command[]>([])

export async function loadCommands(): Promise<void> {
  if (more.value.length > 0) return
  const [routes, chapters] = await Promise.all([
    read<RoutesView>('/routes').then(
      (view) => view.routes,
      () => [],
    ),
    import('virtual:chapters').then((module) => module.chapters),
  ])
  more.value = [
    ...routes.map(({ method, path }) => ({
      label: `${method} ${path}`,
      kind: 'requests of',
      href: `${base}/requests?name=${encodeURIComponent(`${method} ${path}`)}`,
    })),
    ...chapters.map(({ id, title }) => ({ label: title, kind: 'chapter', href: `${base}/learn/${id}` })),
  ]
}

interface Named {
  readonly label: string
  /** What it is, for people. */
  readonly kind: string
}
export type Command = (Named & { readonly href: string }) | (Named & { readonly run: () => void })

const most = 12
const idLike = /^(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i

/** What fits the letters, the best first. */
export function commandsFor(text: string): Command[] {
  const wanted = text.trim()
  const words = wanted.toLowerCase().split(/\s+/)
  const fits = (label: string) => words.every((word) => label.toLowerCase().includes(word))
  const fitting = allCommands().filter(({ label, kind }) => fits(`${label} ${kind}`))
  return [...(wanted === '' ? [] : searches(wanted)), ...fitting].toSorted((a, b) => rank(a, words) - rank(b, words)).slice(0, most)
}

function allCommands(): Command[] {
  return [
    ...pagesOf(overview.value).map(({ id, label }) => ({ label, kind: 'page', href: `${base}/${id}` })),
    { label: 'Failed requests', kind: 'filter', href: `${base}/requests?outcome=failed` },
    { label: 'Requests over 100 ms', kind: 'filter', href: `${base}/requests?minMs=100` },
    { label: 'Change the theme', kind: 'action', run: nextTheme },
    { label: 'Show the keys', kind: 'action', run: openKeyHelp },
    ...more.value,
  ]
}

function searches(text: string): Command[] {
  if (idLike.test(text)) return [{ label: `Open ${text}`, kind: 'trace', href: `${base}/requests/${encodeURIComponent(text)}` }]
  return [{ label: `Requests with “${text}”`, kind: 'search', href: `${base}/requests?text=${encodeURIComponent(text)}` }]
}

function rank({ label, kind }: Command, [first = '']: readonly string[]): number {
  if (kind === 'trace') return -1
  if (kind === 'search') return 3
  return label.toLowerCase().startsWith(first) ? 0 : 1
}
