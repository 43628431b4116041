import { useEffect, useRef, useState } from 'preact/hooks'
import type { ChartView } from '../../../../framework/src/tools/console/system-views.ts'
import { paint } from '../state/theme.ts'
import { toValue } from './units.ts'
import type { Drawing } from './drawing.ts'

export interface ChartCardProps {
  readonly chart: ChartView
  readonly minutes: number
  /** The moment that is pointed at on any of the charts, in milliseconds. */
  readonly at: number | undefined
  readonly point: (at: number | undefined) => void
}

/** A chart with its newest values in words; where somebody points, the values of that moment. */
export function ChartCard({ chart, minutes, at, point }: ChartCardProps) {
  const { title, unit, times } = chart
  const [series, quieter] = loudest(chart)
  const index = at === undefined ? times.length - 1 : nearest(times, at)
  return (
    <figure class="chart">
      <figcaption>
        <span title={title}>{title}</span>
        <span class="faint">{unit}</span>
      </figcaption>
      <Plot chart={{ ...chart, series }} minutes={minutes} point={point} />
      <ul class="legend">
        {series.map(({ name, values }, line) => (
          <li key={name}>
            <span class={`swatch of-line-${line % 6}`} />
            <span title={name}>{name}</span> <strong class="num">{toValue(at === undefined ? newest(values) : values[index], unit)}</strong>
          </li>
        ))}
        {quieter === 0 ? null : <li class="faint">and {quieter} quieter</li>}
      </ul>
    </figure>
  )
}

function Plot({ chart, minutes, point }: Omit<ChartCardProps, 'at'>) {
  const box = useRef<HTMLDivElement>(null)
  const [drawing, setDrawing] = useState<Drawing | undefined>()
  useEffect(() => {
    let isGone = false
    let made: Drawing | undefined
    // The library for charts is asked for by this page only.
    void import('./drawing.ts').then(({ draw }) => {
      if (isGone) return
      made = draw(box.current!, { unit: chart.unit, names: chart.series.map(({ name }) => name), point })
      setDrawing(made)
    })
    return () => {
      isGone = true
      made?.close()
    }
  }, [chart.unit, chart.series.map(({ name }) => name).join('\n'), paint.value])
  useEffect(() => drawing?.set(chart, minutes), [drawing, chart, minutes])
  return <div class="plot" ref={box} role="img" aria-label={`${chart.title}: ${sayTrend(chart)}`} />
}

const most = 6

/** More lines than colours cannot be told from each other: the greatest are drawn. */
function loudest({ series }: ChartView): [ChartView['series'], number] {
  if (series.length <= most) return [series, 0]
  const sum = (values: readonly (number | null)[]) => values.reduce<number>((all, value) => all + (value ?? 0), 0)
  return [series.toSorted((a, b) => sum(b.values) - sum(a.values)).slice(0, most), series.length - most]
}

/** What the line says, for who cannot see it. */
function sayTrend({ series, unit }: ChartView): string {
  return series
    .map(({ name, values }) => {
      const known = values.filter((value): value is number => value !== null)
      if (known.length === 0) return `${name} has no values`
      return `${name} now ${toValue(known.at(-1), unit)}, between ${toValue(Math.min(...known), unit)} and ${toValue(Math.max(...known), unit)}`
    })
    .join('; ')
}

/** The last moment may still be under way, and without a value. */
function newest(values: readonly (number | null)[]): number | null | undefined {
  return values.findLast((value) => value !== null)
}

function nearest(times: readonly number[], at: number): number {
  let best = 0
  for (const [index, time] of times.entries()) if (Math.abs(time - at) < Math.abs(times[best]! - at)) best = index
  return best
}
