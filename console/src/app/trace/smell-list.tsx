import { useState } from 'preact/hooks'
import type { Smell } from '../../../../framework/src/tools/console/views.ts'
import { Icon } from '../parts/icon.tsx'

const names: Readonly<Record<Smell['kind'], string>> = {
  'n-plus-one': 'N + 1',
  'select-star': 'select *',
  slow: 'Slow',
  'many-rows': 'Many rows',
  'no-limit': 'No limit',
  'sequential-scan': 'Sequential scan',
  'long-wait': 'Long wait',
}

const first = 3

/** What is worth a second look, and what to do about it. */
export function SmellList({ smells }: { smells: readonly Smell[] }) {
  const [isWhole, setWhole] = useState(false)
  if (smells.length === 0) return null
  const hidden = isWhole ? 0 : Math.max(0, smells.length - first)
  return (
    <ul class="smells">
      {smells.slice(0, isWhole ? undefined : first).map(({ kind, text, fix, sql }) => (
        <li key={`${kind} ${sql ?? ''}`}>
          <Icon name="errors" />
          <div>
            <strong>{names[kind]}</strong> {text} <span class="fix">{fix}</span>
            {sql === undefined ? null : <code class="one-line">{sql}</code>}
          </div>
        </li>
      ))}
      {hidden === 0 ? null : (
        <li class="smells-more">
          <button type="button" class="quiet small" onClick={() => setWhole(true)}>
            Show {hidden} more
          </button>
        </li>
      )}
    </ul>
  )
}
