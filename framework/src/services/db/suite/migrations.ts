import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Migrations } from '../migrations/migrations.ts'
import type { MigrationStep } from '../migrations/set.ts'
import { needsTwo, run, type Group } from './context.ts'

const first: MigrationStep = {
  name: '0001-books',
  sql: 'create table suite_books (id int primary key);\ninsert into suite_books values (1)',
}
const second: MigrationStep = { name: '0002-titles', sql: "alter table suite_books add column title text not null default ''" }
const broken: MigrationStep = {
  name: '0003-broken',
  sql: 'insert into suite_books (id) values (2);\nalter table suite_books\n  add colum pages int',
}

export function migrationCases(group: Group): void {
  describe('migrations', () => {
    const fresh = (): Promise<unknown> => run(group.db, 'drop table if exists suite_books; drop table if exists throughline_migrations')
    const steps = (...all: MigrationStep[]): Migrations => group.db.migrations.of([{ name: 'suite', steps: all }])
    const books = async (): Promise<unknown> => (await run(group.db, 'select count(*)::int as n from suite_books'))[0]?.['n']

    it('applies what is pending in order, once · M10.26', async () => {
      await fresh()
      const migrations = steps(second, first)
      assert.deepEqual(
        (await migrations.apply()).map(({ name }) => name),
        ['0001-books', '0002-titles'],
      )
      assert.deepEqual(await migrations.apply(), [])
      assert.equal(await books(), 1)
    })

    it('says what is applied and what is pending, and shows what it would run without running it · M10.26', async () => {
      await fresh()
      await steps(first).apply()
      const migrations = steps(first, second)
      assert.deepEqual((await migrations.status()).map(({ name, state }) => [name, state]), [['0001-books', 'applied'], ['0002-titles', 'pending']]) // prettier-ignore
      assert.deepEqual(await migrations.plan(), [{ set: 'suite', name: '0002-titles', sql: second.sql, transactional: true }])
      assert.deepEqual(await run(group.db, 'select * from suite_books'), [{ id: 1 }])
    })

    it('keeps nothing of a migration that fails, and says where it did · M10.26', async () => {
      await fresh()
      await assert.rejects(steps(first, second, broken).apply(), (error: Error) => {
        assert.match(error.message, /suite\/0003-broken:3:19: syntax error .* \(SQLSTATE 42601\)/)
        return 'code' in error && error.code === 'migration-failed'
      })
      assert.equal(await books(), 1)
      assert.deepEqual(
        (await steps(first, second, broken).status()).map(({ state }) => state),
        ['applied', 'applied', 'pending'],
      )
    })

    it('refuses a migration that was edited after it was applied, is gone, or comes too late · M10.26', async () => {
      await fresh()
      await steps(first, second).apply()
      const edited = steps({ ...first, sql: first.sql + ' -- edited' }, second)
      await assert.rejects(edited.apply(), { code: 'migration-edited' })
      assert.deepEqual(
        (await edited.status()).map(({ state }) => state),
        ['edited', 'applied'],
      )
      await assert.rejects(steps(first).apply(), { code: 'migration-missing' })
      await assert.rejects(steps({ name: '0000-late', sql: 'select 1' }, first, second).apply(), { code: 'migration-out-of-order' })
    })

    it('takes line endings as Git writes them for no edit', async () => {
      await fresh()
      await steps(first).apply()
      assert.deepEqual(await steps({ ...first, sql: first.sql.replaceAll('\n', '\r\n') }).apply(), [])
    })

    it('refuses a migration that commits by itself', async () => {
      await fresh()
      await assert.rejects(
        steps({ name: '0001-sly', sql: 'create table suite_books (id int); commit' }).apply(),
        /ends or begins a transaction by itself/,
      )
    })

    it('runs outside of a transaction what asks for it · M10.26', async () => {
      await fresh()
      const concurrently = '-- no-transaction\ncreate index concurrently if not exists suite_books_id on suite_books (id)'
      await steps(first, { name: '0002-index', sql: concurrently }).apply()
      assert.equal((await run(group.db, "select 1 from pg_indexes where indexname = 'suite_books_id'")).length, 1)
    })

    it('lets one of two runners do the work while the other one waits · M10.26', async (t) => {
      if (needsTwo(t, group.db)) return
      await fresh()
      const slow = { ...first, sql: `select pg_sleep(0.2); ${first.sql}` }
      const runners = await Promise.all([steps(slow, second).apply(), steps(slow, second).apply()])
      assert.deepEqual(
        runners.map((applied) => applied.length).toSorted((a, b) => a - b),
        [0, 2],
      )
      assert.equal(await books(), 1)
    })
  })
}
