import type { ChartsView } from '../../../../framework/src/tools/console/system-views.ts'

/** What the application promises, and how much of what a promise allows is left. */
export function Objectives({ objectives }: Pick<ChartsView, 'objectives'>) {
  if (objectives.length === 0) return null
  return (
    <section aria-labelledby="objectives">
      <h2 id="objectives">Objectives</h2>
      <table class="data">
        <thead>
          <tr>
            <th scope="col">Objective</th>
            {['Target', 'Now', 'Budget left', 'Burn rate'].map((title) => (
              <th key={title} scope="col" class="num">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {objectives.map(({ name, target, actual, budgetLeft, burnRate }) => (
            <tr key={name}>
              <td>{name}</td>
              <td class="num">{percent(target)}</td>
              <td class={`num ${actual < target ? 'is-bad' : ''}`}>{percent(actual)}</td>
              <td class={`num ${budgetLeft <= 0 ? 'is-bad' : ''}`}>{percent(budgetLeft)}</td>
              <td class="num">{burnRate.toFixed(1)}×</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function percent(share: number): string {
  return `${+(share * 100).toFixed(2)} %`
}
