import { signal } from '@preact/signals'
import { useState } from 'preact/hooks'
import { percent } from '../../../../framework/src/contract/trace/why.ts'
import type { Profile } from '../../../../framework/src/std/profile.ts'
import { PageHead } from '../parts/page-head.tsx'
import { Empty, Failure } from '../parts/states.tsx'
import { ApiError, send } from '../state/api.ts'
import { toDuration } from '../state/format.ts'
import { toAmount } from './amount.ts'
import { FlameGraph } from './flame-graph.tsx'
import { Blockers, HotFunctions } from './hot-functions.tsx'

interface Wish {
  readonly kind: Profile['kind']
  readonly seconds: number
}

/** Kept while other pages are looked at. */
const taken = signal<{ readonly profile?: Profile; readonly running?: Wish; readonly error?: ApiError }>({})

async function take(wish: Wish): Promise<void> {
  const { profile } = taken.peek()
  taken.value = { ...(profile !== undefined && { profile }), running: wish }
  try {
    taken.value = { profile: (await send<Profile>('POST', '/profile', wish))! }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    taken.value = { ...(profile !== undefined && { profile }), error }
  }
}

export function ProfilePage() {
  const [wish, wishFor] = useState<Wish>({ kind: 'cpu', seconds: 5 })
  const { profile, running, error } = taken.value
  return (
    <div class="page">
      <PageHead title="Profile" name="Profile">
        <Tools wish={wish} wishFor={wishFor} isRunning={running !== undefined} />
      </PageHead>
      <p role="status" class="faint table-note">
        {running !== undefined ? `Watching for ${running.seconds} s.` : profile === undefined ? '' : say(profile)}
      </p>
      {error === undefined ? null : <Failure error={error} retry={() => void take(wish)} />}
      {profile === undefined ? (
        <Empty title="What is the process busy with?">
          <p>
            A profile watches it for some seconds, and shows which functions took the processor, or asked for memory, and what blocked the
            event loop. It costs some of the processor while it runs.
          </p>
        </Empty>
      ) : (
        <Shown profile={profile} />
      )}
    </div>
  )
}

function Shown({ profile }: { profile: Profile }) {
  if (profile.frames.length === 0) return <Empty title="Nothing ran in that time">Send it some requests meanwhile.</Empty>
  return (
    <>
      <FlameGraph profile={profile} />
      <div class="columns">
        <Blockers profile={profile} />
        <HotFunctions profile={profile} />
      </div>
    </>
  )
}

function say({ kind, ms, total, idle, unit }: Profile): string {
  const watched = `${toDuration(ms)} watched`
  if (kind === 'allocation') return `${watched}: ${toAmount(total, unit)} were asked for.`
  return `${watched}: ${percent(total / Math.max(total + idle, 1))} of it busy.`
}

interface ToolsProps {
  readonly wish: Wish
  readonly wishFor: (wish: Wish) => void
  readonly isRunning: boolean
}

function Tools({ wish, wishFor, isRunning }: ToolsProps) {
  const valueOf = (event: Event) => (event.currentTarget as HTMLSelectElement).value
  return (
    <>
      <select aria-label="Of what" value={wish.kind} onChange={(event) => wishFor({ ...wish, kind: valueOf(event) as Wish['kind'] })}>
        <option value="cpu">Processor</option>
        <option value="allocation">Memory</option>
      </select>
      <select aria-label="For how long" value={wish.seconds} onChange={(event) => wishFor({ ...wish, seconds: Number(valueOf(event)) })}>
        {[1, 5, 10, 30].map((seconds) => (
          <option key={seconds} value={seconds}>
            {seconds} s
          </option>
        ))}
      </select>
      <button type="button" class="primary" disabled={isRunning} onClick={() => void take(wish)}>
        Take a profile
      </button>
    </>
  )
}
