import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { before, describe, it } from 'node:test'
import type { Isolation, Tx } from '../tx.ts'
import { needsTwo, run, type Group } from './context.ts'

/** Runs what it is given outside of every transaction, where the database itself may be used. */
const outside = AsyncLocalStorage.snapshot()

/** Lets one transaction wait for a point in another one. */
function gate(): { open(): void; passed: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { open: resolve, passed: promise }
}

export function isolationCases(group: Group): void {
  describe('isolation', () => {
    before(() =>
      run(
        group.db,
        `drop table if exists suite_accounts; create table suite_accounts (id int primary key, balance int not null constraint suite_no_overdraft check (balance >= 0))`,
      ),
    )
    const reset = (): Promise<unknown> => run(group.db, 'truncate suite_accounts; insert into suite_accounts values (1, 100), (2, 100)')
    const balance = async (tx: Tx, id: number): Promise<number> =>
      (await run(tx, 'select balance from suite_accounts where id = $1', [id]))[0]?.['balance'] as number
    const set = (tx: Tx, id: number, to: number): Promise<unknown> =>
      run(tx, 'update suite_accounts set balance = $1 where id = $2', [to, id])
    const total = async (): Promise<unknown> => (await run(group.db, 'select sum(balance)::int as n from suite_accounts'))[0]?.['n']

    it('never shows what is not committed · M10.5 dirty read', async (t) => {
      if (needsTwo(t, group.db)) return
      await reset()
      const written = gate()
      const read = gate()
      const writer = group.db.transaction(
        async (tx) => (await set(tx, 1, 0), written.open(), await read.passed, Promise.reject(new Error('undo'))),
      )
      await written.passed
      assert.equal(await group.db.transaction((tx) => balance(tx, 1)), 100)
      read.open()
      await assert.rejects(writer, /undo/)
    })

    /** What a transaction sees before and after another one commits a change and a new row. */
    async function readTwice(isolation: Isolation): Promise<number[]> {
      await reset()
      return group.db.transaction(
        async (tx) => {
          const look = async (): Promise<number> => (await run(tx, 'select sum(balance)::int as n from suite_accounts'))[0]?.['n'] as number
          const first = await look()
          await outside(() =>
            group.db.transaction(async (other) => (await set(other, 1, 50), await run(other, 'insert into suite_accounts values (3, 7)'))),
          )
          return [first, await look()]
        },
        { isolation },
      )
    }

    it('shows at read committed what was committed meanwhile · M10.5 non-repeatable read, phantom', async (t) => {
      if (needsTwo(t, group.db)) return
      assert.deepEqual(await readTwice('read committed'), [200, 157])
    })

    for (const isolation of ['repeatable read', 'serializable'] as const) {
      it(`shows the same twice at ${isolation} · M10.5 non-repeatable read, phantom`, async (t) => {
        if (needsTwo(t, group.db)) return
        assert.deepEqual(await readTwice(isolation), [200, 200])
      })
    }

    /** Two transactions that both read before either writes, `runs` counting how often the work ran. */
    async function together(isolation: Isolation, work: (tx: Tx, who: number) => Promise<unknown>): Promise<number> {
      await reset()
      let runs = 0
      const bothRead = gate()
      const one = (who: number): Promise<unknown> =>
        group.db.transaction(
          async (tx) => {
            await balance(tx, who)
            if (++runs === 2) bothRead.open()
            await bothRead.passed
            await work(tx, who)
          },
          { isolation },
        )
      await Promise.all([one(1), one(2)])
      return runs
    }

    it('loses no update at repeatable read: the second unit runs again · M10.5 lost update', async (t) => {
      if (needsTwo(t, group.db)) return
      const runs = await together('repeatable read', async (tx) => set(tx, 1, (await balance(tx, 1)) + 10))
      assert.deepEqual([await total(), runs], [220, 3])
    })

    it('lets no write skew through at serializable: the second unit runs again · M10.5 write skew', async (t) => {
      if (needsTwo(t, group.db)) return
      // Each may take its account to nothing as long as the other one still has something.
      const takeAll = async (tx: Tx, who: number): Promise<void> => {
        const sum = (await run(tx, 'select sum(balance)::int as n from suite_accounts'))[0]?.['n'] as number
        if (sum >= 200) await set(tx, who, 0)
      }
      assert.equal(await together('repeatable read', takeAll), 2)
      assert.equal(await total(), 0)
      assert.equal(await together('serializable', takeAll), 3)
      assert.equal(await total(), 100)
    })

    it('brings both units of a deadlock to their end · M10.5', async (t) => {
      if (needsTwo(t, group.db)) return
      const bothLocked = gate()
      let locked = 0
      const runs = await together('read committed', async (tx, who) => {
        await run(tx, 'update suite_accounts set balance = balance + 1 where id = $1', [who])
        if (++locked === 2) bothLocked.open()
        await bothLocked.passed
        await run(tx, 'update suite_accounts set balance = balance + 1 where id = $1', [3 - who])
      })
      assert.deepEqual([await total(), runs], [204, 3])
    })

    it('keeps the total and never goes below zero under 100 parallel transfers · M10.19', async () => {
      await reset()
      // In the order of the ids, whichever way the money goes: two transfers can then wait for each other but never in a circle.
      const transfer = (amount: number): Promise<unknown> =>
        group.db.transaction(async (tx) => {
          await run(tx, 'update suite_accounts set balance = balance - $1 where id = 1', [amount])
          await run(tx, 'update suite_accounts set balance = balance + $1 where id = 2', [amount])
        })
      const outcomes = await Promise.allSettled(Array.from({ length: 100 }, (_, index) => transfer(index % 3 === 0 ? -7 : 7)))
      const refused = outcomes
        .filter((outcome) => outcome.status === 'rejected')
        .map((outcome) => (outcome.reason as { constraint?: string }).constraint)
      assert.equal(await total(), 200)
      assert.ok(refused.every((constraint) => constraint === 'suite_no_overdraft'))
      assert.ok(refused.length > 0 && refused.length < 100)
    })
  })
}
