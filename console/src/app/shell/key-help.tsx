import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { shortcuts } from '../state/shortcuts.ts'

const isOpen = signal(false)

export function openKeyHelp(): void {
  isOpen.value = true
}

/** The keys that work on the page at hand. */
export function KeyHelp() {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (isOpen.value) dialog.current?.showModal()
  }, [isOpen.value])
  const seen = new Map(shortcuts.value.map(({ keys, label }) => [keys, label]))
  return (
    <dialog ref={dialog} class="keys" aria-labelledby="keys-title" onClose={() => (isOpen.value = false)}>
      <h2 id="keys-title">Keys</h2>
      <dl>
        {[...seen, ['Ctrl K', 'Find anything'] as const, ['Escape', 'Close, or go back'] as const].map(([keys, label]) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button>Close</button>
      </form>
    </dialog>
  )
}
