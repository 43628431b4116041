import type { Clock } from '../../std/clock.ts'
import type { Log } from '../../std/log.ts'
import type { Meter } from '../../std/meter.ts'
import type { MetricFamily } from '../../std/metric-family.ts'
import type { Operation } from '../../std/operation.ts'
import type { Resource } from '../../std/resource.ts'
import type { Secret } from '../../std/secret.ts'
import { Collector, type Signal } from './collector.ts'
import { toLogRecord } from './logs.ts'
import { toMetrics } from './metrics.ts'
import { ExportQueue } from './queue.ts'
import { toSpans } from './traces.ts'
import { toAttributes } from './values.ts'

export interface ExporterOptions {
  /** The collector's, without `/v1/traces`. */
  url: string
  headers?: Secret<Readonly<Record<string, string>>> | undefined
  /** Who sends: `service.name`, `service.version`, `service.instance.id`. */
  service: { readonly name: string; readonly version: string; readonly instance: string }
  recorder: { listen(listener: (operation: Operation) => void): () => void }
  metrics: Pick<Meter, 'counter'> & { collect(): readonly MetricFamily[] }
  log: Log & { tap(listener: (line: string) => void): () => void }
  clock: Clock
  /** What is sent. Default: all three. Logs cost most: each line is read, and written again. */
  signals?: readonly Signal[]
}

const metricsEvery = 60_000
const longestClose = 3_000

interface Line {
  readonly text: string
  readonly at: number
}

/**
 * Sends what was recorded, measured and logged to an OpenTelemetry collector, by OTLP over HTTP with JSON. Whatever the collector does, no request
 * waits for it, a stop waits three seconds at most, and what it does not take in time is counted in `telemetry_lost_total`.
 */
export class OtlpExporter implements Resource {
  readonly name = 'otlp'
  readonly phase = 'flush'
  readonly #options: ExporterOptions
  readonly #resource: object
  readonly #since: number
  readonly #traces: ExportQueue<Operation>
  readonly #metrics: ExportQueue<readonly MetricFamily[]>
  readonly #logs: ExportQueue<Line>
  readonly #leave: (() => void)[] = []
  #cancel: () => void = () => {}

  constructor(options: ExporterOptions) {
    this.#options = options
    const { service, clock, log, metrics } = options
    const collector = new Collector(options)
    const lost = metrics.counter('telemetry_lost_total', { help: 'What no collector took.', labels: ['signal'] })
    const onLost = (signal: Signal, count: number) => lost.with({ signal }).add(count)
    const needs = { collector, clock, log, onLost }
    this.#resource = {
      attributes: toAttributes({
        'service.name': service.name,
        'service.version': service.version,
        'service.instance.id': service.instance,
        'process.pid': process.pid,
        'process.runtime.name': 'nodejs',
        'process.runtime.version': process.versions.node,
        'telemetry.sdk.name': 'throughline',
        'telemetry.sdk.language': 'nodejs',
      }),
    }
    this.#since = clock.now().getTime()
    this.#traces = new ExportQueue({ ...needs, signal: 'traces', batch: 64, toDocument: (all) => this.#tracesOf(all) })
    // The newest numbers say all that older ones would.
    this.#metrics = new ExportQueue({ ...needs, signal: 'metrics', batch: 1, capacity: 1, toDocument: (all) => this.#metricsOf(all) })
    this.#logs = new ExportQueue({ ...needs, signal: 'logs', batch: 512, toDocument: (all) => this.#logsOf(all) })
  }

  async open(): Promise<void> {
    const { recorder, log, clock } = this.#options
    if (this.#sends('traces')) this.#leave.push(recorder.listen((operation) => this.#traces.add(operation)))
    if (this.#sends('logs')) this.#leave.push(log.tap((text) => this.#logs.add({ text, at: clock.now().getTime() })))
    if (this.#sends('metrics')) this.#measureLater()
  }

  async close(): Promise<void> {
    for (const leave of this.#leave) leave()
    this.#cancel()
    if (this.#sends('metrics')) this.#measure()
    const queues = [this.#traces, this.#metrics, this.#logs]
    const disarm = this.#options.clock.after(longestClose, () => {
      for (const queue of queues) queue.cut()
    })
    await Promise.all(queues.map((queue) => queue.close()))
    disarm()
  }

  #sends(signal: Signal): boolean {
    return this.#options.signals?.includes(signal) !== false
  }

  #measureLater(): void {
    this.#cancel = this.#options.clock.after(metricsEvery, () => {
      this.#measure()
      this.#measureLater()
    })
  }

  #measure(): void {
    this.#metrics.add(this.#options.metrics.collect())
  }

  #tracesOf(operations: readonly Operation[]): unknown {
    return { resourceSpans: [{ resource: this.#resource, scopeSpans: [{ scope, spans: operations.flatMap(toSpans) }] }] }
  }

  #metricsOf(all: readonly (readonly MetricFamily[])[]): unknown {
    const metrics = toMetrics(all.at(-1)!, this.#since, this.#options.clock.now().getTime())
    return { resourceMetrics: [{ resource: this.#resource, scopeMetrics: [{ scope, metrics }] }] }
  }

  #logsOf(lines: readonly Line[]): unknown {
    const logRecords = lines.map(({ text, at }) => toLogRecord(text, at)).filter((record) => record !== undefined)
    return { resourceLogs: [{ resource: this.#resource, scopeLogs: [{ scope, logRecords }] }] }
  }
}

const scope = { name: 'throughline' }
