import type { HealthView } from '../../../../framework/src/tools/console/system-views.ts'
import { PageHead } from '../parts/page-head.tsx'
import { Empty } from '../parts/states.tsx'
import { ViewOf } from '../parts/view-of.tsx'
import { plural, toAgo, toCount } from '../state/format.ts'
import { overview } from '../state/overview.ts'
import { useResource } from '../state/resource.ts'
import { LogLevel } from './log-level.tsx'

export function HealthPage() {
  const resource = useResource<HealthView>('/health', 2000)
  return (
    <div class="page">
      <PageHead title="Health" name="Health" />
      <ViewOf resource={resource}>
        {(view) => (
          <>
            <div class="cards">
              <State view={view} />
              <section class="card" aria-label="Under way">
                <h2>Under way</h2>
                <p>
                  <strong class="big">{plural(view.requests, 'request')}</strong>
                </p>
                <p class="faint">
                  {view.background === 0 ? 'Nothing behind an answer.' : `${plural(view.background, 'task')} behind answers.`}
                </p>
              </section>
              <LogLevel level={view.logLevel} changes={view.logChanges} reload={resource.reload} />
            </div>
            <div class="columns">
              <Resources view={view} />
              <Dependencies view={view} />
            </div>
            <Stop view={view} />
          </>
        )}
      </ViewOf>
    </div>
  )
}

function State({ view: { state, resources } }: { view: HealthView }) {
  const unwell = resources.filter(({ healthy }) => !healthy)
  return (
    <section class="card" aria-label="State">
      <h2>State</h2>
      <p role="status">
        <span class={`dot is-${unwell.length > 0 ? 'lost' : state}`} /> <strong class="big">{unwell.length > 0 ? 'unwell' : state}</strong>
      </p>
      <p class="faint">{unwell.length === 0 ? sayProcess() : `Not well: ${unwell.map(({ name }) => name).join(', ')}.`}</p>
    </section>
  )
}

function sayProcess(): string {
  const view = overview.value
  return view === undefined ? '' : `Process ${view.pid}, Node.js ${view.node}, started ${toAgo(view.startedAt, Date.now())}.`
}

function Resources({ view: { resources } }: { view: HealthView }) {
  return (
    <section aria-labelledby="resources">
      <h2 id="resources">Resources</h2>
      {resources.length === 0 ? (
        <p class="faint">Nothing was opened at the start.</p>
      ) : (
        <table class="data">
          <thead>
            <tr>
              <th scope="col">Resource</th>
              <th scope="col">Is</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {resources.map(({ name, healthy, problem }) => (
              <tr key={name}>
                <td>{name}</td>
                <td>
                  <span class={`status is-${healthy ? 'ok' : 'failed'}`}>{healthy ? 'well' : 'unwell'}</span>
                </td>
                <td>{problem}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

const tones: Readonly<Record<string, string>> = { closed: 'ok', 'half-open': 'refused', open: 'failed' }

function Dependencies({ view: { dependencies } }: { view: HealthView }) {
  return (
    <section aria-labelledby="dependencies">
      <h2 id="dependencies">Dependencies and their breakers</h2>
      {dependencies.length === 0 ? (
        <Empty title="Nothing is called yet">What the application depends on appears here with its first call.</Empty>
      ) : (
        <table class="data">
          <thead>
            <tr>
              <th scope="col">Dependency</th>
              <th scope="col">Breaker</th>
              <th scope="col" class="num">
                Calls
              </th>
              <th scope="col" class="num">
                Refused
              </th>
              <th scope="col" class="num">
                Retries
              </th>
              <th scope="col" class="is-wide">
                Last error
              </th>
            </tr>
          </thead>
          <tbody>
            {dependencies.map(({ name, state, calls, rejected, retries, lastError }) => (
              <tr key={name}>
                <td>{name}</td>
                <td>
                  <span class={`status is-${tones[state] ?? 'moved'}`}>{state}</span>
                </td>
                <td class="num">{toCount(calls)}</td>
                <td class="num">{toCount(rejected)}</td>
                <td class="num">{toCount(retries)}</td>
                <td class="is-wide">{lastError}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function Stop({ view: { shutdown } }: { view: HealthView }) {
  return (
    <section aria-labelledby="stop">
      <h2 id="stop">What a stop would do</h2>
      <ol class="stop">
        {shutdown.map(({ step, what, of, most }) => (
          <li key={step}>
            <strong>{step}</strong>
            <span>
              {what}
              {of.length === 0 ? null : <code> {of.join(', ')}</code>}
            </span>
            <span class="num faint">{most}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
