import type { Metrics } from './system/metrics/index.ts'
import type { Log } from './std/log.ts'

/** One histogram of all requests; a route's series are bound at boot, so that a request looks nothing up. */
export function observer(metrics: Metrics): (route: string, method: string) => (status: number, seconds: number) => void {
  const histogram = metrics.histogram('http_server_request_duration_seconds', {
    help: 'Time from the request line to the last byte handed over.',
    labels: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  })
  return (route, method) => {
    const byStatus = new Map<number, { record(value: number): void }>()
    return (status, seconds) => {
      let series = byStatus.get(status)
      if (series === undefined) byStatus.set(status, (series = histogram.with({ method, route, status: String(status) })))
      series.record(seconds)
    }
  }
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
