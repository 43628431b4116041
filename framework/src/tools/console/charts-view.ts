import { objectiveStates, type History, type Objective } from '../../system/metrics/index.ts'
import type { ChartsView } from './system-views.ts'

const minute = 60_000

/** The built-in metrics of the last minutes. A chart that has no values is left out: there is nothing of its kind here. */
export function chartsView(history: Pick<History, 'read' | 'total'>, objectives: readonly Objective[], minutes: number): ChartsView {
  const span = minutes * minute
  const { times, drawn } = history.read(span)
  const charts = drawn
    .filter(({ series }) => series.size > 0)
    .map(({ chart: { id, title, unit, signal, of }, series }) => ({
      id,
      title,
      unit,
      signal,
      of,
      times,
      series: [...series].map(([name, values]) => ({ name, values: values.map((value) => (Number.isFinite(value) ? value : null)) })),
    }))
  return { span, charts, objectives: objectiveStates(objectives, history) }
}
