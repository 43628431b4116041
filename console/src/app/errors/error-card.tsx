import { useState } from 'preact/hooks'
import type { ErrorGroupView } from '../../../../framework/src/tools/console/views.ts'
import { Sparkline } from '../parts/sparkline.tsx'
import { ApiError, send } from '../state/api.ts'
import { plural, toAgo, toCount, toDate } from '../state/format.ts'
import { ErrorDetails } from './error-details.tsx'

export interface ErrorCardProps {
  readonly group: ErrorGroupView
  readonly reload: () => void
}

const marks: Readonly<Record<ErrorGroupView['state'], readonly (readonly [ErrorGroupView['state'], string])[]>> = {
  open: [
    ['resolved', 'Resolve'],
    ['snoozed', 'Snooze'],
    ['ignored', 'Ignore'],
  ],
  snoozed: [
    ['open', 'Reopen'],
    ['resolved', 'Resolve'],
  ],
  ignored: [['open', 'Reopen']],
  resolved: [['open', 'Reopen']],
}

/** Failures with one cause. */
export function ErrorCard({ group, reload }: ErrorCardProps) {
  const [isOpen, setOpen] = useState(false)
  const [problem, setProblem] = useState<string | undefined>()
  const { fingerprint, type, code, message, where, count, firstAt, lastAt, perMinute, state, regressed } = group
  const now = Date.now()
  const mark = async (next: ErrorGroupView['state']) => {
    try {
      await send('PUT', `/errors/${encodeURIComponent(fingerprint)}`, { state: next })
      reload()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      setProblem(error.message)
    }
  }
  return (
    <li class="error">
      <div class="error-head">
        <div class="error-what">
          <button type="button" class="error-open" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            <span class="status is-failed">{code ?? type}</span> {message}
          </button>
          <p class="faint">
            {regressed ? <span class="status is-refused">came back</span> : null} {where === undefined ? null : <code>{where}</code>}
          </p>
        </div>
        <div class="error-when">
          <Sparkline
            label={`${plural(
              perMinute.reduce((sum, one) => sum + one, 0),
              'time',
            )} in the last hour`}
            values={perMinute}
          />
          <p class="faint">
            <span title={toDate(lastAt)}>{toAgo(lastAt, now)}</span> · first <span title={toDate(firstAt)}>{toAgo(firstAt, now)}</span>
          </p>
        </div>
        <strong class="error-count num" title={`${plural(count, 'time')}`}>
          ×{toCount(count)}
        </strong>
        <div class="error-marks">
          {marks[state].map(([next, label]) => (
            <button key={next} type="button" class="small" onClick={() => void mark(next)}>
              {label}
            </button>
          ))}
        </div>
      </div>
      {problem === undefined ? null : <p role="alert">{problem}</p>}
      {isOpen ? <ErrorDetails group={group} /> : null}
    </li>
  )
}
