import type { DatabaseView } from '../../../../framework/src/tools/console/system-views.ts'
import { Fact, Facts } from '../parts/facts.tsx'
import { Meter } from '../parts/meter.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Empty } from '../parts/states.tsx'
import { ViewOf } from '../parts/view-of.tsx'
import { plural, toDate, toDuration } from '../state/format.ts'
import { useResource } from '../state/resource.ts'
import { SmellList } from '../trace/smell-list.tsx'
import { StatementTable } from './statement-table.tsx'

export function DatabasePage() {
  const resource = useResource<DatabaseView>('/database', 3000)
  return (
    <div class="page">
      <PageHead title="Database" name="Database" />
      <ViewOf resource={resource}>
        {(view) => (
          <>
            <Head view={view} />
            <SmellList smells={view.smells} />
            <section aria-labelledby="statements">
              <h2 id="statements">Statements, those that took longest in all first</h2>
              {view.statements.length === 0 ? (
                <Empty title="No statement yet">What requests send to the database is added up here, by its text.</Empty>
              ) : (
                <StatementTable statements={view.statements} />
              )}
            </section>
            <Migrations migrations={view.migrations} />
          </>
        )}
      </ViewOf>
    </div>
  )
}

function Head({ view: { engine, place, pool, waits } }: { view: DatabaseView }) {
  return (
    <div class="cards">
      <section class="card" aria-label="Connections">
        <h2>Connections</h2>
        <Meter
          label="Connections"
          max={pool.max}
          parts={[
            { name: 'in use', value: pool.inUse, tone: 'full' },
            { name: 'idle', value: pool.idle, tone: 'part' },
            { name: 'waiting', value: pool.waiting, tone: 'bad' },
          ]}
        />
      </section>
      <section class="card" aria-label="Waits for a connection">
        <h2>Waits for a connection</h2>
        {waits.count === 0 ? (
          <p class="faint">None so far.</p>
        ) : (
          <p>
            <strong class="num">{plural(waits.count, 'wait')}</strong>, {toDuration(waits.totalMs)} in all, the longest{' '}
            {toDuration(waits.longestMs)}
          </p>
        )}
      </section>
      <section class="card" aria-label="Engine">
        <h2>Engine</h2>
        <Facts>
          <Fact name="Is">{engine}</Fact>
          <Fact name="At">
            <code>{place}</code>
          </Fact>
        </Facts>
      </section>
    </div>
  )
}

function Migrations({ migrations }: Pick<DatabaseView, 'migrations'>) {
  if (migrations.length === 0) return null
  const pending = migrations.filter(({ appliedAt }) => appliedAt === undefined).length
  return (
    <section aria-labelledby="migrations">
      <h2 id="migrations">Migrations{pending === 0 ? '' : `, ${pending} of them not applied: run throughline migrate`}</h2>
      <table class="data">
        <thead>
          <tr>
            <th scope="col">Migration</th>
            <th scope="col">Of</th>
            <th scope="col">Applied</th>
          </tr>
        </thead>
        <tbody>
          {migrations.map(({ set, name, appliedAt }) => (
            <tr key={`${set} ${name}`}>
              <td>
                <code>{name}</code>
              </td>
              <td>{set}</td>
              <td>{appliedAt === undefined ? <span class="status is-refused">not yet</span> : toDate(Date.parse(appliedAt))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
