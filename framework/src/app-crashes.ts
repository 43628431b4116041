import { join } from 'node:path'
import type { ServerTree } from './application.ts'
import type { Clock } from './std/clock.ts'
import type { Log } from './std/log.ts'
import type { ValuesOf } from './system/config/index.ts'
import { CrashReports } from './system/lifecycle/index.ts'

const crashLoop = { crashes: 3, within: 300_000 }

/** What is left behind when the process dies of a bug. None in tests: they crash on purpose. */
export function crashReports({ mode, dataDir }: ValuesOf<ServerTree>, clock: Clock, log: Log): CrashReports | undefined {
  if (mode === 'test') return undefined
  const reports = new CrashReports(join(dataDir, 'crashes'), clock)
  const crashes = reports.recent(crashLoop.within)
  if (crashes >= crashLoop.crashes) log.error('crash loop', { crashes, withinMs: crashLoop.within, reports: join(dataDir, 'crashes') })
  try {
    if (!reports.watchMemory())
      log.debug('running out of memory will leave no report', { because: 'node was started without --report-exclude-env' })
  } catch (error) {
    log.warn('running out of memory will leave no report', { error })
  }
  return reports
}
