import type { FunctionComponent } from 'preact'
import type { OverviewView } from '../../../../framework/src/tools/console/views.ts'
import { LearnPage } from '../learn/learn-page.tsx'
import { RequestsPage } from '../requests/requests-page.tsx'

/** Each has an icon of its name. */
export type PageId = 'requests' | 'routes' | 'database' | 'errors' | 'metrics' | 'health' | 'config' | 'learn'

export interface Page {
  readonly id: PageId
  readonly label: string
  /** Behind `g`. */
  readonly key: string
  readonly view: FunctionComponent
  /** Of a service that an application may not have. */
  readonly needs?: OverviewView['pages'][number]
}

/** In the order of the navigation. */
export const pages: readonly Page[] = [
  { id: 'requests', label: 'Requests', key: 'r', view: RequestsPage },
  { id: 'learn', label: 'Learn', key: 'l', view: LearnPage },
]

/** The pages of what this application has. */
export function pagesOf(overview: OverviewView | undefined): readonly Page[] {
  return pages.filter(({ needs }) => needs === undefined || overview?.pages.includes(needs) === true)
}
