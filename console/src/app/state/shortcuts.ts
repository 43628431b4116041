import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

export interface Shortcut {
  /** `j`, `?`, `Escape`, or two keys one behind the other: `g r`. */
  readonly keys: string
  readonly label: string
  readonly run: (event: KeyboardEvent) => void
}

/** Those that work at the moment; of two with the same keys, the one that came last. */
export const shortcuts = signal<readonly Shortcut[]>([])

const prefixMs = 1200
let prefix: { readonly key: string; readonly at: number } | undefined

/** Shortcuts that work while the component is there. */
export function useShortcuts(own: readonly Shortcut[]): void {
  useEffect(() => {
    shortcuts.value = [...shortcuts.peek(), ...own]
    return () => {
      shortcuts.value = shortcuts.peek().filter((one) => !own.includes(one))
    }
  })
}

export function listenToKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return
    // A dialog has keys of its own, and whoever writes wants letters.
    if (isTyping(event.target) || document.querySelector('dialog[open]') !== null) return
    const pressed = prefix !== undefined && event.timeStamp - prefix.at < prefixMs ? `${prefix.key} ${event.key}` : event.key
    prefix = undefined
    const found = find(pressed) ?? find(event.key)
    if (found !== undefined) {
      event.preventDefault()
      found.run(event)
    } else if (shortcuts.value.some(({ keys }) => keys.startsWith(`${event.key} `))) {
      prefix = { key: event.key, at: event.timeStamp }
    }
  })
}

function find(keys: string): Shortcut | undefined {
  return shortcuts.value.findLast((one) => one.keys === keys)
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}
