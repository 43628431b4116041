import { useMemo, useRef, useState } from 'preact/hooks'
import { sayPlace } from '../../../../framework/src/contract/trace/profile-words.ts'
import type { Profile, ProfileFrame } from '../../../../framework/src/std/profile.ts'
import { IconButton } from '../parts/icon-button.tsx'
import { layFlames, nextFlame, type FlameBox } from './flame-layout.ts'
import { toAmount } from './amount.ts'

const rowRem = 1.375

/** Who called whom, as wide as it took. The arrow keys lead through it, Enter lets a frame take all of the width, Escape gives it back. */
export function FlameGraph({ profile }: { profile: Profile }) {
  const whole = useMemo(() => wholeOf(profile), [profile])
  const [zoomed, zoom] = useState('')
  const [at, moveTo] = useState('')
  const graph = useRef<HTMLDivElement>(null)
  const boxes = useMemo(() => layFlames(whole, zoomed), [whole, zoomed])
  const current = boxes.find(({ key }) => key === at) ?? boxes[0]!
  const focus = (key: string) => graph.current?.querySelector<HTMLElement>(`[data-key="${key}"]`)?.focus()
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === ' ') zoom(current.key)
    else if (event.key === 'Escape' && zoomed !== '') zoom('')
    else {
      const next = nextFlame(boxes, current.key, event.key)
      if (next === undefined) return
      moveTo(next.key)
      focus(next.key)
    }
    event.preventDefault()
  }
  return (
    <section class="flames" aria-labelledby="flames">
      <div class="flames-head">
        <h2 id="flames">Flame graph</h2>
        <IconButton icon="fit" label="See all of it" hint="Esc" press={() => zoom('')} isDisabled={zoomed === ''} />
      </div>
      <div
        role="tree"
        aria-label="Who called whom: arrow keys move, Enter zooms, Escape zooms out"
        class="flame"
        ref={graph}
        style={{ height: `${(Math.max(...boxes.map(({ depth }) => depth)) + 1) * rowRem}rem` }}
        onKeyDown={press}
      >
        {boxes.map((box) => (
          <Flame
            key={box.key}
            box={box}
            profile={profile}
            isCurrent={box === current}
            choose={() => moveTo(box.key)}
            zoom={() => zoom(box.key === zoomed ? '' : box.key)}
          />
        ))}
      </div>
      <p class="flame-now">
        <strong>{current.frame.name}</strong> {place(current.frame)} <span class="faint">{amounts(current.frame, profile)}</span>
      </p>
    </section>
  )
}

interface FlameProps {
  readonly box: FlameBox
  readonly profile: Profile
  readonly isCurrent: boolean
  readonly choose: () => void
  readonly zoom: () => void
}

function Flame({ box: { frame, key, depth, from, width }, profile, isCurrent, choose, zoom }: FlameProps) {
  return (
    <div
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={isCurrent}
      aria-label={`${frame.name}, ${place(frame)}, ${amounts(frame, profile)}`}
      tabIndex={isCurrent ? 0 : -1}
      data-key={key}
      title={`${frame.name}\n${place(frame)}\n${amounts(frame, profile)}`}
      class={`flame-box is-of-${frame.of}`}
      style={{ left: `${from * 100}%`, width: `${width * 100}%`, top: `${depth * rowRem}rem` }}
      onFocus={choose}
      onMouseEnter={choose}
      onClick={zoom}
    >
      {width > 0.02 ? frame.name : ''}
    </div>
  )
}

function wholeOf({ frames, total, kind }: Profile): ProfileFrame {
  const name = kind === 'cpu' ? 'All that ran' : 'All that was asked for'
  return { name, file: '', line: 0, of: 'node', own: 0, total, children: frames }
}

function place(frame: ProfileFrame): string {
  return frame.file === '' && frame.line === 0 ? '' : sayPlace(frame, frame.line)
}

function amounts({ total, own }: ProfileFrame, profile: Profile): string {
  const share = profile.total > 0 ? (total / profile.total) * 100 : 0
  return `${toAmount(total, profile.unit)} (${share.toFixed(1)} %)${own > 0 ? `, ${toAmount(own, profile.unit)} of it its own` : ''}`
}
