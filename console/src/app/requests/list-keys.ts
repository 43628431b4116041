import type { RefObject } from 'preact'
import { useShortcuts } from '../state/shortcuts.ts'
import { feed } from './feed.ts'

/** `j` and `k` lead through the links of a list; Enter, which links understand by themselves, opens one; Escape goes on with what is new. */
export function useListKeys(list: RefObject<HTMLElement | null>): void {
  const move = (step: number) => {
    const links = [...(list.current?.querySelectorAll<HTMLElement>('.row-link') ?? [])]
    if (links.length === 0) return
    // A list that moves away under the reader cannot be read.
    feed.pause()
    const at = links.indexOf(document.activeElement as HTMLElement)
    const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + step))]
    next?.focus()
    next?.scrollIntoView({ block: 'nearest' })
  }
  const leave = () => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    feed.resume()
  }
  useShortcuts([
    { keys: 'j', label: 'Next in the list', run: () => move(1) },
    { keys: 'k', label: 'Previous in the list', run: () => move(-1) },
    { keys: 'ArrowDown', label: 'Next in the list', run: () => move(1) },
    { keys: 'ArrowUp', label: 'Previous in the list', run: () => move(-1) },
    { keys: 'Escape', label: 'Back to what is new', run: leave },
  ])
}
