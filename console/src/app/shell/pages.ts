import type { FunctionComponent } from 'preact'
import type { OverviewView } from '../../../../framework/src/tools/console/views.ts'
import { ConfigPage } from '../config/config-page.tsx'
import { DatabasePage } from '../database/database-page.tsx'
import { ErrorsPage } from '../errors/errors-page.tsx'
import { HealthPage } from '../health/health-page.tsx'
import { LearnPage } from '../learn/learn-page.tsx'
import { MetricsPage } from '../metrics/metrics-page.tsx'
import { ProfilePage } from '../profile/profile-page.tsx'
import { RequestsPage } from '../requests/requests-page.tsx'
import { RoutesPage } from '../routes/routes-page.tsx'

/** Each has an icon of its name. */
export type PageId = 'requests' | 'routes' | 'database' | 'errors' | 'metrics' | 'profile' | 'health' | 'config' | 'learn'

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
  { id: 'errors', label: 'Errors', key: 'e', view: ErrorsPage },
  { id: 'routes', label: 'Routes', key: 'o', view: RoutesPage },
  { id: 'database', label: 'Database', key: 'd', view: DatabasePage, needs: 'database' },
  { id: 'metrics', label: 'Metrics', key: 'm', view: MetricsPage },
  { id: 'profile', label: 'Profile', key: 'p', view: ProfilePage },
  { id: 'health', label: 'Health', key: 'h', view: HealthPage },
  { id: 'config', label: 'Config', key: 'c', view: ConfigPage },
  { id: 'learn', label: 'Learn', key: 'l', view: LearnPage },
]

/** The pages of what this application has. */
export function pagesOf(overview: OverviewView | undefined): readonly Page[] {
  return pages.filter(({ needs }) => needs === undefined || overview?.pages.includes(needs) === true)
}
