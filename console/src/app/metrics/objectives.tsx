import type { ChartsView } from '../../../../framework/src/tools/console/system-views.ts'
import { MethodName } from '../parts/method-name.tsx'
import { toDuration } from '../state/format.ts'

type Objective = ChartsView['objectives'][number]

/** What the application promises, and how much of what a promise allows is left. */
export function Objectives({ objectives }: Pick<ChartsView, 'objectives'>) {
  if (objectives.length === 0) return null
  return (
    <section aria-labelledby="objectives">
      <h2 id="objectives">Objectives</h2>
      <table class="data objectives">
        <thead>
          <tr>
            <th scope="col">Objective</th>
            {['Target', 'Actual', 'Budget left', 'Burn rate'].map((title) => (
              <th key={title} scope="col" class="num">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {objectives.map((objective) => (
            <Row key={objective.name} {...objective} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Row(objective: Objective) {
  const { target, actual, budgetLeft, burnRate } = objective
  return (
    <tr>
      <td>
        <Promised {...objective} />
      </td>
      <td class="num">{percent(target)}</td>
      <td class={`num ${actual < target ? 'is-bad' : ''}`}>{percent(actual)}</td>
      <td class={`num ${budgetLeft <= 0 ? 'is-bad' : ''}`}>{percent(budgetLeft)}</td>
      <td class="num">{burnRate.toFixed(1)}×</td>
    </tr>
  )
}

/** What is promised, over how long, and who answers for it. */
function Promised({ name, route, within, window, owner, runbook }: Objective) {
  const [method, path = ''] = route?.split(/ (.*)/s) ?? []
  return (
    <>
      <span class="promised">{route === undefined ? 'All requests' : <MethodName method={method} path={path} />}</span>
      <span class="faint promised-how">
        answered without a server error{within === undefined ? '' : ` and within ${toLength(within)}`}, over {toDuration(window)}
      </span>
      <span class="faint promised-how">
        <code>{name}</code>
        {owner === undefined ? null : <> · {owner}</>}
        {runbook === undefined || !/^https?:/i.test(runbook) ? null : (
          <>
            {' · '}
            <a href={runbook} target="_blank" rel="noopener noreferrer" aria-label={`Runbook of ${name}`}>
              Runbook
            </a>
          </>
        )}
      </span>
    </>
  )
}

/** Of the bounds that durations are counted by: `2.5 ms`, `250 ms`, `1 s`. */
function toLength(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${ms / 1000} s`
}

/** Hundredths count where most of it is left, and say nothing about a budget that was spent eight times. */
function percent(share: number): string {
  return `${+(share * 100).toFixed(Math.abs(share) > 1 ? 0 : 2)} %`
}
