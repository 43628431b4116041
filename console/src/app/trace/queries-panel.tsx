import type { Span } from '../../../../framework/src/std/operation.ts'
import { SqlText } from '../parts/sql-text.tsx'
import { toMs } from '../state/format.ts'
import { PlanView } from './plan-view.tsx'

/** The statements in their order, the same one only once. */
export function QueriesPanel({ queries }: { queries: readonly Span[] }) {
  const groups = [...Map.groupBy(queries, ({ name }) => name)]
  return (
    <ol class="queries">
      {groups.map(([sql, spans]) => (
        <li key={sql}>
          <p class="query-facts">
            <span class="num">{toMs(spans.reduce((sum, { start, end }) => sum + Math.max(0, end - start), 0))} ms</span>
            <span>{rowsOf(spans)}</span>
            {spans.length > 1 ? <strong class="times">×{spans.length}</strong> : null}
            {spans.some(({ failed }) => failed !== undefined) ? (
              <span class="status is-failed">{spans.find(({ failed }) => failed)?.failed}</span>
            ) : null}
          </p>
          <SqlText sql={sql} />
          <PlanView sql={sql} />
        </li>
      ))}
    </ol>
  )
}

function rowsOf(spans: readonly Span[]): string {
  const rows = spans.reduce((sum, { attributes }) => sum + Number(attributes?.['rows'] ?? 0), 0)
  return rows === 1 ? '1 row' : `${rows} rows`
}
