import type { Smell } from '../../../../framework/src/tools/console/views.ts'
import { IconButton } from '../parts/icon-button.tsx'
import { SqlText } from '../parts/sql-text.tsx'
import { toDuration } from '../state/format.ts'
import { title, tone } from './kinds.ts'
import type { PictureRow } from './picture.ts'
import { PlanView } from './plan-view.tsx'
import { SmellList } from './smell-list.tsx'

export interface RowDetailsProps {
  readonly row: PictureRow
  readonly smells: readonly Smell[]
  readonly close: () => void
}

/** Everything about the row that was chosen. */
export function RowDetails({ row, smells, close }: RowDetailsProps) {
  const { span, operation, kind, start, ms } = row
  const isSql = span?.kind === 'sql'
  const attributes = Object.entries(span?.attributes ?? {})
  const before = start - (operation === undefined || span === undefined ? start : start - span.start)
  return (
    <aside class="details" aria-label="The chosen row">
      <header>
        <span class={`swatch of-${tone(row)}`} />
        <h2>{isSql ? 'SQL' : title(row)}</h2>
        <IconButton icon="close" label="Close the details" press={close} />
      </header>
      {isSql ? <SqlText sql={span.name} /> : null}
      <dl class="pairs">
        <Pair name="Took" value={span !== undefined && span.end < 0 ? 'never ended' : toDuration(ms)} />
        <Pair name={span === undefined ? 'Began on the axis' : 'Began after'} value={toDuration(span === undefined ? start : before)} />
        <Pair name={row.side === 'client' ? 'Seen by' : 'Kind'} value={row.side === 'client' ? 'the client' : kind} />
        {span?.failed === undefined ? null : <Pair name="Failed" value={span.failed} />}
        {attributes.map(([name, value]) => (
          <Pair key={name} name={name} value={String(value)} />
        ))}
        {span === undefined && operation !== undefined && operation.dropped > 0 ? (
          <Pair name="Not kept" value={`${operation.dropped} spans and lines`} />
        ) : null}
      </dl>
      {row.state === 'gap' ? <p class="faint">{row.note}</p> : null}
      {row.side === 'client' && row.note !== '' ? <NoteList note={row.note} /> : null}
      {isSql ? <PlanView key={span.name} sql={span.name} /> : null}
      <SmellList smells={smells.filter(({ sql }) => isSql && sql === span.name)} />
    </aside>
  )
}

/** A note has one fact behind the other; here is room for a line each. */
function NoteList({ note }: { note: string }) {
  return (
    <ul class="client-notes">
      {note.split(' · ').map((fact, index) => (
        <li key={index}>{fact}</li>
      ))}
    </ul>
  )
}

function Pair({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
