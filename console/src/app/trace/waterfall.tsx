import { useRef } from 'preact/hooks'
import { IconButton } from '../parts/icon-button.tsx'
import { usePhone } from '../state/screen.ts'
import { useShortcuts } from '../state/shortcuts.ts'
import type { Picture, PictureRow } from './picture.ts'
import { ticks } from './ticks.ts'
import { useZoom, type Zoom } from './use-zoom.ts'
import { WaterfallLine } from './waterfall-line.tsx'

export interface WaterfallProps {
  readonly picture: Picture
  readonly selected: string | undefined
  readonly select: (row: PictureRow) => void
  readonly toggle: (row: PictureRow) => void
  readonly isDetailed: boolean
  readonly setDetailed: (isDetailed: boolean) => void
}

/** Everything of a trace on one time axis. */
export function Waterfall(props: WaterfallProps) {
  const { picture, selected, select, toggle } = props
  const axis = useRef<HTMLDivElement>(null)
  const table = useRef<HTMLDivElement>(null)
  const zoom = useZoom(picture.span, axis)
  useRowKeys(table, zoom)
  const pointAt = (event: MouseEvent) => {
    const box = axis.current!.getBoundingClientRect()
    const at = (event.clientX - box.left) / box.width
    table.current!.style.setProperty('--pointer', at >= 0 && at <= 1 ? `${at * 100}%` : '-1000%')
  }
  return (
    <section class="waterfall" aria-label="Waterfall">
      <Tools {...props} zoom={zoom} />
      <div role="table" aria-label="What happened, and when" ref={table} onMouseMove={pointAt} {...zoom.handlers}>
        <div role="rowgroup">
          <div role="row" class="line line-head">
            <span role="columnheader">Name</span>
            <span role="columnheader" class="axis" ref={axis} aria-label="Time">
              <Axis zoom={zoom} />
            </span>
            <span role="columnheader" class="num">
              ms
            </span>
          </div>
        </div>
        <div role="rowgroup" class="lines">
          {picture.rows.map((row) => (
            <WaterfallLine key={row.key} row={row} zoom={zoom} isSelected={row.key === selected} select={select} toggle={toggle} />
          ))}
        </div>
      </div>
    </section>
  )
}

function Tools({ picture, isDetailed, setDetailed, zoom }: WaterfallProps & { zoom: Zoom }) {
  return (
    <div class="waterfall-tools">
      <h2>Waterfall</h2>
      {picture.quick === 0 && !isDetailed ? null : (
        <button type="button" class="quiet" aria-pressed={isDetailed} onClick={() => setDetailed(!isDetailed)}>
          {isDetailed ? 'Fold quick steps' : `Show ${picture.quick} quick steps`}
        </button>
      )}
      <span class="tools-group" role="group" aria-label="Zoom">
        <IconButton icon="minus" label="Zoom out" hint="-" press={() => zoom.by(1.6)} isDisabled={!zoom.isZoomed} />
        <IconButton icon="plus" label="Zoom in" hint="+" press={() => zoom.by(0.6)} />
        <IconButton icon="fit" label="See all of it" hint="0" press={zoom.reset} isDisabled={!zoom.isZoomed} />
      </span>
    </div>
  )
}

function Axis({ zoom: { from, to, brush } }: { zoom: Zoom }) {
  const most = usePhone() ? 3 : 6
  const at = (ms: number) => `${((ms - from) / (to - from)) * 100}%`
  return (
    <>
      {ticks(from, to, most).map((ms) => (
        <span key={ms} class="tick" style={{ left: at(ms) }}>
          {toTick(ms)}
        </span>
      ))}
      <span class="pointer" />
      {brush === undefined ? null : <span class="brush" style={{ left: `${brush[0] * 100}%`, width: `${(brush[1] - brush[0]) * 100}%` }} />}
    </>
  )
}

function toTick(ms: number): string {
  return ms >= 1000 ? `${+(ms / 1000).toFixed(3)} s` : ms === 0 ? '0' : `${+ms.toFixed(ms < 1 ? 3 : 2)} ms`
}

function useRowKeys(table: { current: HTMLDivElement | null }, zoom: Zoom): void {
  const move = (step: number) => {
    const rows = [...(table.current?.querySelectorAll<HTMLElement>('.line-name') ?? [])]
    const focused = rows.indexOf(document.activeElement as HTMLElement)
    const at = focused >= 0 ? focused : rows.findIndex((row) => row.getAttribute('aria-pressed') === 'true')
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))]
    next?.focus()
    next?.click()
    next?.scrollIntoView({ block: 'nearest' })
  }
  useShortcuts([
    { keys: 'j', label: 'Next row', run: () => move(1) },
    { keys: 'k', label: 'Previous row', run: () => move(-1) },
    { keys: 'ArrowDown', label: 'Next row', run: () => move(1) },
    { keys: 'ArrowUp', label: 'Previous row', run: () => move(-1) },
    { keys: '+', label: 'Zoom in', run: () => zoom.by(0.6) },
    { keys: '-', label: 'Zoom out', run: () => zoom.by(1.6) },
    { keys: '0', label: 'See all of it', run: () => zoom.reset() },
  ])
}
