import { useState } from 'preact/hooks'
import type { PlanView as Plan } from '../../../../framework/src/tools/console/system-views.ts'
import { ApiError, send } from '../state/api.ts'
import { overview } from '../state/overview.ts'
import { SmellList } from './smell-list.tsx'

/** Asks the database how it would run a statement. */
export function PlanView({ sql }: { sql: string }) {
  const [plan, setPlan] = useState<Plan | 'asking' | undefined>()
  if (overview.value?.pages.includes('database') !== true) return null
  const ask = async () => {
    setPlan('asking')
    try {
      setPlan(await send<Plan>('POST', '/database/plan', { sql }))
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      setPlan({ sql, lines: [], problem: error.message, smells: [] })
    }
  }
  if (plan === undefined || plan === 'asking')
    return (
      <button type="button" class="small" disabled={plan === 'asking'} onClick={() => void ask()}>
        {plan === 'asking' ? 'Asking the database …' : 'Show the plan'}
      </button>
    )
  return (
    <div class="plan">
      {plan.problem === undefined ? null : <p class="faint">{plan.problem}</p>}
      {plan.lines.length === 0 ? null : (
        <pre class="code" tabIndex={0} aria-label="The plan">
          <code>{plan.lines.join('\n')}</code>
        </pre>
      )}
      <SmellList smells={plan.smells} />
    </div>
  )
}
