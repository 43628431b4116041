import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Meter } from '../../std/meter.ts'

const nanoseconds = 1e9

/** CPU, memory, uptime and event loop delay, under the names that Prometheus's own clients use. Nothing is measured before the first scrape. */
export function processMetrics(meter: Meter): void {
  const gauge = (name: string, help: string, read: () => number) => meter.gauge(name, { help, read })
  const cpu = () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  }
  meter.counter('process_cpu_seconds_total', { help: 'User and system CPU time spent.', read: cpu })
  gauge('process_start_time_seconds', 'When the process started, in seconds since the epoch.', () => performance.timeOrigin / 1e3)
  gauge('process_uptime_seconds', 'How long the process has been running.', () => process.uptime())
  gauge('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss())
  gauge('nodejs_heap_size_used_bytes', 'JavaScript heap in use.', () => process.memoryUsage().heapUsed)

  let delay: ReturnType<typeof monitorEventLoopDelay> | undefined
  gauge('nodejs_eventloop_lag_p99_seconds', 'The 99th percentile of the event loop delay since the last scrape.', () => {
    if (delay === undefined) {
      delay = monitorEventLoopDelay({ resolution: 20 })
      delay.enable()
      return 0
    }
    const p99 = delay.count === 0 ? 0 : delay.percentile(99) / nanoseconds
    delay.reset()
    return p99
  })
}
