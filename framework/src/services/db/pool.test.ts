import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { testClock, type TestClock } from '../../tools/testing/test-clock.ts'
import { defaultLimits, type PoolLimits } from './pool-limits.ts'
import { Pool } from './pool.ts'
import { openSession, type Session } from './session.ts'
import { memoryBackend, type Backend } from './suite/backend.ts'
import { collectingLog, type Line } from './suite/context.ts'

interface Setup {
  readonly pool: Pool
  readonly clock: TestClock
  readonly backend: Backend
  readonly lines: readonly Line[]
  readonly health: readonly string[]
}

/** Runs `test` with a pool whose server is in memory and whose time stands still. */
async function withPool(limits: Partial<PoolLimits>, test: (setup: Setup) => Promise<void>): Promise<void> {
  const clock = testClock()
  const backend = memoryBackend()
  const { log, lines } = collectingLog()
  const needs = { driver: backend.driver, clock, statementDeadline: Infinity, onLost: (session: Session) => pool.lost(session) }
  const health: string[] = []
  const pool: Pool = new Pool({
    log,
    clock,
    limits: { ...defaultLimits, ...limits },
    connect: () => openSession(needs),
    random: () => 0,
    onHealth: (state) => void health.push(state),
  })
  try {
    await test({ pool, clock, backend, lines, health })
  } finally {
    const closed = pool.close()
    clock.advance(60_000)
    await closed
  }
}

