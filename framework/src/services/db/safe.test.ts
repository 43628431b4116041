import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ambient } from '../../std/ambient.ts'
import { silentLog } from '../../std/log.ts'
import { assertSafe } from './safe.ts'

const within = (safe: boolean, sql: string) =>
  ambient.run({ id: '1', route: 'GET /things', signal: new AbortController().signal, log: silentLog, safe }, () => assertSafe(sql))

describe('a request whose method is safe', () => {
  const writes = [
    'insert into t values (1)',
    '  UPDATE t SET a = 1',
    'delete from t',
    'merge into t using s on true when matched then delete',
    'truncate t',
    'create table t ()',
    'with gone as (delete from t returning *) select * from gone',
    'with a as (select 1),\n b as (update "t" set x = 1 returning x) select * from b',
    'with new as (insert into t select 1 returning *) select * from new',
    'copy t from stdin',
  ]
  for (const sql of writes)
    it(`may not run ${sql} · M02.9`, () =>
      assert.throws(() => within(true, sql), /^Error: GET must be safe, but GET \/things writes: .+ Use POST/s))

  const reads = [
    'select * from updates where note = $1',
    'with t as (select 1) select * from t',
    "with t as (select 'please update it') select deleted from t for update",
    'select 1',
    'begin',
    'commit',
    'copy (select 1) to stdout',
  ]
  for (const sql of reads) it(`may run ${sql}`, () => within(true, sql))

  it('is the only one that is looked at', () => {
    within(false, 'delete from t')
    assertSafe('delete from t')
  })
})
