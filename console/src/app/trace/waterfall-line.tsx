import { toMs } from '../state/format.ts'
import { remark, title, tone } from './kinds.ts'
import type { PictureRow } from './picture.ts'
import type { Zoom } from './use-zoom.ts'

export interface WaterfallLineProps {
  readonly row: PictureRow
  readonly zoom: Pick<Zoom, 'from' | 'to'>
  readonly isSelected: boolean
  readonly select: (row: PictureRow) => void
  readonly toggle: (row: PictureRow) => void
}

const leastPercent = 0.25

export function WaterfallLine({ row, zoom, isSelected, select, toggle }: WaterfallLineProps) {
  const name = title(row)
  return (
    <div role="row" class={`line ${isSelected ? 'is-selected' : ''} ${isHead(row) ? 'is-operation' : ''}`} onClick={() => select(row)}>
      <span role="rowheader" class="line-head-cell" style={{ '--depth': row.depth }}>
        {row.below === 0 ? (
          <span class="twist" />
        ) : (
          <button
            type="button"
            class="twist"
            tabIndex={-1}
            aria-expanded={row.isOpen}
            aria-label={`${row.isOpen ? 'Fold' : 'Unfold'} ${name}`}
            onClick={(event) => {
              event.stopPropagation()
              toggle(row)
            }}
          />
        )}
        <button
          type="button"
          class={`line-name ${row.kind === 'sql' ? 'is-sql' : ''}`}
          aria-pressed={isSelected}
          title={name}
          onKeyDown={(event) => {
            const wants = { ArrowRight: true, ArrowLeft: false }[event.key]
            if (wants !== undefined && row.below > 0 && wants !== row.isOpen) toggle(row)
          }}
        >
          <span class={`swatch of-${tone(row)}`} />
          {name}
        </button>
      </span>
      <span role="cell" class="line-bar">
        <Bar row={row} zoom={zoom} />
      </span>
      <span role="cell" class="num">
        {toMs(row.ms)}
      </span>
    </div>
  )
}

/** An operation, or a phase of the client: what others stand below. */
function isHead({ span, side, depth }: PictureRow): boolean {
  return span === undefined && (side === 'server' || depth === 0)
}

function Bar({ row, zoom: { from, to } }: Pick<WaterfallLineProps, 'row' | 'zoom'>) {
  const length = Math.max(to - from, Number.EPSILON)
  const left = Math.max(0, ((row.start - from) / length) * 100)
  const right = Math.min(100, ((row.start + row.ms - from) / length) * 100)
  if (right < 0 || left > 100) return null
  const width = Math.max(leastPercent, right - left)
  const text = remark(row)
  const isLate = left + width > 72
  return (
    <>
      {/* What took no time because nothing had to be done leaves its place empty. */}
      {row.side === 'client' && row.ms === 0 ? null : (
        <span class={`bar of-${tone(row)}`} style={{ left: `${Math.min(left, 100 - leastPercent)}%`, width: `${width}%` }} />
      )}
      {text === '' ? null : (
        <span
          class={`remark ${isLate ? 'is-late' : ''}`}
          style={
            isLate ? { right: `${100 - left}%`, maxWidth: `${left}%` } : { left: `${left + width}%`, maxWidth: `${100 - left - width}%` }
          }
        >
          {text}
        </span>
      )}
    </>
  )
}
