import type { Meter } from '../../std/meter.ts'
import type { PoolStats } from './pool-limits.ts'

/** How full the pool is, under names of the field: utilisation, saturation, and how long callers waited. */
export function measurePool(meter: Meter, stats: () => PoolStats | undefined): void {
  const gauge = (name: string, help: string, read: (stats: PoolStats) => number) =>
    meter.gauge(name, {
      help,
      read: () => {
        const now = stats()
        return now === undefined ? 0 : read(now)
      },
    })
  gauge('db_pool_in_use', 'Connections that somebody has.', ({ inUse }) => inUse)
  gauge('db_pool_idle', 'Connections that wait to be used.', ({ idle }) => idle)
  gauge('db_pool_waiting', 'Callers that wait for a connection.', ({ waiting }) => waiting)
  gauge('db_pool_max', 'Connections that there may be.', ({ max }) => max)
  meter.counter('db_pool_wait_seconds_total', {
    help: 'Time that callers waited for a connection.',
    read: () => (stats()?.acquired.total ?? 0) / 1000,
  })
}
