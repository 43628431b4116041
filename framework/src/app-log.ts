import { hostname } from 'node:os'
import type { ServerTree } from './application.ts'
import { sensitiveNames } from './contract/sensitive.ts'
import { located } from './http/located.ts'
import type { Route } from './http/stage.ts'
import type { Clock } from './std/clock.ts'
import type { Meter } from './std/meter.ts'
import { Redaction } from './std/redaction.ts'
import type { ValuesOf } from './system/config/index.ts'
import { openLog, type Destination, type RootLog } from './system/log/index.ts'

interface About {
  readonly name: string
  readonly version: string
}

/** What is hidden in the log and in what is recorded. `settle` adds what the contract marks as sensitive, once there is one. */
export function redactionOf({ mode, logPii }: Pick<ValuesOf<ServerTree>, 'mode' | 'logPii'>): Redaction {
  return new Redaction({ persons: (logPii ?? (mode === 'production' ? 'mask' : 'keep')) === 'mask' })
}

/** Hidden by name wherever they turn up: a diagnosis that one endpoint calls sensitive is no less so in the log of another. */
export function hideSensitive(redaction: Redaction, routes: readonly Route[]): void {
  for (const route of routes) redaction.hide(located(route, () => sensitiveNames(route.endpoint)))
}

/** This process among others of the same service. */
export const instanceName = `${hostname()}-${process.pid}`

/** The log as the settings want it. Opens nothing yet: files are opened by their first line. */
export function openApplicationLog(
  { name: service, version }: About,
  settings: ValuesOf<ServerTree>,
  { clock, redaction, logTo }: { clock: Clock; redaction: Redaction; logTo?: Destination | undefined },
): RootLog {
  const { logFile, logFileSize: maxBytes, logKeep: keepMs, logKeepBytes: keepBytes } = settings
  return openLog({
    level: settings.logLevel,
    clock,
    redaction,
    whenFull: settings.logWhenFull,
    base: { service, version, instance: instanceName },
    ...(logTo !== undefined && { destination: logTo }),
    ...(logFile !== undefined && { file: { path: logFile, maxBytes, keepMs, keepBytes } }),
  })
}

/** What alerts are made of: errors by their rate, fatal lines each one, warnings by their trend. */
export function countLines(log: RootLog, metrics: Pick<Meter, 'counter'>): void {
  const lines = metrics.counter('log_lines_total', {
    help: 'Lines of the log, those that were left out of a flood as well.',
    labels: ['level'],
  })
  const counters = Object.fromEntries(['debug', 'info', 'warn', 'error', 'fatal'].map((level) => [level, lines.with({ level })]))
  log.watch((level) => counters[level]?.add())
}
