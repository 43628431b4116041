import { useState } from 'preact/hooks'
import type { ChartsView, ChartView } from '../../../../framework/src/tools/console/system-views.ts'
import { PageHead } from '../parts/page-head.tsx'
import { Empty } from '../parts/states.tsx'
import { ViewOf } from '../parts/view-of.tsx'
import { useResource } from '../state/resource.ts'
import { base, go, place } from '../state/router.ts'
import { ChartCard } from './chart-card.tsx'
import { Objectives } from './objectives.tsx'

const ranges = [
  [15, '15 min'],
  [60, '1 h'],
  [360, '6 h'],
  [1440, '1 d'],
  [10_080, '7 d'],
  [21_600, '15 d'],
] as const

/** Golden signals first: what callers feel. Behind them, what each part of the process is busy with. */
export function MetricsPage() {
  const wanted = Number(place.value.query.get('minutes') ?? 15)
  const minutes = ranges.find(([one]) => one === wanted)?.[0] ?? 15
  const resource = useResource<ChartsView>(`/charts?minutes=${minutes}`, minutes <= 60 ? 5000 : 30_000)
  const [at, setAt] = useState<number | undefined>()
  return (
    <div class="page metrics">
      <PageHead title="Metrics" name="Metrics">
        <div class="segments" role="group" aria-label="Time range">
          {ranges.map(([one, label]) => (
            <button
              key={one}
              type="button"
              aria-pressed={one === minutes}
              onClick={() => go(`${base}/metrics?minutes=${one}`, { replace: true })}
            >
              {label}
            </button>
          ))}
        </div>
      </PageHead>
      <ViewOf resource={resource}>
        {({ charts, objectives }) => {
          if (charts.length === 0)
            return (
              <Empty title="Nothing was measured over this time yet">
                The first values come within a minute, those of longer times a few minutes after. They are kept for fifteen days, over
                restarts.
              </Empty>
            )
          return (
            <>
              <Objectives objectives={objectives} />
              {groupsOf(charts).map(([of, members]) => (
                <section key={of} aria-label={of}>
                  <h2>{of}</h2>
                  <div class="charts">
                    {members.map((chart) => (
                      <ChartCard key={chart.id} chart={chart} minutes={minutes} at={at} point={setAt} />
                    ))}
                  </div>
                </section>
              ))}
            </>
          )
        }}
      </ViewOf>
    </div>
  )
}

/** What belongs to the machine and to this process on it stands together: most of it is one chart each. */
const groups: Readonly<Record<string, string>> = Object.fromEntries([
  ['pool', 'database'],
  ...['cpu', 'event loop', 'memory', 'files', 'sockets', 'background'].map((of) => [of, 'process'] as const),
])

function groupsOf(charts: readonly ChartView[]): (readonly [string, readonly ChartView[]])[] {
  return [...Map.groupBy(charts, ({ of }) => groups[of] ?? of)]
}
