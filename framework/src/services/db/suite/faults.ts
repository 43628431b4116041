import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { ambient } from '../../../std/ambient.ts'
import { systemClock } from '../../../std/clock.ts'
import { silentLog } from '../../../std/log.ts'
import { openDb, type Db } from '../db.ts'
import { collectingLog, needsTwo, openGroup, run, type DbSuite, type Line } from './context.ts'
import { openProxy, type Proxy } from './proxy.ts'

const forever = 'select pg_sleep(60)'

export function faultCases(suite: DbSuite): void {
  describe('cancelled and lost', () => {
    // PGlite ends what it cannot cancel with its thread: on a busy machine another one starts in more than the usual 5 s.
    const group = openGroup(suite, { statementDeadline: 10_000, pool: { acquireTimeout: 60_000 } })
    const gone = new Error('the caller went away')

    /** Aborts once the server is seen running the statement; where there is one connection only, once it has been sent. */
    async function abortWhenRunning(controller: AbortController): Promise<void> {
      const running = "select 1 from pg_stat_activity where query = $1 and state = 'active'"
      while (group.db.stats().max > 1 && (await run(group.db, running, [forever])).length === 0);
      setImmediate(() => controller.abort(gone))
    }

    /** The server answers a cancelled statement a moment before it calls its backend idle. */
    async function assertNothingRuns(): Promise<void> {
      const look = (): Promise<unknown[]> =>
        run(group.db, "select query from pg_stat_activity where query = $1 and state = 'active'", [forever])
      const patience = AbortSignal.timeout(5_000)
      while ((await look()).length > 0 && !patience.aborted);
      assert.deepEqual(await look(), [])
    }

    it('cancels a statement on the server when the signal of the request fires, and rejects with its reason', async () => {
      const controller = new AbortController()
      const request = { id: '1', route: 'GET /', signal: controller.signal, log: silentLog }
      const statement = assert.rejects(
        ambient.run(request, () => run(group.db, forever)),
        gone,
      )
      await abortWhenRunning(controller)
      await statement
      await assertNothingRuns()
    })

    it('cancels a transaction when its signal fires, and gives its connection back clean · M10.15', async () => {
      const controller = new AbortController()
      const unit = assert.rejects(
        group.db.transaction((tx) => run(tx, forever), { signal: controller.signal }),
        gone,
      )
      await abortWhenRunning(controller)
      await unit
      assert.equal(group.db.stats().inUse, 0)
      await assertNothingRuns()
    })

    it('cancels a statement that takes longer than the deadline of its transaction', async () => {
      await assert.rejects(
        group.db.transaction((tx) => run(tx, forever), { deadline: 30 }),
        { code: 'deadline-exceeded', status: 504 },
      )
      await assertNothingRuns()
    })

    it('takes the connection back from work that hangs on something else, and refuses what it does afterwards · M10.15', async () => {
      const controller = new AbortController()
      const hangs = Promise.withResolvers<void>()
      const wakes = Promise.withResolvers<void>()
      let late: Promise<unknown> | undefined
      const unit = group.db.transaction(
        async (tx) => {
          await run(tx, 'select 1')
          hangs.resolve()
          await wakes.promise
          late = assert.rejects(run(tx, 'select 2'), /This transaction is over/)
        },
        { signal: controller.signal },
      )
      await hangs.promise
      controller.abort(gone)
      await assert.rejects(unit, gone)
      assert.equal(group.db.stats().inUse, 0)
      wakes.resolve()
      await new Promise(setImmediate)
      await late
      assert.notEqual(late, undefined)
    })

    it('does not begin when the signal has already fired', async () => {
      const unit = group.db.transaction(() => assert.fail('the work ran'), { signal: AbortSignal.abort(gone) })
      await assert.rejects(unit, gone)
    })

    it('answers 503 when the server ends the connection, without a name in the message, and then goes on', async (t) => {
      if (needsTwo(t, group.db)) return
      await assert.rejects(run(group.db, 'select pg_terminate_backend(pg_backend_pid())'), (error: Error) => {
        assert.equal(error.message, 'The database cannot be reached at the moment.')
        return 'code' in error && error.code === 'database-unavailable' && error.cause instanceof Error
      })
      assert.deepEqual(await run(group.db, 'select 1 as one'), [{ one: 1 }])
    })

    it('knows that nothing was saved when the work hid the loss of its connection', async (t) => {
      if (needsTwo(t, group.db)) return
      const unit = group.db.transaction(async (tx) => void (await run(tx, 'select pg_terminate_backend(pg_backend_pid())').catch(() => {})))
      await assert.rejects(unit, { code: 'database-unavailable' })
    })

    it('says that nobody knows when the connection is lost during the commit, and does not run it again', async (t) => {
      if (needsTwo(t, group.db)) return
      await run(
        group.db,
        `drop table if exists suite_doomed; create table suite_doomed (id int);
         create or replace function suite_die() returns trigger language plpgsql as $$ begin perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(1); return null; end $$;
         create constraint trigger die after insert on suite_doomed deferrable initially deferred for each row execute function suite_die()`,
      )
      let runs = 0
      const unit = group.db.transaction(async (tx) => (runs++, await run(tx, 'insert into suite_doomed values (1)')))
      await assert.rejects(unit, { code: 'commit-outcome-unknown' })
      assert.equal(runs, 1)
    })
  })

  describe('behind a network that fails', () => {
    /** Hands `test` a database behind a network that can be cut, and closes both. */
    async function behindProxy(
      t: TestContext,
      acquireTimeout: number,
      test: (proxy: Proxy, db: Db, lines: readonly Line[]) => Promise<void>,
    ): Promise<void> {
      const proxy = await openProxy(await suite.url())
      if (proxy === undefined) return t.skip('the engine is not behind a network')
      const { log, lines } = collectingLog()
      const db = await openDb(proxy.url, { log, clock: systemClock, pool: { acquireTimeout } })
      try {
        await test(proxy, db, lines)
      } finally {
        await db.close()
        await proxy.stop()
      }
    }
    const twenty = (work: () => Promise<unknown>): Promise<unknown[]> => Promise.all(Array.from({ length: 20 }, work))
    const answers = Array(20).fill([{ one: 1 }])
    const one = 'select 1 as one'

    it('rides out a short outage without a failed request · M10.14', (t) =>
      behindProxy(t, 10_000, async (proxy, db) => {
        await twenty(() => run(db, one))
        // At once, before the pool can have noticed that every connection it holds is dead.
        await proxy.stop()
        const units = twenty(() => db.transaction((tx) => run(tx, one)))
        await proxy.start()
        assert.deepEqual(await units, answers)

        await proxy.stop()
        while (db.stats().idle > 0) await new Promise(setImmediate)
        const statements = twenty(() => run(db, one))
        await proxy.start()
        assert.deepEqual(await statements, answers)
      }))

    it('answers 503 in a long outage, and goes on by itself when it is over · M10.14', (t) =>
      behindProxy(t, 200, async (proxy, db, lines) => {
        await proxy.stop()
        while (db.stats().idle > 0) await new Promise(setImmediate)
        const unavailable = { code: 'database-unavailable', status: 503, headers: { 'retry-after': '2' } }
        await assert.rejects(run(db, one), unavailable)
        await assert.rejects(db.health(new AbortController().signal), unavailable)
        await proxy.start()
        while (await run(db, one).then(() => false, () => true)) await new Promise(setImmediate) // prettier-ignore
        const events = lines.map((line) => line.event)
        assert.deepEqual([events[0], events.at(-1)], ['db.unreachable', 'db.reachable'])
      }))

    it('refuses to start, and says why, where no database answers', async (t) => {
      const proxy = await openProxy(await suite.url())
      if (proxy === undefined) return t.skip('the engine is not behind a network')
      await proxy.stop()
      const url = new URL(proxy.url)
      url.password = 'hidden'
      const opening = openDb(url.href, { log: silentLog, clock: systemClock })
      await assert.rejects(opening, (error: Error) => {
        assert.match(error.message, /Cannot connect to postgres(ql)?:.*ECONNREFUSED/)
        assert.doesNotMatch(error.message, /hidden/)
        return 'code' in error && error.code === 'database-unreachable'
      })
    })
  })
}
