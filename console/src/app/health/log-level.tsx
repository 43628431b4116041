import { useState } from 'preact/hooks'
import type { HealthView } from '../../../../framework/src/tools/console/system-views.ts'
import { ApiError, send } from '../state/api.ts'
import { toDuration } from '../state/format.ts'

export interface LogLevelProps {
  readonly level: string
  readonly changes: HealthView['logChanges']
  readonly reload: () => void
}

const levels = ['debug', 'info', 'warn', 'error']

/** Writes more of the log, of everybody or of one user, for a while: nobody has to remember to take it back. */
export function LogLevel({ level, changes, reload }: LogLevelProps) {
  const [problem, setProblem] = useState<string | undefined>()
  const set = async (event: SubmitEvent) => {
    event.preventDefault()
    const data = new FormData(event.currentTarget as HTMLFormElement)
    const [wanted, userId] = [text(data, 'level'), text(data, 'userId')]
    try {
      await send('PUT', '/log-level', { level: wanted, minutes: Number(text(data, 'minutes')), ...(userId !== '' && { userId }) })
      setProblem(undefined)
      reload()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      setProblem(error.message)
    }
  }
  return (
    <section class="card" aria-labelledby="log-level">
      <h2 id="log-level">Log level: {level}</h2>
      <form class="log-level" onSubmit={(event) => void set(event)}>
        <select name="level" aria-label="Level">
          {levels.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
        <label>
          for <input name="minutes" type="number" min="1" max="240" defaultValue="10" required /> min
        </label>
        <input
          name="userId"
          type="text"
          aria-label="Only of the user with this id"
          placeholder="of user, or all"
          maxLength={200}
          autocomplete="off"
        />
        <button>Set</button>
      </form>
      <Changes changes={changes} />
      <p role="alert" class="is-bad">
        {problem}
      </p>
    </section>
  )
}

function Changes({ changes }: Pick<LogLevelProps, 'changes'>) {
  const now = Date.now()
  return (
    <ul aria-label="Levels that are changed for a while" class="faint">
      {changes.map(({ level, module, userId, until }) => (
        <li key={`${module} ${userId}`}>
          {level}
          {module === undefined ? '' : ` in ${module}`}
          {userId === undefined ? '' : ` of user ${userId}`} for another {toDuration(Math.max(0, until - now))}
        </li>
      ))}
    </ul>
  )
}

function text(data: FormData, name: string): string {
  const value = data.get(name)
  return typeof value === 'string' ? value.trim() : ''
}
