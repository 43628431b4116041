import type { Attributed, Cause } from '../../../../framework/src/contract/trace/attribution.ts'
import { percent, sayCause, sayPool } from '../../../../framework/src/contract/trace/why.ts'
import type { RouteView, WhyView } from '../../../../framework/src/tools/console/system-views.ts'
import { ViewOf } from '../parts/view-of.tsx'
import { toMs } from '../state/format.ts'
import { useResource } from '../state/resource.ts'

/** Where the time of a route goes, by what was recorded of it. */
export function WhereTimeGoes({ route: { method, path } }: { route: RouteView }) {
  const resource = useResource<WhyView>(`/why?route=${encodeURIComponent(`${method} ${path}`)}`)
  return (
    <section class="where-time" aria-label="Where its time goes">
      <ViewOf resource={resource}>{(view) => <Answer view={view} />}</ViewOf>
    </section>
  )
}

function Answer({ view: { attribution, pool } }: { view: WhyView }) {
  if (attribution === undefined) return <p class="faint">Nothing of it is recorded yet: its times appear with its first requests.</p>
  const { median, slowest, requests } = attribution
  return (
    <>
      <div class="columns">
        <Bars title="A usual request" part={median} pool={pool} />
        {requests > 1 ? <Bars title="The slowest tenth" part={slowest} pool={pool} /> : null}
      </div>
      {pool === undefined ? null : <p class="faint">{sayPool(attribution, pool)}</p>}
    </>
  )
}

function Bars({ title, part, pool }: { title: string; part: Attributed; pool: WhyView['pool'] }) {
  const causes = part.causes.filter(({ share }) => share >= 0.01)
  return (
    <div>
      <h2>
        {title}: <span class="num">{toMs(part.ms)}</span> ms
      </h2>
      <ul class="causes">
        {causes.map((cause) => (
          <li key={`${cause.kind} ${cause.what}`}>
            <span class="num">{percent(cause.share)}</span>
            <span class="cause-what">
              {sayCause(cause, pool)}
              <Parts cause={cause} />
            </span>
            <span class={`cause-bar of-${cause.kind === 'step' ? 'stage' : cause.kind}`} aria-hidden="true">
              <span style={{ width: `${cause.share * 100}%` }} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** The statement, or the host, that most of it is. */
function Parts({ cause: { kind, parts } }: { cause: Cause }) {
  const [first] = parts
  if (first === undefined || (kind !== 'sql' && kind !== 'fetch')) return null
  return (
    <span class="faint">, most of it {kind === 'sql' ? <code>{first.what.replaceAll(/\s+/g, ' ').slice(0, 80)}</code> : first.what}</span>
  )
}
