import { signal } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import { go } from '../state/router.ts'
import { commandsFor, loadCommands, type Command } from './commands.ts'

const isOpen = signal(false)

export function openPalette(): void {
  isOpen.value = true
}

/** Everything that can be reached, by a few letters of its name. */
export function CommandPalette() {
  const dialog = useRef<HTMLDialogElement>(null)
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      openPalette()
    }
    addEventListener('keydown', listen)
    return () => removeEventListener('keydown', listen)
  }, [])
  useEffect(() => {
    if (!isOpen.value) return
    setText('')
    setAt(0)
    void loadCommands()
    dialog.current?.showModal()
  }, [isOpen.value])
  const found = isOpen.value ? commandsFor(text) : []
  const run = (command: Command | undefined) => {
    if (command === undefined) return
    dialog.current?.close()
    if ('href' in command) go(command.href)
    else command.run()
  }
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (event.key === 'Enter') run(found[at])
    else if (step !== undefined && found.length > 0) setAt((at + step + found.length) % found.length)
    else return
    event.preventDefault()
  }
  return (
    <dialog
      ref={dialog}
      class="palette"
      aria-label="Find anything"
      onClose={() => (isOpen.value = false)}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <input
        type="text"
        role="combobox"
        aria-label="A page, a route, a chapter, an action, or the id of a request"
        aria-expanded={found.length > 0}
        aria-controls="palette-list"
        aria-activedescendant={found.length > 0 ? `palette-${at}` : undefined}
        placeholder="A page, a chapter, an action, or the id of a request"
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={press}
      />
      <ul id="palette-list" role="listbox" aria-label="Found">
        {found.map((command, index) => (
          <li
            key={`${command.kind} ${command.label}`}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === at}
            onClick={() => run(command)}
            onMouseMove={() => setAt(index)}
          >
            <span>{command.label}</span>
            <span class="faint">{command.kind}</span>
          </li>
        ))}
      </ul>
      {found.length === 0 ? <p class="faint palette-none">Nothing is called that. Ids of requests and traces work too.</p> : null}
    </dialog>
  )
}
