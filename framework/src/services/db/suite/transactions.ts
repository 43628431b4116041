import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import type { DatabaseError } from 'pg'
import type { Tx } from '../tx.ts'
import { run, type Group } from './context.ts'

export function transactionCases(group: Group): void {
  describe('transactions', () => {
    before(() => run(group.db, 'drop table if exists suite_notes; create table suite_notes (text text primary key)'))
    const note = (tx: Tx, text: string): Promise<unknown> => run(tx, 'insert into suite_notes values ($1)', [text])
    const notes = async (): Promise<unknown[]> =>
      (await run(group.db, 'select text from suite_notes order by text')).map((row) => row['text'])
    const clear = (): Promise<unknown> => run(group.db, 'truncate suite_notes')
    const raise = (state: string): string => `do $$ begin raise exception 'again' using errcode = '${state}'; end $$`

    it('saves everything and gives back what the work returned', async () => {
      await clear()
      const result = await group.db.transaction(async (tx) => (await note(tx, 'a'), await note(tx, 'b'), 'done'))
      assert.equal(result, 'done')
      assert.deepEqual(await notes(), ['a', 'b'])
    })

    it('saves nothing when the work throws, and the connection is clean afterwards · M10.15', async () => {
      await clear()
      const bug = new Error('bug')
      await assert.rejects(
        group.db.transaction(async (tx) => {
          await note(tx, 'a')
          throw bug
        }),
        bug,
      )
      assert.deepEqual(await notes(), [])
      assert.equal(group.db.stats().inUse, 0)
    })

    it('does not pretend to have saved when the work swallowed an error', async () => {
      await clear()
      const unit = group.db.transaction(async (tx) => {
        await note(tx, 'a')
        await note(tx, 'a').catch(() => {})
      })
      await assert.rejects(
        unit,
        (error: Error) => /Nothing was saved/.test(error.message) && (error.cause as DatabaseError).code === '23505',
      )
      assert.deepEqual(await notes(), [])
    })

    it('may enclose others: all of it is saved together, and a part that fails is undone alone', async () => {
      await clear()
      const order: string[] = []
      await group.db.transaction(
        async (tx) => {
          await note(tx, 'outer')
          await group.db.transaction(async (part) => {
            await note(part, 'part')
            part.withCommit({ sql: 'insert into suite_notes values ($1)', parameters: ['with the commit'] })
            part.afterCommit(() => void order.push('after'))
          })
          const failing = group.db.transaction(async (part) => {
            await note(part, 'undone')
            part.afterCommit(() => void order.push('never'))
            await note(part, 'undone')
          })
          await assert.rejects(failing, { code: '23505' })
          // What the first part left for the commit can be read all the same.
          assert.equal((await notes()).length, 3)
          await assert.rejects(run(group.db, 'select 1 / 0'), { code: '22012' })
          await Promise.all(['x', 'y'].map((text) => group.db.transaction((part) => note(part, text))))
          order.push('before')
        },
        { encloses: true },
      )
      assert.deepEqual(await notes(), ['outer', 'part', 'with the commit', 'x', 'y'])
      assert.deepEqual(order, ['before', 'after'])
    })

    it('undoes everything that it encloses when it fails itself', async () => {
      await clear()
      const failing = group.db.transaction(
        async () => {
          await group.db.transaction((part) => note(part, 'part'))
          await run(group.db, "insert into suite_notes values ('alone')")
          throw new Error('bug')
        },
        { encloses: true },
      )
      await assert.rejects(failing, /bug/)
      assert.deepEqual(await notes(), [])
    })

    it('encloses only what is as isolated as itself, and a part encloses nothing', async () => {
      await group.db.transaction(
        async () => {
          await assert.rejects(
            group.db.transaction(async () => {}, { isolation: 'serializable' }),
            /cannot join one that is read committed/,
          )
          await group.db.transaction(() => assert.rejects(run(group.db, 'select 1'), /used inside a transaction/))
        },
        { encloses: true },
      )
    })

    it('refuses to write when it is read only', async () => {
      await assert.rejects(
        group.db.transaction((tx) => note(tx, 'a'), { readOnly: true }),
        { code: '25006' },
      )
    })

    it('costs nothing when the work runs no statement', async () => {
      assert.equal(await group.db.transaction(async () => 7), 7)
    })

    it('undoes only the savepoint whose work throws', async () => {
      await clear()
      await group.db.transaction(async (tx) => {
        await note(tx, 'outer')
        await assert.rejects(tx.transaction(async (inner) => (await note(inner, 'inner'), await note(inner, 'outer'))))
        await tx.transaction(async (inner) => {
          await note(inner, 'kept')
          await inner.transaction((deepest) => note(deepest, 'deepest'))
        })
      })
      assert.deepEqual(await notes(), ['deepest', 'kept', 'outer'])
    })

    it('refuses the outer tx while a savepoint is open, and any tx after its end', async () => {
      let leaked: Tx | undefined
      await group.db.transaction(async (tx) => {
        leaked = tx
        await assert.rejects(
          tx.transaction(() => note(tx, 'x')),
          /A savepoint is open/,
        )
      })
      await assert.rejects(note(leaked!, 'x'), /This transaction is over/)
    })

    it('refuses the database itself inside of a transaction, at once', async () => {
      await group.db.transaction(async (tx) => {
        await assert.rejects(run(group.db, 'select 1'), /use the `tx`/)
        await assert.rejects(
          group.db.transaction(async () => {}),
          /use the `tx`/,
        )
        await run(tx, 'select 1')
      })
      await run(group.db, 'select 1')
    })

    const lastly = (tx: Tx, text: string): void => tx.withCommit({ sql: 'insert into suite_notes values ($1)', parameters: [text] })

    it('sends what belongs to the commit with it, after everything else', async () => {
      await clear()
      const before = await group.db.transaction(async (tx) => {
        lastly(tx, 'b')
        lastly(tx, 'c')
        await note(tx, 'a')
        return (await run(tx, 'select text from suite_notes')).length
      })
      assert.equal(before, 1)
      assert.deepEqual(await notes(), ['a', 'b', 'c'])
      await group.db.transaction(async (tx) => lastly(tx, 'd'))
      assert.deepEqual(await notes(), ['a', 'b', 'c', 'd'])
    })

    it('saves nothing when what belongs to the commit fails, and rejects with its error · M10.3', async () => {
      await clear()
      const unit = group.db.transaction(async (tx) => {
        await note(tx, 'a')
        lastly(tx, 'b')
        lastly(tx, 'a')
        lastly(tx, 'c')
      })
      await assert.rejects(unit, { code: '23505' })
      assert.deepEqual(await notes(), [])
      assert.equal(group.db.stats().inUse, 0)
    })

    it('forgets what belongs to the commit with the savepoint that is undone', async () => {
      await clear()
      await group.db.transaction(async (tx) => {
        lastly(tx, 'a')
        await assert.rejects(
          tx.transaction(async (inner) => (lastly(inner, 'b'), Promise.reject(new Error('undo')))),
          /undo/,
        )
        await tx.transaction(async (inner) => lastly(inner, 'c'))
      })
      assert.deepEqual(await notes(), ['a', 'c'])
    })

    it('runs after-commit work once it is committed, in order, and logs what it throws', async () => {
      await clear()
      const seen: unknown[] = []
      await group.db.transaction(async (tx) => {
        tx.afterCommit(async () => void seen.push(await notes()))
        tx.afterCommit(() => {
          throw new Error('hook')
        })
        tx.afterCommit(() => void seen.push('last'))
        await note(tx, 'a')
        assert.deepEqual(seen, [])
      })
      assert.deepEqual(seen, [['a'], 'last'])
      assert.equal(group.lines.filter((line) => line.event === 'db.after-commit-failed').length, 1)
    })

    it('forgets after-commit work with the transaction or savepoint that is undone', async () => {
      const seen: string[] = []
      await assert.rejects(
        group.db.transaction(async (tx) => {
          tx.afterCommit(() => void seen.push('undone'))
          throw new Error('no')
        }),
      )
      await group.db.transaction(async (tx) => {
        const inner = tx.transaction(async (deeper) => {
          deeper.afterCommit(() => void seen.push('undone too'))
          throw new Error('no')
        })
        await assert.rejects(inner)
        tx.afterCommit(() => void seen.push('kept'))
      })
      assert.deepEqual(seen, ['kept'])
    })

    for (const state of ['40001', '40P01']) {
      it(`runs the whole unit again after SQLSTATE ${state}, and saves it once, which the log tells · M10.5 M15.2`, async () => {
        await clear()
        let runs = 0
        await group.db.transaction(async (tx) => {
          await note(tx, `run ${++runs}`)
          // The work hides the server's error behind its own, and still the unit is run again.
          if (runs < 3) await run(tx, raise(state)).catch(() => Promise.reject(new Error('wrapped')))
        })
        assert.deepEqual(await notes(), ['run 3'])
        const retried = group.lines.filter(({ event, code }) => event === 'db.transaction-retried' && code === state)
        assert.deepEqual(
          retried.map(({ attempt }) => attempt),
          [2, 3],
        )
      })
    }

    it('gives up after as many retries as allowed, with the last error · M10.5', async () => {
      let runs = 0
      const unit = group.db.transaction(async (tx) => (runs++, await run(tx, raise('40001'))), { retries: 2 })
      await assert.rejects(unit, { code: '40001' })
      assert.equal(runs, 3)
    })
  })
}
