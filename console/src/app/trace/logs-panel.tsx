import type { LogLine } from '../../../../framework/src/std/operation.ts'
import { toClock, toMs } from '../state/format.ts'

export interface LogsPanelProps {
  readonly logs: readonly LogLine[]
  readonly startedAt: number
}

export function LogsPanel({ logs, startedAt }: LogsPanelProps) {
  if (logs.length === 0) return <p class="faint">Nothing was logged while it ran.</p>
  return (
    <ol class="logs">
      {logs.map(({ level, event, at, fields }, index) => (
        <li key={index} class={`is-${level}`}>
          <span class="num" title={toClock(startedAt + at)}>
            +{toMs(at)} ms
          </span>
          <span class="level">{level}</span>
          <span class="event">{event}</span>
          {fields === undefined || Object.keys(fields).length === 0 ? null : <code>{JSON.stringify(fields)}</code>}
        </li>
      ))}
    </ol>
  )
}
