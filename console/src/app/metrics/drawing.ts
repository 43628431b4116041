import uPlot from 'uplot'
import type { ChartView } from '../../../../framework/src/tools/console/system-views.ts'
import { toMark } from './units.ts'

export interface Drawing {
  set(chart: ChartView, minutes: number): void
  close(): void
}

export interface DrawingOptions {
  readonly unit: string
  readonly names: readonly string[]
  readonly point: (at: number | undefined) => void
}

const height = 148

/** Draws lines over time. The colours are those of the styles at this moment: a change of theme draws anew. */
export function draw(box: HTMLElement, { unit, names, point }: DrawingOptions): Drawing {
  const styles = getComputedStyle(box)
  const colour = (name: string) => resolve(box, styles.getPropertyValue(name))
  const axis = {
    stroke: colour('--faint'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
    font: `11px ${styles.fontFamily}`,
  }
  const plot = new uPlot(
    {
      width: Math.max(200, box.clientWidth),
      height,
      legend: { show: false },
      // To the right, half of what stands below the last mark.
      padding: [8, 16, 0, 0],
      cursor: { y: false, sync: { key: 'metrics' }, points: { size: 5 }, drag: { x: false, y: false } },
      scales: { y: { range: (_plot, _low, high) => [0, high > 0 ? high * 1.12 : 1] } },
      axes: [
        { ...axis, space: 64, size: 26, values: (_plot, marks) => marks.map(toMoment) },
        { ...axis, size: 52, space: 32, values: (_plot, marks) => marks.map((mark) => toMark(mark, unit)) },
      ],
      series: [{}, ...names.map((name, index) => lineOf(name, colour(`--line-${index % 6}`), index === 0))],
      hooks: {
        setCursor: [
          ({ cursor: { idx }, data, over }) => {
            if (over.matches(':hover')) point(idx === null || idx === undefined ? undefined : data[0][idx]! * 1000)
          },
        ],
      },
    },
    [[], ...names.map(() => [])],
    box,
  )
  const leave = () => point(undefined)
  plot.over.addEventListener('mouseleave', leave)
  const observer = new ResizeObserver(() => plot.setSize({ width: Math.max(200, box.clientWidth), height }))
  observer.observe(box)
  return {
    set({ times, series }, minutes) {
      plot.setData([times.map((time) => time / 1000), ...series.map(({ values }) => [...values])], false)
      const end = (times.at(-1) ?? Date.now()) / 1000
      // A process that started just now has no past to leave room for.
      const from = Math.max(end - minutes * 60, Math.min((times[0] ?? 0) / 1000, end - 60))
      plot.batch(() => {
        plot.setScale('x', { min: from, max: end })
        plot.setScale('y', { min: 0, max: 1 })
      })
      plot.redraw(true, true)
    },
    close() {
      observer.disconnect()
      plot.destroy()
    },
  }
}

function lineOf(label: string, stroke: string, isFilled: boolean): uPlot.Series {
  return {
    label,
    stroke,
    width: 1.5,
    points: { show: true, size: 4, fill: stroke, filter: lonely },
    spanGaps: false,
    ...(isFilled && { fill: `color-mix(in srgb, ${stroke} 10%, transparent)` }),
  }
}

/** A value between gaps has no line: it is a point. */
function lonely({ data }: uPlot, series: number): number[] {
  const values = data[series]!
  const has = (at: number) => typeof values[at] === 'number'
  return [...values.keys()].filter((at) => has(at) && !has(at - 1) && !has(at + 1))
}

/** The time of day; the day at midnight. */
function toMoment(seconds: number): string {
  const date = new Date(seconds * 1000)
  const time = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  return time === '00:00' ? date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' }) : time
}

/** A canvas knows no custom properties and no light-dark(): an element does. */
function resolve(box: HTMLElement, value: string): string {
  const probe = document.createElement('span')
  probe.style.color = value
  box.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
