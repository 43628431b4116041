import { Load } from './http/accept/load.ts'
import type { Clock } from './std/clock.ts'
import { requestBuckets, requestMetric, type Metrics } from './system/metrics/index.ts'
import type { Log } from './std/log.ts'
import type { Histogram } from './std/meter.ts'
import type { Operation } from './std/operation.ts'

/** The request histogram's series, by route and status, for those who look at them from inside. */
export class RouteTimes {
  readonly #series = new Map<string, Map<number, Histogram>>()

  /** By `GET /orders/{orderId}`. */
  of(route: string): Map<number, Histogram> {
    let byStatus = this.#series.get(route)
    if (byStatus === undefined) this.#series.set(route, (byStatus = new Map()))
    return byStatus
  }

  /** Of requests that were recorded, the last one of each bucket is told beside it: from a slow percentile to a trace in one step. */
  exemplify({ kind, name, http, status, ms, traceId, startedAt }: Operation): void {
    if (kind !== 'request') return
    const byStatus = this.#series.get(name) ?? this.#series.get(`${http?.method} ${name}`)
    byStatus?.get(status)?.exemplify(ms / 1_000, traceId, startedAt + ms)
  }
}

/** One histogram of all requests; a route's series are bound at boot, so that a request looks nothing up. */
export function observer(
  metrics: Metrics,
  times: RouteTimes,
): (route: string, method: string) => (status: number, seconds: number) => void {
  const histogram = metrics.histogram(requestMetric, {
    help: 'Time from the request line to the last byte handed over.',
    labels: ['method', 'route', 'status'],
    buckets: requestBuckets,
  })
  return (route, method) => {
    const byStatus = times.of(`${method} ${route}`)
    return (status, seconds) => {
      let series = byStatus.get(status)
      if (series === undefined) byStatus.set(status, (series = histogram.with({ method, route, status: String(status) })))
      series.record(seconds)
    }
  }
}

/** How busy the process is, and who is refused because of it. */
export function loadMeter(metrics: Metrics, clock: Clock, target: number): Load {
  const shed = metrics.counter('http_server_shed_requests_total', {
    help: 'Requests answered with 503 because there was more to do than could be done.',
    labels: ['priority'],
  })
  const load = new Load({ clock, target, onShed: (priority) => shed.with({ priority }).add() })
  metrics.gauge('http_server_queue_delay_seconds', { help: 'How long work waits for its turn.', read: () => load.delay / 1000 })
  metrics.gauge('http_server_load_pressure', {
    help: 'Whom that refuses: 1 all of low priority, 2 normal, 3 high.',
    read: () => load.pressure,
  })
  return load
}

export function deprecatedCounter(metrics: Metrics): (route: string, consumer: string) => void {
  const calls = metrics.counter('http_server_deprecated_calls_total', {
    help: 'Calls to deprecated operations, by who still makes them.',
    labels: ['route', 'consumer'],
  })
  return (route, consumer) => calls.with({ route, consumer }).add()
}

export function breachCounter(
  metrics: Metrics,
  log: Log,
  tell: ((route: string, code: string) => void) | undefined,
): (route: string, code: string) => void {
  const breaches = metrics.counter('http_server_contract_breaches_total', {
    help: 'Answers that no contract declares.',
    labels: ['route', 'code'],
  })
  return (route, code) => {
    breaches.with({ route, code }).add()
    log.warn('answer not in the contract', { route, code })
    tell?.(route, code)
  }
}
