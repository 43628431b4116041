import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ambient } from '../../../std/ambient.ts'
import { silentLog } from '../../../std/log.ts'
import { openGroup, run, type DbSuite } from './context.ts'

export function poolCases(suite: DbSuite): void {
  describe('a pool of one connection', () => {
    const group = openGroup(suite, { pool: { max: 1, acquireTimeout: 400 } })

    it('answers 503 when it stays full, and the log names the holder and its line · M10.13', async () => {
      const { promise: held, resolve: letGo } = Promise.withResolvers<void>()
      const { promise: started, resolve: start } = Promise.withResolvers<void>()
      const request = { id: '1', route: 'GET /slow', signal: new AbortController().signal, log: silentLog }
      const holder = ambient.run(request, () => group.db.transaction(async (tx) => (await run(tx, 'select 42'), start(), await held)))
      await started
      await assert.rejects(run(group.db, 'select 1'), { code: 'pool-exhausted', status: 503, headers: { 'retry-after': '1' } })
      letGo()
      await holder
      const logged = group.lines.find(({ event }) => event === 'db.pool-exhausted')
      assert.deepEqual([logged?.['inUse'], logged?.['max'], logged?.['waiting']], [1, 1, 1])
      assert.match(
        JSON.stringify(logged?.['holder']),
        /"route":"GET \/slow","sql":"select 42","heldMs":\d+,"line":".*suite.pool\.[jt]s:\d+/,
      )
      assert.deepEqual(await run(group.db, 'select 1 as one'), [{ one: 1 }])
    })
  })

  describe('a pool of one connection that is waited for', () => {
    const group = openGroup(suite, { pool: { max: 1, acquireTimeout: 60_000 } })

    it('serves those who wait in their order', async () => {
      const order: number[] = []
      await Promise.all([1, 2, 3, 4].map(async (n) => (await run(group.db, 'select 1'), order.push(n))))
      assert.deepEqual(order, [1, 2, 3, 4])
    })

    it('stops waiting when the request is over', async () => {
      const over = new AbortController()
      const gone = new Error('gone')
      await group.db.transaction(async (tx) => {
        await run(tx, 'select 1')
        const waiting = group.db.health(over.signal)
        over.abort(gone)
        await assert.rejects(waiting, gone)
      })
      assert.equal(group.db.stats().waiting, 0)
    })
  })
}
