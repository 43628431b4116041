import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { systemClock, type Clock } from '../../../std/clock.ts'
import { keyset, type KeysetRequest } from '../keyset.ts'
import { tables } from '../tables.ts'
import { run, type Group } from './context.ts'

const on = tables<{ suite_events: { id: number; at: Date; kind: string } }>()
const secret = 'a secret of at least thirty-two bytes'

export function keysetCases(group: Group): void {
  describe('keyset pages', () => {
    // Three rows share each moment, and the moments differ by a microsecond: less than a Date can tell.
    const setup = `drop table if exists suite_events;
      create table suite_events (id int primary key, at timestamptz not null, kind text not null);
      insert into suite_events select n, timestamptz '2026-01-01' + (n / 3) * interval '1 microsecond', chr(97 + n % 4) from generate_series(1, 40) n`
    before(() => run(group.db, setup))
    const pages = keyset({ secret, clock: systemClock })
    const newest: KeysetRequest['order'] = [
      ['at', 'desc'],
      ['id', 'desc'],
    ]
    const page = (order: KeysetRequest['order'], after?: string, scope: unknown = {}, from = pages) =>
      from.page(on(group.db).selectFrom('suite_events').select(['id']), { order, limit: 7, after, scope })

    async function walk(order: KeysetRequest['order'], between?: () => Promise<unknown>): Promise<number[]> {
      const ids: number[] = []
      for (let after: string | undefined, pageCount = 0; pageCount < 20; pageCount++) {
        const { items, next } = await page(order, after)
        ids.push(...items.map((row) => row.id))
        if (next === undefined) return ids
        after = next
        await between?.()
      }
      throw new Error('The pages do not end.')
    }

    const orders: [what: string, order: KeysetRequest['order'], sql: string][] = [
      ['descending', newest, 'at desc, id desc'],
      ['ascending', [['id', 'asc']], 'id'],
      ['mixed', [['kind', 'asc'], ['at', 'desc'], ['id', 'asc']], 'kind, at desc, id'],
    ] // prettier-ignore
    for (const [what, order, sql] of orders) {
      it(`reads every row once, in ${what} order · M09.7`, async () => {
        const expected = (await run(group.db, `select id from suite_events order by ${sql}`)).map((row) => row['id'])
        assert.deepEqual(await walk(order), expected)
      })
    }

    it('neither skips nor repeats a row while others come and go · M09.7', async () => {
      let next = 100
      const churn = async (): Promise<void> => {
        await run(group.db, "insert into suite_events values ($1, timestamptz '2026-02-01', 'z')", [next++])
        await run(group.db, 'delete from suite_events where id = (select max(id) from suite_events where id < 41)')
      }
      const ids = await walk([['id', 'asc']], churn)
      assert.equal(new Set(ids).size, ids.length)
      const untouched = (await run(group.db, 'select id from suite_events where id < 41')).map((row) => row['id'] as number)
      assert.ok(untouched.every((id) => ids.includes(id)))
    })

    it('gives rows without anything that was not selected', async () => {
      const { items } = await page([['id', 'asc']])
      assert.deepEqual(Object.keys(items[0] ?? {}), ['id'])
    })

    it('refuses a cursor that was changed, made for another order, scope or secret, or not made here · M09.7', async () => {
      const { next = '' } = await page(newest)
      const refused = { code: 'invalid-cursor', status: 400 }
      const payload = Buffer.from(JSON.stringify([9e15, '2030-01-01', '1'])).toString('base64url')
      await assert.rejects(page(newest, `${payload}.${next.split('.')[1]}`), refused)
      await assert.rejects(page([['id', 'asc']], next), refused)
      await assert.rejects(page(newest, next, { buyer: 'somebody else' }), refused)
      await assert.rejects(page(newest, next, {}, keyset({ secret: secret.toUpperCase(), clock: systemClock })), refused)
      for (const forged of ['', '.', 'x', 'x.y', `${next}x`, "'; drop table suite_events; --"])
        await assert.rejects(page(newest, forged), refused)
    })

    it('refuses a cursor after its lifetime · M09.7', async () => {
      let now = 0
      const clock: Clock = { ...systemClock, now: () => new Date(now) }
      const shortLived = keyset({ secret, clock, lifetime: 1_000 })
      const { next } = await page(newest, undefined, {}, shortLived)
      now = 999
      await page(newest, next, {}, shortLived)
      now = 1_000
      await assert.rejects(page(newest, next, {}, shortLived), /expired/)
    })
  })
}
