import { readdirSync, readFileSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8'
import type { GcPause } from '../../std/gc-pauses.ts'
import type { Meter } from '../../std/meter.ts'

const nanoseconds = 1e9
/** Milliseconds that a measure of the event loop covers, whoever reads it how often. */
const window = 10_000

/**
 * How busy the process is and how full: CPU, memory, event loop, garbage collection, files and sockets, under the names that Prometheus's own
 * clients use. Nothing is measured before the first scrape. Hand it the pauses of the garbage collection.
 */
export function processMetrics(meter: Meter): (pause: GcPause) => void {
  cpuMetrics(meter)
  memoryMetrics(meter)
  eventLoopMetrics(meter)
  handleMetrics(meter)
  const pauses = meter.histogram('nodejs_gc_duration_seconds', {
    help: 'Pauses of the garbage collection.',
    labels: ['kind'],
    buckets: [0.001, 0.01, 0.1, 1, 2, 5],
  })
  return ({ kind, ms }) => pauses.with({ kind }).record(ms / 1e3)
}

function cpuMetrics(meter: Meter): void {
  const cpu = () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  }
  meter.counter('process_cpu_seconds_total', { help: 'User and system CPU time spent.', read: cpu })
  gauge(meter, 'process_cpu_cores', 'Cores that the process may use.', availableParallelism)
  gauge(meter, 'process_start_time_seconds', 'When the process started, in seconds since the epoch.', () => performance.timeOrigin / 1e3)
  gauge(meter, 'process_uptime_seconds', 'How long the process has been running.', () => process.uptime())
}

function memoryMetrics(meter: Meter): void {
  gauge(meter, 'process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss())
  // Zero and absurdly large mean that there is none.
  gauge(meter, 'process_memory_limit_bytes', 'Memory that the process may have, by its control group.', () => {
    const limit = process.constrainedMemory()
    return limit > 0 && limit < 2 ** 53 ? limit : Infinity
  })
  gauge(meter, 'nodejs_heap_size_used_bytes', 'JavaScript heap in use.', () => process.memoryUsage().heapUsed)
  gauge(meter, 'nodejs_heap_size_limit_bytes', 'JavaScript heap that there may be.', () => getHeapStatistics().heap_size_limit)
  gauge(
    meter,
    'nodejs_external_memory_bytes',
    'Memory of buffers and other objects outside of the heap.',
    () => process.memoryUsage().external,
  )
  meter.gauge('nodejs_heap_space_size_used_bytes', {
    help: 'JavaScript heap in use, by space.',
    labels: ['space'],
    read: (spaces) => {
      for (const { space_name: space, space_used_size: used } of getHeapSpaceStatistics()) spaces.with({ space }).set(used)
    },
  })
}

function eventLoopMetrics(meter: Meter): void {
  const loop = () => performance.eventLoopUtilization()
  meter.counter('nodejs_eventloop_active_seconds_total', {
    help: 'Time in which the event loop ran something.',
    read: () => loop().active / 1e3,
  })
  meter.counter('nodejs_eventloop_idle_seconds_total', { help: 'Time in which the event loop waited.', read: () => loop().idle / 1e3 })
  let delay: ReturnType<typeof monitorEventLoopDelay> | undefined
  let since = 0
  let p99 = 0
  gauge(meter, 'nodejs_eventloop_lag_p99_seconds', 'The 99th percentile of the event loop delay, in steps of ten seconds.', () => {
    const now = performance.now()
    if (delay === undefined) {
      delay = monitorEventLoopDelay({ resolution: 20 })
      delay.enable()
    } else if (now - since < window) {
      return p99
    } else {
      p99 = delay.count === 0 ? 0 : delay.percentile(99) / nanoseconds
      delay.reset()
    }
    since = now
    return p99
  })
}

function handleMetrics(meter: Meter): void {
  const known = new Set<string>()
  meter.gauge('nodejs_active_resources', {
    help: 'What keeps the event loop alive: sockets, timers, files under way.',
    labels: ['type'],
    read: (types) => {
      const counts = new Map<string, number>()
      for (const type of process.getActiveResourcesInfo()) counts.set(type, (counts.get(type) ?? 0) + 1)
      for (const type of counts.keys()) known.add(type)
      for (const type of known) types.with({ type }).set(counts.get(type) ?? 0)
    },
  })
  if (process.platform !== 'linux') return
  gauge(meter, 'process_open_fds', 'Open files and sockets.', openFiles)
  const most = Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? Infinity)
  gauge(meter, 'process_max_fds', 'Files and sockets that there may be.', () => most)
}

function openFiles(): number {
  // Since Linux 6.2 the size of the folder; before, its entries, one of which is the look itself.
  const { size } = statSync('/proc/self/fd')
  return size > 0 ? size : readdirSync('/proc/self/fd').length - 1
}

function gauge(meter: Meter, name: string, help: string, read: () => number): void {
  meter.gauge(name, { help, read })
}
