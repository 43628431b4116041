import { sayBlocker, sayPlace } from '../../../../framework/src/contract/trace/profile-words.ts'
import { percent } from '../../../../framework/src/contract/trace/why.ts'
import type { Profile } from '../../../../framework/src/std/profile.ts'
import { toAmount } from './amount.ts'

const most = 30

/** The same as the flame graph, for whoever cannot see it, or has no room for it. */
export function HotFunctions({ profile: { hottest, total, unit } }: { profile: Profile }) {
  return (
    <section aria-labelledby="hottest">
      <h2 id="hottest">Hottest functions</h2>
      <table class="data hot-functions">
        <thead>
          <tr>
            <th scope="col" class="is-main">
              Function
            </th>
            <th scope="col" class="num">
              Own
            </th>
            <th scope="col" class="num">
              Share
            </th>
            <th scope="col" class="num is-wide">
              With what it calls
            </th>
          </tr>
        </thead>
        <tbody>
          {hottest.slice(0, most).map((one) => (
            <tr key={`${one.name} ${one.file}:${one.line}`}>
              <td class="hot-name">
                <strong>{one.name}</strong> <code class="faint">{sayPlace(one, one.hotLine)}</code>
              </td>
              <td class="num">{toAmount(one.own, unit)}</td>
              <td class="num">{percent(total > 0 ? one.own / total : 0)}</td>
              <td class="num is-wide">{toAmount(one.total, unit)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

export function Blockers({ profile: { blockers, kind } }: { profile: Profile }) {
  if (kind !== 'cpu') return null
  return (
    <section aria-labelledby="blockers">
      <h2 id="blockers">What blocked the event loop</h2>
      {blockers.length === 0 ? (
        <p class="faint">Nothing did, for longer than 50 ms.</p>
      ) : (
        <ul class="blockers">
          {blockers.map((one) => (
            <li key={one.at}>{sayBlocker(one)}</li>
          ))}
        </ul>
      )}
    </section>
  )
}
