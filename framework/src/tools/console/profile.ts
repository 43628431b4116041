import { implement } from '../../http/implement.ts'
import type { Route } from '../../http/stage.ts'
import type { Clock } from '../../std/clock.ts'
import type { Lifecycle } from '../../system/lifecycle/index.ts'
import type { RootLog } from '../../system/log/index.ts'
import type { Profiler } from '../../system/profile/index.ts'
import * as contract from './contract.ts'

export interface ProfileNeeds {
  readonly clock: Clock
  readonly log: Pick<RootLog, 'info'>
  readonly lifecycle: Pick<Lifecycle, 'onChange'>
}

/** What the process is busy with, for those who may look: one at a time, as it costs some of the processor. */
export function profileRoutes({ clock, log, lifecycle }: ProfileNeeds): Route[] {
  const { takeProfile } = contract
  let profiler: Profiler | undefined
  // Whoever waits for one would otherwise hold up the stop.
  lifecycle.onChange((state) => {
    if (state === 'draining') profiler?.stop()
  })
  return implement(
    { takeProfile },
    {
      takeProfile: async ({ body: { kind = 'cpu', seconds = 5, format = 'tree' }, signal }) => {
        const { Profiler: Loaded } = await import('../../system/profile/index.ts')
        profiler ??= new Loaded({ clock, root: process.cwd() })
        if (profiler.isBusy) throw contract.ProfileRunning()
        const taken = await profiler.take(kind, { ms: seconds * 1000, signal })
        log.info('profile taken', { of: kind, seconds })
        return format === 'tree' ? taken.profile() : taken.devtools()
      },
    },
  )
}
