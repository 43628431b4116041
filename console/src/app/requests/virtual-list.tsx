import type { ComponentChild } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

export interface VirtualListProps<Row> {
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  readonly draw: (row: Row, index: number) => ComponentChild
  /** Pixels; all rows have the same. */
  readonly rowHeight: number
  /** Told when the reader leaves the top of the list, and when they come back. */
  readonly onAway?: (isAway: boolean) => void
}

const beyond = 12

/** Draws the rows that are seen, and some around them: thousands cost as much as a screenful. */
export function VirtualList<Row>({ rows, keyOf, draw, rowHeight, onAway }: VirtualListProps<Row>) {
  const box = useRef<HTMLDivElement>(null)
  const [{ top, height }, setSeen] = useState({ top: 0, height: 800 })
  useLayoutEffect(() => {
    const element = box.current!
    const look = () => {
      onAway?.(element.scrollTop > rowHeight)
      setSeen({ top: element.scrollTop, height: element.clientHeight })
    }
    look()
    const observer = new ResizeObserver(look)
    observer.observe(element)
    element.addEventListener('scroll', look, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', look)
    }
  }, [rowHeight])
  const from = Math.max(0, Math.floor(top / rowHeight) - beyond)
  const to = Math.min(rows.length, Math.ceil((top + height) / rowHeight) + beyond)
  return (
    <div class="rows" ref={box} role="rowgroup" tabIndex={-1}>
      <div class="rows-all" style={{ height: `${rows.length * rowHeight}px` }} role="presentation">
        <div style={{ transform: `translateY(${from * rowHeight}px)` }} role="presentation">
          {rows.slice(from, to).map((row, index) => (
            <div key={keyOf(row)} class="row" role="row" aria-rowindex={from + index + 2} style={{ height: `${rowHeight}px` }}>
              {draw(row, from + index)}
            </div>
          ))}
        </div>
      </div>
    </div>
  )
}
