import { useState } from 'preact/hooks'
import type { ErrorGroupView, ErrorsView } from '../../../../framework/src/tools/console/views.ts'
import { PageHead } from '../parts/page-head.tsx'
import { Empty } from '../parts/states.tsx'
import { ViewOf } from '../parts/view-of.tsx'
import { useResource } from '../state/resource.ts'
import { useShortcuts } from '../state/shortcuts.ts'
import { ErrorCard } from './error-card.tsx'

type State = ErrorGroupView['state']

const states = { open: 'Open', snoozed: 'Snoozed', ignored: 'Ignored', resolved: 'Resolved' } as const
const none: Readonly<Record<State, string>> = {
  open: 'Nothing is wrong that anybody has to look at',
  snoozed: 'Nothing is snoozed',
  ignored: 'Nothing is ignored',
  resolved: 'Nothing was resolved yet',
}

export function ErrorsPage() {
  const resource = useResource<ErrorsView>('/errors', 4000)
  const [state, setState] = useState<State>('open')
  useCardKeys()
  const groups = resource.view?.groups ?? []
  return (
    <div class="page">
      <PageHead title="Errors" name="Errors">
        <div class="segments" role="group" aria-label="State">
          {(Object.keys(states) as State[]).map((one) => (
            <button key={one} type="button" aria-pressed={one === state} onClick={() => setState(one)}>
              {states[one]} <span class="faint num">{groups.filter((group) => group.state === one).length}</span>
            </button>
          ))}
        </div>
      </PageHead>
      <ViewOf resource={resource}>
        {(view) => {
          const shown = view.groups.filter((group) => group.state === state)
          if (shown.length === 0)
            return <Empty title={none[state]}>Failures are put together by their cause, whatever their messages say.</Empty>
          return (
            <ul class="errors">
              {shown.map((group) => (
                <ErrorCard key={group.fingerprint} group={group} reload={resource.reload} />
              ))}
            </ul>
          )
        }}
      </ViewOf>
    </div>
  )
}

function useCardKeys(): void {
  const move = (step: number) => {
    const cards = [...document.querySelectorAll<HTMLElement>('.error-open')]
    const at = cards.indexOf(document.activeElement as HTMLElement)
    const next = cards[at < 0 ? 0 : Math.min(cards.length - 1, Math.max(0, at + step))]
    next?.focus()
    next?.scrollIntoView({ block: 'nearest' })
  }
  useShortcuts([
    { keys: 'j', label: 'Next error', run: () => move(1) },
    { keys: 'k', label: 'Previous error', run: () => move(-1) },
  ])
}
