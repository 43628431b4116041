import type { StopStep } from '../../app-stop-steps.ts'
import type { Lifecycle } from '../../system/lifecycle/index.ts'
import type { DependencyReport } from '../../system/resilience/index.ts'
import type { HealthView } from './system-views.ts'

export interface HealthNeeds {
  readonly lifecycle: Pick<Lifecycle, 'state' | 'health'>
  readonly requests: number
  readonly background: number
  readonly stop: readonly StopStep[]
  readonly dependencies: readonly DependencyReport[]
  readonly logLevel: string
  readonly logChanges: HealthView['logChanges']
}

/** How everything is. Unlike the probe it says why: whoever sees the console may know. */
export async function healthView(needs: HealthNeeds, signal: AbortSignal): Promise<HealthView> {
  const { lifecycle, requests, background, stop, dependencies, logLevel, logChanges } = needs
  const { resources } = await lifecycle.health(signal)
  return {
    state: lifecycle.state,
    resources: resources.map(({ name, problem }) => ({ name, healthy: problem === undefined, problem })),
    requests,
    background,
    shutdown: stop.map(({ step, does, resources: of, most }) => ({ step, what: does, of, most })),
    dependencies: dependencies.map(({ name, state, calls, rejected, retries, lastError }) => ({
      name,
      state,
      calls,
      rejected,
      retries,
      lastError: lastError?.code,
    })),
    logLevel,
    logChanges,
  }
}
