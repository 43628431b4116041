import { useState } from 'preact/hooks'
import type { SettingsView, SettingView } from '../../../../framework/src/tools/console/system-views.ts'
import { DataTable, type Column } from '../parts/data-table.tsx'
import { FilterInput, hasWords } from '../parts/filter-input.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Empty } from '../parts/states.tsx'
import { ViewOf } from '../parts/view-of.tsx'
import { useResource } from '../state/resource.ts'

const columns: readonly Column<SettingView>[] = [
  { title: 'Setting', order: ({ key }) => key, draw: ({ key }) => <code>{key}</code> },
  {
    title: 'Value',
    draw: ({ value, secret }) => <code class={secret || value === '' ? 'faint' : undefined}>{value === '' ? 'not set' : value}</code>,
  },
  {
    title: 'From',
    order: ({ source }) => source,
    draw: ({ source }) => <span class={`kind ${isSetting(source) ? 'is-set' : ''}`}>{source}</span>,
  },
  { title: 'What it is', isMain: true, isWide: true, draw: ({ describe }) => <span class="faint">{describe}</span> },
]

export function ConfigPage() {
  const resource = useResource<SettingsView>('/settings')
  const [filter, setFilter] = useState('')
  const [isSet, setIsSet] = useState(false)
  return (
    <div class="page">
      <PageHead title="Config" name="Config">
        <button type="button" aria-pressed={isSet} onClick={() => setIsSet(!isSet)}>
          Only what was set
        </button>
        <FilterInput label="Filter the settings" value={filter} change={setFilter} />
      </PageHead>
      <ViewOf resource={resource}>
        {({ settings }) => {
          const shown = settings
            .filter(({ source }) => !isSet || isSetting(source))
            .filter(({ key, describe, source, value }) => hasWords(`${key} ${describe} ${source} ${value}`, filter))
          if (shown.length === 0)
            return <Empty title="No setting fits">Secrets are masked before they get here: their values cannot be searched.</Empty>
          return (
            <DataTable
              label="Settings"
              columns={columns}
              rows={shown}
              keyOf={({ key }) => key}
              details={(setting) => <Origin setting={setting} />}
            />
          )
        }}
      </ViewOf>
    </div>
  )
}

function isSetting(source: string): boolean {
  return source !== 'default' && source !== 'none'
}

/** Who offered a value, and who won. */
function Origin({ setting: { describe, expected, candidates } }: { setting: SettingView }) {
  return (
    <div class="origin">
      <p>
        {describe} <span class="faint">Expected: {expected}.</span>
      </p>
      <ol>
        {candidates.map(({ source, name, text, wins }, index) => (
          <li key={index} class={wins ? 'is-winner' : undefined}>
            <span class="kind">{source}</span> <code>{name}</code> = <code>{text}</code> {wins ? <strong>wins</strong> : null}
          </li>
        ))}
      </ol>
    </div>
  )
}