/** Lets everything run that waits for nothing but its turn. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
}

const holding = new Error('borrowed')

describe('pool', () => {
  it('opens no more connections than it may, and lends each to one borrower at a time · M10.13', () =>
    withPool({ max: 2 }, async ({ pool, backend }) => {
      const first = await pool.acquire()
      const second = await pool.acquire()
      const third = pool.acquire()
      await settle()
      assert.deepEqual([backend.open, pool.stats().inUse, pool.stats().waiting], [2, 2, 1])
      pool.release(first)
      assert.equal(await third, first)
      pool.release(first)
      pool.release(second)
      assert.deepEqual([pool.stats().inUse, pool.stats().idle, pool.stats().waiting], [0, 2, 0])
    }))

  it('answers 503 after the acquire timeout and not before, and tells the log who holds what · M10.13', () =>
    withPool({ max: 1, acquireTimeout: 5_000 }, async ({ pool, clock, lines }) => {
      const held = await pool.acquire({ route: 'POST /orders', borrowed: holding })
      await held.query('select 1')
      clock.advance(1_000)
      const refused = assert.rejects(pool.acquire(), { code: 'pool-exhausted', status: 503 })
      clock.advance(4_999)
      assert.equal(pool.stats().waiting, 1)
      clock.advance(1)
      await refused
      assert.equal(lines[0]?.event, 'db.pool-exhausted')
      assert.match(
        JSON.stringify(lines[0]?.['holder']),
        /"route":"POST \/orders","sql":"select 1","heldMs":6000,"line":".*pool\.test\.ts:\d+/,
      )
      pool.release(held)
    }))

  it('says that the database is away, and not that all connections are in use, when the first one takes too long to open', () =>
    withPool({ acquireTimeout: 5_000 }, async ({ pool, clock, lines }) => {
      const refused = assert.rejects(pool.acquire(), (error: Error & { code?: string }) => {
        assert.deepEqual(
          [error.code, (error.cause as Error).message],
          ['database-unavailable', 'No connection could be opened within 5000 ms.'],
        )
        return true
      })
      clock.advance(5_000)
      await refused
      assert.deepEqual(lines, [])
    }))

  it('closes what has been idle for long · M10.14', () =>
    withPool({ idleTimeout: 30_000 }, async ({ pool, clock, backend }) => {
      pool.release(await pool.acquire())
      clock.advance(29_000)
      assert.equal(pool.stats().idle, 1)
      clock.advance(2_000)
      await settle()
      assert.deepEqual([pool.stats().idle, backend.open], [0, 0])
    }))

  it('replaces a connection after its lifetime · M10.14', () =>
    withPool({ maxLifetime: 60_000, idleTimeout: Infinity, acquireTimeout: 1_000 }, async ({ pool, clock, backend }) => {
      const first = await pool.acquire()
      clock.advance(60_000)
      pool.release(first)
      const second = await pool.acquire()
      assert.notEqual(second, first)
      assert.equal(backend.accepted, 2)
      pool.release(second)
    }))

  it('asks a connection that was idle for long whether it lives, before it is lent · M10.14', () =>
    withPool({ idleTimeout: Infinity }, async ({ pool, clock, backend }) => {
      pool.release(await pool.acquire())
      pool.release(await pool.acquire())
      assert.deepEqual(backend.statements, [])
      clock.advance(10_000)
      pool.release(await pool.acquire())
      assert.deepEqual(backend.statements, ['select 1'])
    }))

  it('replaces a connection that does not answer any more · M10.14', () =>
    withPool({ idleTimeout: Infinity, acquireTimeout: 20_000 }, async ({ pool, clock, backend }) => {
      const dead = await pool.acquire()
      pool.release(dead)
      clock.advance(10_000)
      backend.silent = true
      const waiting = pool.acquire()
      await settle()
      backend.silent = false
      clock.advance(5_000)
      const fresh = await waiting
      assert.notEqual(fresh, dead)
      pool.release(fresh)
    }))

  it('forgets connections that the server ends while they are idle · M10.14', () =>
    withPool({}, async ({ pool, backend }) => {
      pool.release(await pool.acquire())
      backend.reset()
      await settle()
      assert.equal(pool.stats().idle, 0)
      const session = await pool.acquire()
      assert.equal(session.broken, false)
      pool.release(session)
    }))

  it('tries again with growing pauses while the server is away, and serves who still waits · M10.14', () =>
    withPool({ acquireTimeout: 5_000 }, async ({ pool, clock, backend, lines }) => {
      backend.refusing = true
      const waiting = [pool.acquire(), pool.acquire()]
      for (const pause of [25, 50, 100, 200]) {
        await settle()
        clock.advance(pause)
      }
      backend.refusing = false
      await settle()
      clock.advance(400)
      for (const session of await Promise.all(waiting)) pool.release(session)
      assert.deepEqual(
        lines.map((line) => line.event),
        ['db.unreachable', 'db.reachable'],
      )
    }))

  it('answers 503 at once when the server has been away for longer than a caller waits, and recovers by itself · M15.2 M15.10', () =>
    withPool({ acquireTimeout: 1_000 }, async ({ pool, clock, backend, health }) => {
      const unavailable = { code: 'database-unavailable', status: 503 }
      backend.refusing = true
      const first = assert.rejects(pool.acquire(), unavailable)
      for (let elapsed = 0; elapsed < 2_000; elapsed += 100) {
        await settle()
        clock.advance(100)
      }
      await first
      await assert.rejects(pool.acquire(), unavailable)
      await settle()
      assert.deepEqual([health[0], health.at(-1)], ['half-open', 'open'])
      const knocks = health.length
      // A crowd knocks once, and nobody in it waits.
      clock.advance(2_000)
      await Promise.all(Array.from({ length: 100 }, () => assert.rejects(pool.acquire(), unavailable)))
      await settle()
      assert.equal(health.length, knocks + 1)
      backend.refusing = false
      clock.advance(2_000)
      await assert.rejects(pool.acquire(), unavailable)
      await settle()
      assert.equal(health.at(-1), 'closed')
      pool.release(await pool.acquire())
    }))

  it('names the line that borrowed a connection and does not give it back, once · M10.15', () =>
    withPool({ leakAfter: 30_000 }, async ({ pool, clock, lines }) => {
      const leaked = await pool.acquire({ route: 'GET /leaky', borrowed: holding })
      clock.advance(29_000)
      assert.deepEqual(lines, [])
      clock.advance(10_000)
      assert.deepEqual(
        lines.map(({ event, route }) => [event, route]),
        [['db.connection-held', 'GET /leaky']],
      )
      assert.match(String(lines[0]?.['line']), /pool\.test\.ts:\d+:\d+$/)
      pool.release(leaked)
    }))

  it('rolls back an interrupted connection before it is lent again · M10.15', () =>
    withPool({ max: 1 }, async ({ pool, backend }) => {
      const session = await pool.acquire()
      session.interrupt(new Error('gone'))
      await assert.rejects(session.query('select 1'), /gone/)
      pool.release(session)
      assert.equal(await pool.acquire(), session)
      assert.deepEqual(backend.statements, ['rollback'])
      pool.release(session)
    }))

  it('cuts a connection whose server does not even obey a cancel request · M10.15', () =>
    withPool({}, async ({ pool, clock, backend }) => {
      const session = await pool.acquire()
      backend.silent = true
      const reason = new Error('gone')
      const statement = assert.rejects(session.query('select pg_sleep(60)'), reason)
      session.interrupt(reason)
      await settle()
      clock.advance(5_000)
      await statement
      assert.equal(session.broken, true)
      pool.release(session)
      await settle()
      assert.deepEqual([pool.stats().inUse, pool.stats().idle], [0, 0])
    }))

  it('waits at its close for what is under way, and refuses newcomers with 503', () =>
    withPool({}, async ({ pool, backend }) => {
      const session = await pool.acquire()
      const closed = pool.close()
      await assert.rejects(pool.acquire(), { code: 'shutting-down', status: 503 })
      await session.query('select 1')
      pool.release(session)
      await closed
      await settle()
      assert.equal(backend.open, 0)
    }))
})
