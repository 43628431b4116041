import { useState } from 'preact/hooks'
import type { RoutesView, RouteView } from '../../../../framework/src/tools/console/system-views.ts'
import { DataTable, type Column } from '../parts/data-table.tsx'
import { FilterInput, hasWords } from '../parts/filter-input.tsx'
import { MethodName } from '../parts/method-name.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Empty } from '../parts/states.tsx'
import { ViewOf } from '../parts/view-of.tsx'
import { plural, toCount, toMs } from '../state/format.ts'
import { useResource } from '../state/resource.ts'
import { RouteDetails } from './route-details.tsx'

const columns: readonly Column<RouteView>[] = [
  { title: 'Route', isMain: true, order: ({ path, method }) => `${path} ${method}`, draw: (route) => <RouteName route={route} /> },
  { title: 'Who may', isWide: true, order: ({ auth }) => auth, draw: ({ auth }) => (auth === 'none' ? 'everyone' : auth) },
  { title: 'Calls', isNumber: true, order: ({ calls }) => calls, draw: ({ calls }) => (calls === 0 ? '' : toCount(calls)) },
  { title: 'Failures', isNumber: true, isWide: true, order: ({ failures }) => failures, draw: (route) => <Failures route={route} /> },
  { title: 'p50', isNumber: true, isWide: true, order: ({ p50 = -1 }) => p50, draw: ({ p50 }) => quantile(p50) },
  { title: 'p95', isNumber: true, order: ({ p95 = -1 }) => p95, draw: ({ p95 }) => quantile(p95) },
  { title: 'p99', isNumber: true, isWide: true, order: ({ p99 = -1 }) => p99, draw: ({ p99 }) => quantile(p99) },
]

export function RoutesPage() {
  const resource = useResource<RoutesView>('/routes', 5000)
  const [filter, setFilter] = useState('')
  return (
    <div class="page">
      <PageHead title="Routes" name="Routes">
        <FilterInput label="Filter the routes" value={filter} change={setFilter} />
      </PageHead>
      <ViewOf resource={resource}>
        {({ routes }) => {
          const shown = routes.filter(({ method, path, name, summary }) => hasWords(`${method} ${path} ${name} ${summary}`, filter))
          if (routes.length === 0)
            return <Empty title="This application has no routes yet">Give some to `routes` in its `wire` function.</Empty>
          if (shown.length === 0) return <Empty title="No route has these words" />
          return (
            <>
              <p class="faint table-note">
                {plural(shown.length, 'route')}. Each has only the steps that its contract asks for; milliseconds since the start.
              </p>
              <DataTable
                label="Routes"
                columns={columns}
                rows={shown}
                keyOf={({ host = '', method, path }) => `${host} ${method} ${path}`}
                details={(route) => <RouteDetails route={route} />}
              />
            </>
          )
        }}
      </ViewOf>
    </div>
  )
}

function RouteName({ route: { method, path, host, deprecated } }: { route: RouteView }) {
  return (
    <>
      <MethodName method={method} path={path} />
      {host === undefined ? null : <span class="kind">{host}</span>}
      {deprecated ? <span class="status is-refused">deprecated</span> : null}
    </>
  )
}

function Failures({ route: { calls, failures } }: { route: RouteView }) {
  if (calls === 0) return null
  return (
    <span class={failures > 0 ? 'is-bad' : 'faint'}>
      {failures === 0 ? '0' : `${toCount(failures)} (${((failures / calls) * 100).toFixed(1)} %)`}
    </span>
  )
}

function quantile(ms: number | undefined): string {
  return ms === undefined ? '' : toMs(ms)
}
