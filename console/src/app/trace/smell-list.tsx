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

/** What is worth a second look, and what to do about it. */
export function SmellList({ smells }: { smells: readonly Smell[] }) {
  if (smells.length === 0) return null
  return (
    <ul class="smells">
      {smells.map(({ kind, text, fix, sql }) => (
        <li key={`${kind} ${sql ?? ''}`}>
          <Icon name="errors" />
          <div>
            <strong>{names[kind]}</strong> {text} <span class="fix">{fix}</span>
            {sql === undefined ? null : <code class="one-line">{sql}</code>}
          </div>
        </li>
      ))}
    </ul>
  )
}
