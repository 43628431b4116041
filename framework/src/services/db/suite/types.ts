import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DatabaseError } from 'pg'
import { run, type Group } from './context.ts'

export function typeCases(group: Group): void {
  describe('values and errors', () => {
    const values: [type: string, sent: unknown, received: unknown][] = [
      ['int4', 2_147_483_647, 2_147_483_647],
      ['int8', '9223372036854775807', '9223372036854775807'],
      ['int8', 9_007_199_254_740_993n, '9007199254740993'],
      ['numeric', '12345678901234567890.123456789', '12345678901234567890.123456789'],
      ['float8', 0.1, 0.1],
      ['bool', true, true],
      ['text', "Robert'); drop table students; --", "Robert'); drop table students; --"],
      ['text', 'ünï¢ødé 🦉', 'ünï¢ødé 🦉'],
      ['text', null, null],
      ['uuid', '01890a5d-ac96-774b-bcce-b302099a8057', '01890a5d-ac96-774b-bcce-b302099a8057'],
      ['timestamptz', new Date('2026-03-29T01:30:00.123Z'), new Date('2026-03-29T01:30:00.123Z')],
      ['date', '2026-03-29', '2026-03-29'],
      ['timestamp', '2026-03-29 02:30:00.123456', '2026-03-29 02:30:00.123456'],
      ['date[]', ['2026-03-29'], ['2026-03-29']],
      ['jsonb', { a: [1, 'x', null] }, { a: [1, 'x', null] }],
      ['bytea', Buffer.from([0, 1, 255]), Buffer.from([0, 1, 255])],
      ['int4[]', [1, 2, 3], [1, 2, 3]],
      ['text[]', ['a', 'b"c', ''], ['a', 'b"c', '']],
    ]
    for (const [type, sent, received] of values) {
      it(`sends ${type} beside the statement, and gives ${typeof sent === 'bigint' ? `${sent}n` : JSON.stringify(sent)} back as ${JSON.stringify(received)} · M06.12`, async () => {
        const [row] = await run(group.db, `select $1::${type} as value`, [sent])
        assert.deepEqual(row?.['value'], received)
      })
    }

    const mistakes: [state: string, statement: string][] = [
      ['42601', 'selec 1'],
      ['42P01', 'select * from no_such_table'],
      ['22P02', "select 'x'::int"],
      ['22012', 'select 1 / 0'],
      ['22003', 'select 2147483647 + 1'],
    ]
    for (const [state, statement] of mistakes) {
      it(`rejects \`${statement}\` with PostgreSQL's own error, SQLSTATE ${state}`, async () => {
        await assert.rejects(run(group.db, statement), (error) => error instanceof DatabaseError && error.code === state)
      })
    }

    it('prepares a statement that comes again, and prepares it anew after its table was changed', async () => {
      await run(group.db, 'drop table if exists prepared; create table prepared (id int primary key)')
      await run(group.db, 'insert into prepared values (1)')
      const read = () => run(group.db, 'select * from prepared where id = $1', [1])
      for (let i = 0; i < 3; i++) assert.deepEqual(await read(), [{ id: 1 }])
      await run(group.db, "alter table prepared add column note text not null default 'x'")
      assert.deepEqual(await read(), [{ id: 1, note: 'x' }])
      const again = () => group.db.transaction((tx) => run(tx, 'select * from prepared where id = $1', [1]))
      for (let i = 0; i < 3; i++) assert.deepEqual(await again(), [{ id: 1, note: 'x' }])
      await run(group.db, 'alter table prepared drop column note')
      assert.deepEqual(await again(), [{ id: 1 }])
    })

    it('goes on after an error on the same connection', async () => {
      await assert.rejects(run(group.db, 'selec 1'))
      assert.deepEqual(await run(group.db, 'select 1 as one'), [{ one: 1 }])
    })

    it('reads a result of many megabytes whole', async () => {
      assert.deepEqual(await run(group.db, "select repeat('x', 5000000) as text"), [{ text: 'x'.repeat(5_000_000) }])
    })

    it('says what answers and what its commits survive', () => {
      const { engine } = group.db
      assert.match(engine.version, /^1[5-9]|^[2-9]\d/)
      assert.match(engine.durability, /^(process crash|power loss)$/)
    })
  })
}
