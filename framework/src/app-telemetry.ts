import { join } from 'node:path'
import type { ServerTree } from './application.ts'
import type { Clock } from './std/clock.ts'
import { watchGc } from './std/gc-pauses.ts'
import type { Log } from './std/log.ts'
import type { Resource } from './std/resource.ts'
import type { ValuesOf } from './system/config/index.ts'
import { History, processMetrics, type Metrics } from './system/metrics/index.ts'

export interface TelemetryNeeds {
  readonly settings: ValuesOf<ServerTree>
  readonly metrics: Metrics
  readonly clock: Clock
  readonly log: Log
}

/** What watches the process, keeps what was seen, and sends it on. */
export interface Telemetry {
  readonly history: History
  /** Opened first, so that it sees the others. */
  readonly resource: Resource
}

export function openTelemetry({ settings, metrics, clock, log }: TelemetryNeeds): Telemetry {
  const onPause = processMetrics(metrics)
  const history = new History({ metrics, clock, log, folder: folderOf(settings) })
  let stopWatching = (): void => {}
  const resource: Resource = {
    name: 'telemetry',
    phase: 'flush',
    async open() {
      stopWatching = watchGc(onPause)
      await history.open()
    },
    async close() {
      stopWatching()
      await history.close()
    },
  }
  return { history, resource }
}

/** None in tests, which would leave files behind, unless one is named. */
function folderOf({ mode, dataDir, telemetryDir }: TelemetryNeeds['settings']): string | undefined {
  return telemetryDir ?? (mode === 'test' ? undefined : join(dataDir, 'telemetry'))
}
