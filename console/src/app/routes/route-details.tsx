import type { RouteView } from '../../../../framework/src/tools/console/system-views.ts'
import { Fact, Facts } from '../parts/facts.tsx'
import { toDate, toMs } from '../state/format.ts'
import { base } from '../state/router.ts'
import { WhereTimeGoes } from './where-time-goes.tsx'

export function RouteDetails({ route }: { route: RouteView }) {
  const { name, summary, source, method, path } = route
  return (
    <div class="route-details">
      <p>{summary}</p>
      <Pipeline route={route} />
      <Facts>
        <Fact name="Handler">
          <code>{name}</code>
        </Fact>
        <Fact name="Where">
          <code>{source}</code>
        </Fact>
        <Fact name="See">
          <a href={`${base}/requests?name=${encodeURIComponent(`${method} ${path}`)}`}>its requests</a>
          {' · '}
          <a href={`/docs#${name}`} target="_blank" rel="noopener">
            its contract
          </a>
        </Fact>
      </Facts>
      <WhereTimeGoes route={route} />
      <Callers route={route} />
    </div>
  )
}

/** The compiled pipeline, in the order in which it runs. */
function Pipeline({ route: { steps } }: { route: RouteView }) {
  const most = Math.max(...steps.map(({ ms = 0 }) => ms), Number.EPSILON)
  return (
    <ol class="pipeline" aria-label="Pipeline">
      {steps.map(({ stage, label, ms }, index) => (
        <li key={index} class={ms !== undefined && ms === most ? 'is-most' : undefined} title={stage}>
          {label}
          {ms === undefined || ms < 0.005 ? null : <span class="num">{toMs(ms)} ms</span>}
        </li>
      ))}
    </ol>
  )
}

function Callers({ route: { callers = [] } }: { route: RouteView }) {
  if (callers.length === 0) return null
  return (
    <table class="data">
      <caption>Who still calls it, although it is deprecated</caption>
      <thead>
        <tr>
          <th scope="col">Caller</th>
          <th scope="col" class="num">
            Calls
          </th>
          <th scope="col">Last</th>
        </tr>
      </thead>
      <tbody>
        {callers.map(({ consumer, calls, lastAt }) => (
          <tr key={consumer}>
            <td>{consumer}</td>
            <td class="num">{calls}</td>
            <td>{toDate(lastAt)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
