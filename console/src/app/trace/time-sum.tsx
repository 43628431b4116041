import { timeShares } from '../../../../framework/src/contract/trace/explain-time.ts'
import type { Operation } from '../../../../framework/src/std/operation.ts'
import { toMs } from '../state/format.ts'

/** Where the time went, as parts that add up to all of it: each span counts for itself, without what ran inside of it. */
export function TimeSum({ operation }: { operation: Operation }) {
  const parts = toParts(operation)
  if (parts.length === 0) return null
  return (
    <section class="time-sum" aria-label="Where the time went">
      <div class="time-sum-bar" aria-hidden="true">
        {parts.map(({ kind, ms }) => (
          <span key={kind} class={`of-${kind}`} style={{ flexGrow: ms }} />
        ))}
      </div>
      <ul>
        {parts.map(({ kind, word, ms, count }) => (
          <li key={kind}>
            <span class={`swatch of-${kind}`} />
            <span class="num">{toMs(ms)}</span> {word}
            {count > 1 && kind !== 'stage' ? <span class="faint"> ×{count}</span> : null}
          </li>
        ))}
        <li class="time-sum-total">
          = <span class="num">{toMs(operation.ms)}</span> ms
        </li>
      </ul>
    </section>
  )
}

interface Part {
  readonly kind: string
  readonly word: string
  readonly ms: number
  readonly count: number
}

export function toParts(operation: Operation): Part[] {
  if (operation.spans.length === 0) return []
  const shares: Part[] = timeShares(operation).filter(({ ms }) => ms > 0)
  const rest = operation.ms - shares.reduce((sum, { ms }) => sum + ms, 0)
  // Steps that ran side by side add up to more than the time that passed: there is nothing left to name then.
  return rest > operation.ms * 0.001 ? [...shares, { kind: 'rest', word: 'between them', ms: rest, count: 1 }] : shares
}
