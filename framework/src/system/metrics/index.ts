import type { Log } from '../../std/log.ts'
import type { Meter } from '../../std/meter.ts'

export interface Metrics extends Meter {
  /** Everything in the Prometheus text format 0.0.4. */
  text(): string
  readonly contentType: string
}
export interface MetricsOptions {
  log?: Log
  /** Series a metric may have before new label values share one overflow series. Default 1,000. */
  maxSeries?: number
}
export declare function metrics(options?: MetricsOptions): Metrics
export declare function processMetrics(meter: Meter): void
