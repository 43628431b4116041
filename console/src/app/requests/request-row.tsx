import type { OperationRow } from '../../../../framework/src/tools/console/views.ts'
import { MethodName } from '../parts/method-name.tsx'
import { StatusBadge } from '../parts/status-badge.tsx'
import { toClock, toDuration, toMs } from '../state/format.ts'
import { base } from '../state/router.ts'

export interface RequestRowProps {
  readonly row: OperationRow
  /** The longest of those that are shown: the bars share its scale. */
  readonly longest: number
}

const reasons: Readonly<Record<OperationRow['kept'], string>> = {
  error: 'kept: it failed',
  slow: 'kept: it was slow',
  asked: 'kept: somebody asked',
  share: 'one of the share that is kept',
}

export function RequestRow({ row, longest }: RequestRowProps) {
  const { id, kind, name, method, target, status, outcome, kept, startedAt, ms, queries, queryMs, error } = row
  return (
    <>
      <span role="cell" class="cell-time num">
        {toClock(startedAt)}
      </span>
      <span role="cell" class="cell-status">
        <StatusBadge status={status} outcome={outcome} />
      </span>
      <span role="cell" class="cell-name">
        <a class="row-link" href={`${base}/requests/${encodeURIComponent(id)}`} title={target ?? name}>
          {kind === 'request' ? null : <span class="kind">{kind}</span>}
          <MethodName method={method} path={target ?? name} />
        </a>
        {error === undefined ? null : <span class={outcome === 'failed' ? 'row-error' : 'row-error is-refusal'}>{error}</span>}
      </span>
      <span role="cell" class="cell-queries num" title={queries === 0 ? undefined : `${toMs(queryMs)} ms in SQL`}>
        {queries === 0 ? '' : `${queries} SQL`}
      </span>
      <span role="cell" class="cell-kept" title={reasons[kept]}>
        {kept === 'share' ? '' : kept}
      </span>
      <span role="cell" class="cell-ms num">
        {toDuration(ms)}
      </span>
      <span role="cell" class="cell-bar">
        <TimeBar row={row} longest={longest} />
      </span>
    </>
  )
}

/** How long, by its length; in what, by its colours. */
function TimeBar({ row: { ms, queryMs, outcome }, longest }: RequestRowProps) {
  const width = longest === 0 ? 0 : Math.max(1.5, (Math.log1p(ms) / Math.log1p(longest)) * 100)
  const sql = ms === 0 ? 0 : Math.min(100, (queryMs / ms) * 100)
  return (
    <svg class={`time-bar is-${outcome}`} viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label={`${Math.round(sql)} % SQL`}>
      <rect class="of-stage" x="0" y="0" width={width} height="8" />
      <rect class="of-sql" x="0" y="0" width={(width * sql) / 100} height="8" />
    </svg>
  )
}
