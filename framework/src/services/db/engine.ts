import type { Clock } from '../../std/clock.ts'
import { BootError } from '../../std/errors.ts'
import type { Log } from '../../std/log.ts'
import type { DbDriver } from './driver.ts'
import { openSession } from './session.ts'

/** What answers behind the URL. */
export interface Engine {
  readonly name: DbDriver['name']
  /** As the server writes it: `18.4 (Debian 18.4-1)`. */
  readonly version: string
  /** What an acknowledged commit survives. */
  readonly durability: DbDriver['durability']
}

const oldest = 150_000

/** Asks the server once, before there is a pool, so that a wrong address or password is a clear reason not to start. */
export async function readEngine(driver: DbDriver, needs: { clock: Clock; log: Log; place: string; max: number }): Promise<Engine> {
  const row = await ask(driver, needs.clock).catch((error: unknown) => {
    const said = error instanceof Error && error.message !== '' ? error.message : String((error as { code?: unknown }).code ?? error)
    throw new BootError('database-unreachable', `Cannot connect to ${needs.place}: ${said}`, { cause: error })
  })
  if (Number(row.number) < oldest) {
    throw new BootError('database-too-old', `${needs.place} runs PostgreSQL ${row.version}; 15 is the oldest that works.`)
  }
  const free = Number(row.connections) - Number(row.reserved)
  if (driver.maxConnections > 1 && needs.max > free) needs.log.warn('db.pool-too-large', { max: needs.max, serverAllows: free })
  const weak = row.fsync === 'off' || row.commit === 'off'
  if (weak && driver.durability === 'power loss')
    needs.log.warn('db.durability-weakened', { fsync: row.fsync, synchronous_commit: row.commit })
  return { name: driver.name, version: row.version ?? '', durability: weak ? 'process crash' : driver.durability }
}

async function ask(driver: DbDriver, clock: Clock): Promise<Record<string, string>> {
  const session = await openSession({ driver, clock, statementDeadline: 5_000, onLost() {} })
  try {
    const { rows } = await session.query(
      `select current_setting('server_version_num') as number, current_setting('server_version') as version, current_setting('fsync') as fsync,
              current_setting('synchronous_commit') as commit, current_setting('max_connections') as connections,
              current_setting('superuser_reserved_connections') as reserved`,
    )
    return rows[0] as Record<string, string>
  } finally {
    await session.end()
  }
}
