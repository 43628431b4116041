import { join } from 'node:path'
import { instanceName } from './app-log.ts'
import type { Parts, ServerTree } from './application.ts'
import type { Route } from './http/stage.ts'
import type { OtlpExporter } from './services/telemetry/index.ts'
import { BootError } from './std/errors.ts'
import type { Clock } from './std/clock.ts'
import { watchGc } from './std/gc-pauses.ts'
import type { Resource } from './std/resource.ts'
import { Secret } from './std/secret.ts'
import type { ValuesOf } from './system/config/index.ts'
import type { RootLog } from './system/log/index.ts'
import {
  checkOnCall,
  History,
  objectiveChart,
  objectiveMetrics,
  processMetrics,
  type Metrics,
  type Objective,
} from './system/metrics/index.ts'
import { TraceStore, type Recorder } from './system/trace/index.ts'

export interface TelemetryNeeds {
  readonly name: string
  readonly version: string
  readonly settings: ValuesOf<ServerTree>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly metrics: Metrics
  readonly recorder: Recorder
  readonly clock: Clock
  readonly log: RootLog
}

/** What watches the process, keeps what was seen, and sends it on. */
export interface Telemetry {
  readonly history: History
  /** Opened first, so that it sees the others. */
  readonly resource: Resource
}

export function openTelemetry(needs: TelemetryNeeds): Telemetry {
  const { settings, metrics, recorder, clock, log } = needs
  const onPause = processMetrics(metrics)
  const folder = folderOf(settings)
  const history = new History({ metrics, clock, log, folder })
  const parts = [history, storeOf(needs, folder), exporterOf(needs)].filter((part) => part !== undefined)
  let stopWatching = (): void => {}
  const resource: Resource = {
    name: 'telemetry',
    phase: 'flush',
    async open() {
      stopWatching = watchGc((pause) => {
        onPause(pause)
        recorder.pause(pause)
      })
      for (const part of parts) await part.open()
    },
    async close() {
      stopWatching()
      await Promise.all(parts.map((part) => part.close()))
    },
  }
  return { history, resource }
}

/** Each with whoever answers for it. Throws where the application names nobody who can be told. */
export function objectivesOf({ objectives = [], onCall = {} }: Pick<Parts, 'objectives' | 'onCall'>): readonly Objective[] {
  checkOnCall('the application', onCall)
  return objectives.map((objective) => ({ ...onCall, ...objective }))
}

/** Has the history keep what objectives are judged by, and exports how it stands with them. Throws where one is about a route that is not there. */
export function watchObjectives(
  objectives: readonly Objective[],
  routes: readonly Route[],
  { history, metrics }: { history: History; metrics: Metrics },
): void {
  const known = routes.map(({ endpoint, prefix }) => `${endpoint.method} ${prefix}${endpoint.path}`)
  for (const { name, route } of objectives)
    if (route !== undefined && !known.includes(route))
      throw new BootError('objective-unknown', `The objective ${name} is about ${route}, and there are ${known.join(', ')}.`)
  history.keep(objectives.map(objectiveChart))
  objectiveMetrics(metrics, objectives, history)
}

/** None in tests, which would leave files behind, unless one is named. */
function folderOf({ mode, dataDir, telemetryDir }: TelemetryNeeds['settings']): string | undefined {
  return telemetryDir ?? (mode === 'test' ? undefined : join(dataDir, 'telemetry'))
}

function storeOf({ settings, recorder, metrics, clock, log }: TelemetryNeeds, folder: string | undefined): TraceStore | undefined {
  if (folder === undefined || settings.traceStore === 0) return undefined
  const store = new TraceStore({ recorder, folder, maxBytes: settings.traceStore, clock, log })
  metrics.counter('trace_store_lost_total', { help: 'Recorded operations that did not get to disk.', read: () => store.lost })
  return store
}

/** To the collector of the settings, or of the variables that OpenTelemetry's own libraries read. */
function exporterOf({ name, version, settings, env, recorder, metrics, clock, log }: TelemetryNeeds): Resource | undefined {
  const url = settings.otlpUrl ?? env['OTEL_EXPORTER_OTLP_ENDPOINT']
  if (url === undefined || url === '') return undefined
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new BootError('config-invalid', 'OTEL_EXPORTER_OTLP_ENDPOINT is not a URL such as http://collector:4318.')
  const headers = headersOf(settings.otlpHeaders?.reveal() ?? env['OTEL_EXPORTER_OTLP_HEADERS'] ?? '')
  const service = { name: env['OTEL_SERVICE_NAME'] ?? name, version, instance: instanceName }
  const signals = (['traces', 'metrics', 'logs'] as const).filter((signal) => env[`OTEL_${signal.toUpperCase()}_EXPORTER`] !== 'none')
  let exporter: OtlpExporter | undefined
  return {
    name: 'otlp',
    async open() {
      // Only now: most have no collector.
      const telemetry = await import('./services/telemetry/index.ts')
      exporter = new telemetry.OtlpExporter({ url, headers, service, recorder, metrics, clock, log, signals })
      await exporter.open()
    },
    close: async () => exporter?.close(),
  }
}

/** `name=value,name=value`, as W3C Baggage writes it. */
function headersOf(text: string): Secret<Record<string, string>> {
  const pairs = text.split(',').flatMap((pair) => {
    const [, name, value = ''] = /^\s*([^=\s]+)\s*=(.*)$/.exec(pair) ?? []
    return name === undefined ? [] : [[name.toLowerCase(), unescaped(value.trim())] as const]
  })
  return new Secret(Object.fromEntries(pairs))
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
