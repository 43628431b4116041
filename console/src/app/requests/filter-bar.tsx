import { useEffect, useRef, useState } from 'preact/hooks'
import { Icon } from '../parts/icon.tsx'
import { place } from '../state/router.ts'
import { useShortcuts } from '../state/shortcuts.ts'
import { isSensible, setFilter, type FilterName } from './filters.ts'

const outcomes = [
  ['', 'All'],
  ['ok', 'OK'],
  ['refused', 'Refused'],
  ['failed', 'Failed'],
] as const

export function FilterBar() {
  const text = useRef<HTMLInputElement>(null)
  const { query } = place.value
  useShortcuts([{ keys: '/', label: 'Filter', run: () => text.current?.select() }])
  const outcome = query.get('outcome') ?? ''
  const name = query.get('name')
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <div class="filter-text">
        <Icon name="search" />
        <Field inputRef={text} name="text" label="Filter by address, id, actor or error" placeholder="Address, id, actor, error" />
        <kbd>/</kbd>
      </div>
      <div class="segments" role="group" aria-label="Outcome">
        {outcomes.map(([value, label]) => (
          <button key={value} type="button" aria-pressed={outcome === value} onClick={() => setFilter('outcome', value)}>
            {label}
          </button>
        ))}
      </div>
      <select aria-label="Kind" value={query.get('kind') ?? ''} onChange={(event) => setFilter('kind', event.currentTarget.value)}>
        <option value="">Every kind</option>
        <option value="request">Requests</option>
        <option value="background">Background</option>
        <option value="job">Jobs</option>
        <option value="schedule">Schedules</option>
        <option value="command">Commands</option>
      </select>
      <Field name="status" label="Status" placeholder="Status" />
      <Field name="minMs" label="At least so many milliseconds" placeholder="≥ ms" />
      {name === null ? null : (
        <button type="button" class="chip" aria-label={`Do not filter by ${name}`} onClick={() => setFilter('name', '')}>
          {name} <Icon name="close" />
        </button>
      )}
    </form>
  )
}

interface FieldProps {
  readonly name: FilterName
  readonly label: string
  readonly placeholder: string
  readonly inputRef?: { current: HTMLInputElement | null }
}

/** Goes into the address a moment after the last letter: each of them would otherwise be a search. */
function Field({ name, label, placeholder, inputRef }: FieldProps) {
  const inAddress = place.value.query.get(name) ?? ''
  const [value, setValue] = useState(inAddress)
  useEffect(() => setValue(inAddress), [inAddress])
  useEffect(() => {
    if (value === inAddress || (value !== '' && !isSensible(name, value))) return undefined
    const timer = setTimeout(() => setFilter(name, value), 250)
    return () => clearTimeout(timer)
  }, [value])
  return (
    <input
      ref={inputRef}
      type="text"
      class={`field-${name}`}
      inputMode={name === 'text' ? 'search' : 'numeric'}
      aria-label={label}
      aria-invalid={value !== '' && !isSensible(name, value)}
      placeholder={placeholder}
      autocomplete="off"
      spellcheck={false}
      value={value}
      onInput={(event) => setValue(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        setFilter(name, '')
        event.currentTarget.blur()
      }}
    />
  )
}
