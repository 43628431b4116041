import type { StatementView } from '../../../../framework/src/tools/console/system-views.ts'
import { DataTable, type Column } from '../parts/data-table.tsx'
import { SqlText } from '../parts/sql-text.tsx'
import { toCount, toMs } from '../state/format.ts'
import { base } from '../state/router.ts'
import { PlanView } from '../trace/plan-view.tsx'

export function StatementTable({ statements }: { statements: readonly StatementView[] }) {
  const all = statements.reduce((sum, { totalMs }) => sum + totalMs, 0)
  return (
    <DataTable
      label="Statements"
      columns={columnsFor(all)}
      rows={statements}
      keyOf={({ sql }) => sql}
      orderedBy="Total ms"
      details={(statement) => <StatementDetails statement={statement} />}
    />
  )
}

function columnsFor(all: number): readonly Column<StatementView>[] {
  return [
    { title: 'Statement', isMain: true, draw: ({ sql }) => <code class="one-line">{sql.trim().replaceAll(/\s+/g, ' ')}</code> },
    { title: 'Total ms', isNumber: true, order: ({ totalMs }) => totalMs, draw: ({ totalMs }) => <Share ms={totalMs} all={all} /> },
    { title: 'Calls', isNumber: true, order: ({ calls }) => calls, draw: ({ calls }) => toCount(calls) },
    { title: 'Mean', isNumber: true, isWide: true, order: ({ meanMs }) => meanMs, draw: ({ meanMs }) => toMs(meanMs) },
    { title: 'Slowest', isNumber: true, isWide: true, order: ({ slowestMs }) => slowestMs, draw: ({ slowestMs }) => toMs(slowestMs) },
    { title: 'Rows', isNumber: true, isWide: true, order: ({ rows }) => rows, draw: ({ rows }) => toCount(rows) },
    {
      title: 'Failures',
      isNumber: true,
      isWide: true,
      order: ({ failures }) => failures,
      draw: ({ failures }) => <span class={failures > 0 ? 'is-bad' : 'faint'}>{failures}</span>,
    },
  ]
}

function Share({ ms, all }: { ms: number; all: number }) {
  return (
    <span class="share">
      <span class="share-bar" aria-hidden="true">
        <span style={{ width: `${all === 0 ? 0 : (ms / all) * 100}%` }} />
      </span>
      <span>{toMs(ms)}</span>
    </span>
  )
}

function StatementDetails({ statement: { sql, routes } }: { statement: StatementView }) {
  return (
    <div class="statement-details">
      <SqlText sql={sql} />
      {routes.length === 0 ? null : (
        <p>
          Sent by{' '}
          {routes.map((route, index) => (
            <span key={route}>
              {index === 0 ? '' : ', '}
              {route.includes('/') ? <a href={`${base}/requests?name=${encodeURIComponent(route)}`}>{route}</a> : route}
            </span>
          ))}
        </p>
      )}
      <PlanView sql={sql} />
    </div>
  )
}
