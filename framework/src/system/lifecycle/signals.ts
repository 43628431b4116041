import type { EventName } from '../../std/event-table.ts'
import type { Log } from '../../std/log.ts'
import type { CrashReports } from './crash-reports.ts'
import type { Lifecycle } from './lifecycle.ts'

/** The part of `process` that signals need. */
export interface ProcessLike {
  on(event: string, listener: (...details: unknown[]) => void): unknown
  off(event: string, listener: (...details: unknown[]) => void): unknown
  exit(code: number): void
}

export interface SignalOptions {
  log: Log
  process: ProcessLike
  /** What SIGHUP does. Without it SIGHUP drains as SIGTERM does: the terminal is gone. */
  reload?: (() => void | Promise<void>) | undefined
  /**
   * Starts what kills this process when it has not ended after so many milliseconds: `startWatchdog` for a real one. Default: nothing, so that a stop whose event loop is blocked lasts until SIGKILL.
   */
  watchdog?: ((ms: number) => unknown) | undefined
  /** Where a report of the first crash is left. Default: nowhere. */
  reports?: Pick<CrashReports, 'write'> | undefined
}

/** What each signal does, for people. */
export const signalTable = [
  { signal: 'SIGTERM', does: 'drains, then exits: 0, or 1 when something was cut' },
  { signal: 'SIGINT', does: 'the same; a second one cuts at once' },
  { signal: 'SIGHUP', does: 'reads the settings again: the level of the log follows; on a terminal, which is then gone, it drains' },
  { signal: 'SIGKILL', does: 'ends everything at once: what was acknowledged is kept, because it was committed before' },
] as const

const internalError = 70

/**
 * Connects a process to its lifecycle: SIGTERM and SIGINT drain, a second SIGINT forces, SIGHUP reloads,
 * and an error that nobody caught is logged, drains and ends with exit code 70.
 *
 * The returned function removes the handlers.
 *
 * ```ts
 * import { handleSignals, lifecycle } from 'throughline/lifecycle'
 * import { silentLog, systemClock } from 'throughline/std'
 *
 * const log = silentLog
 * const release = handleSignals(lifecycle({ log, clock: systemClock, grace: 20_000 }), { log, process })
 * release()
 * ```
 */
export function handleSignals(lifecycle: Lifecycle, { log, process, reload, watchdog, reports }: SignalOptions): () => void {
  let failed = false
  let interrupted = false

  let stopping = false
  const finish = async (reason: string) => {
    if (stopping) return
    stopping = true
    // Never called off: it watches over the exit as well.
    watchdog?.(lifecycle.longestStop)
    const code = await lifecycle.stop(reason)
    process.exit(failed ? internalError : code)
  }
  const crash = (event: EventName) => (error: unknown) => {
    // What comes after the first one comes of it.
    const report = failed ? undefined : leaveReport(reports, error, log)
    failed = true
    log.fatal(event, { error, ...(report !== undefined && { report }) })
    void finish(event)
  }
  const handlers: Record<string, (...details: unknown[]) => void> = {
    SIGTERM: () => void finish('SIGTERM'),
    SIGINT: () => {
      if (interrupted) lifecycle.force()
      interrupted = true
      void finish('SIGINT')
    },
    SIGHUP: () => (reload === undefined ? void finish('SIGHUP') : void attempt(reload, log)),
    // A resource that can never finish closing leaves an empty loop behind: say who it was, rather than end as if all were well.
    beforeExit: () => {
      if (stopping) lifecycle.force()
    },
    uncaughtException: crash('uncaught exception'),
    unhandledRejection: crash('unhandled rejection'),
  }

  for (const [event, handler] of Object.entries(handlers)) process.on(event, handler)
  return () => {
    for (const [event, handler] of Object.entries(handlers)) process.off(event, handler)
  }
}

function leaveReport(reports: SignalOptions['reports'], error: unknown, log: Log): string | undefined {
  try {
    return reports?.write(error)
  } catch (failure) {
    log.error('no crash report could be written', { error: failure })
    return undefined
  }
}

async function attempt(reload: () => void | Promise<void>, log: Log): Promise<void> {
  try {
    await reload()
    log.info('reloaded')
  } catch (error) {
    log.error('reload failed: the old state stays', { error })
  }
}
