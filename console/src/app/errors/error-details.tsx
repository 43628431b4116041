import type { ErrorGroupView } from '../../../../framework/src/tools/console/views.ts'
import { Fact, Facts } from '../parts/facts.tsx'
import { base } from '../state/router.ts'
import { StackView } from '../trace/stack-view.tsx'

export function ErrorDetails({ group: { stack, routes, actors, versions, traces } }: { group: ErrorGroupView }) {
  return (
    <div class="error-details">
      <Facts>
        <Fact name="Routes">
          {routes.map((route, index) => (
            <span key={route}>
              {index === 0 ? '' : ', '}
              <a href={`${base}/requests?outcome=failed&name=${encodeURIComponent(route)}`}>{route}</a>
            </span>
          ))}
        </Fact>
        <Fact name="Actors">{actors}</Fact>
        <Fact name="Versions">{versions.join(', ')}</Fact>
        <Fact name="Traces">
          {traces.length === 0
            ? 'none are held any more'
            : traces.slice(0, 5).map((trace, index) => (
                <span key={trace}>
                  {index === 0 ? '' : ', '}
                  <a href={`${base}/requests/${encodeURIComponent(trace)}`}>
                    <code>{trace.slice(-8)}</code>
                  </a>
                </span>
              ))}
        </Fact>
      </Facts>
      {stack === undefined ? <p class="faint">Its stack was not kept.</p> : <StackView stack={stack} />}
    </div>
  )
}
