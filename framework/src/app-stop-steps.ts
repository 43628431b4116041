import { drainDelayOf } from './app-stop.ts'
import type { serverSettings, ValuesOf } from './system/config/index.ts'
import { toStartOrder, toStopOrder } from './system/lifecycle/order.ts'
import type { Resource, StopPhase } from './std/resource.ts'

interface Stoppable {
  readonly settings: Pick<ValuesOf<typeof serverSettings>, 'shutdownGrace' | 'drainDelay' | 'requestGrace'>
  readonly opened: readonly Pick<Resource, 'name' | 'needs' | 'phase'>[]
}

const meaning: Readonly<Record<StopPhase, string>> = {
  requests: 'refuse new connections, finish requests',
  jobs: 'hand back jobs, release leases',
  flush: 'hand over what waits to be sent',
  close: 'close pools, caches, files, sockets',
}

/** One step of a stop. */
export interface StopStep {
  readonly step: string
  readonly does: string
  /** In the order in which they close. */
  readonly resources: readonly string[]
  readonly most: string
}

/** What a stop of this application does, in order. */
export function stopSteps({ settings, opened }: Stoppable, env: Readonly<Record<string, string | undefined>>): StopStep[] {
  const grace = toSeconds(settings.shutdownGrace)
  const budget = (phase: StopPhase) =>
    phase === 'requests' && settings.requestGrace !== undefined
      ? `${toSeconds(settings.requestGrace)} of the grace`
      : `what is left of ${grace}`
  const phases = toStopOrder(toStartOrder(opened)).map(({ phase, resources }): StopStep => ({
    step: phase,
    does: meaning[phase],
    resources: resources.map(({ name }) => name),
    most: budget(phase),
  }))
  return [
    { step: 'drain', does: 'readiness turns 503, last answers say so, nothing new is begun', resources: [], most: 'at once' },
    { step: 'delay', does: 'keep serving while load balancers notice', resources: [], most: toSeconds(drainDelayOf(settings, env)) },
    ...phases,
    { step: 'exit', does: '0, or 1 when something was cut', resources: [], most: '1 s, for cutting included' },
  ]
}

function toSeconds(ms: number): string {
  return `${ms / 1_000} s`
}
