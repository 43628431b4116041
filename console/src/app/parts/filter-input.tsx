import { useRef } from 'preact/hooks'
import { useShortcuts } from '../state/shortcuts.ts'
import { Icon } from './icon.tsx'

export interface FilterInputProps {
  readonly label: string
  readonly value: string
  readonly change: (value: string) => void
}

/** Narrows what a page shows, with every letter. `/` leads to it. */
export function FilterInput({ label, value, change }: FilterInputProps) {
  const input = useRef<HTMLInputElement>(null)
  useShortcuts([{ keys: '/', label, run: () => input.current?.select() }])
  return (
    <div class="filter-text">
      <Icon name="search" />
      <input
        ref={input}
        type="text"
        aria-label={label}
        placeholder={label}
        autocomplete="off"
        spellcheck={false}
        value={value}
        onInput={(event) => change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          change('')
          event.currentTarget.blur()
        }}
      />
      <kbd>/</kbd>
    </div>
  )
}

/** Whether a text has every word of a filter. */
export function hasWords(text: string, filter: string): boolean {
  const lower = text.toLowerCase()
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word))
}
