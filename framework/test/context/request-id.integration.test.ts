import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, describe, it } from 'node:test'
import { sql } from 'kysely'
import * as z from 'zod'
import { endpoint } from '../../src/contract/endpoint.ts'
import { Conflict } from '../../src/contract/problems.ts'
import { implement } from '../../src/http/implement.ts'
import { openDb, tables, type Db } from '../../src/services/db/index.ts'
import { withComment } from '../../src/services/db/statement-comment.ts'
import { outbound } from '../../src/services/fetch/index.ts'
import { ambient } from '../../src/std/ambient.ts'
import { after as later } from '../../src/http/handle/after.ts'
import { systemClock } from '../../src/std/clock.ts'
import { silentLog, type Log } from '../../src/std/log.ts'
import { openSite } from '../http/site.ts'

const contract = {
  work: endpoint('POST /work/{id}', { summary: 'Works', auth: 'none', body: z.object({ fail: z.boolean() }), errors: [Conflict] }),
}
const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`

for (const comment of ['request', 'route'] as const)
  describe(`a request's id, with statements that say the ${comment}`, () => {
    const lines: { event: string; requestId: unknown }[] = []
    const logOf = (fields: Record<string, unknown>): Log => {
      const write = (event: string, more = {}) =>
        void lines.push({ event, requestId: ({ ...fields, ...more } as { requestId?: unknown }).requestId })
      return { ...silentLog, info: write, warn: write, error: write, child: (more) => logOf({ ...fields, ...more }) }
    }
    const statements: string[] = []
    let heard: IncomingHttpHeaders | undefined
    const other = createServer((request, response) => {
      heard = request.headers
      response.end()
    })
    let db: Db
    let site: Awaited<ReturnType<typeof openSite>>
    const outside = outbound({ clock: systemClock, log: silentLog, allow: ['127.0.0.1'], propagateTo: ['127.0.0.1'] })

    before(async () => {
      other.listen(0, '127.0.0.1')
      await once(other, 'listening')
      db = await openDb('pglite:memory', { log: silentLog, clock: systemClock, comment })
      const on = tables<object>()
      const look = async (value: number) => {
        const { rows } = await sql<{ text: string }>`select current_query() as text, ${value}::int as n`.execute(on(db))
        statements.push(rows[0]!.text)
      }
      const work = async (c: { log: Log; body: { fail: boolean } }) => {
        // Three times: from the second on a statement may have a plan that is kept.
        for (let i = 0; i < 3; i++) await look(i)
        await outside.fetch(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`)
        c.log.info('worked')
        later(c as never, () => c.log.info('afterwards'))
        if (c.body.fail) throw Conflict()
      }
      site = await openSite({ routes: implement(contract, { work }), log: logOf({}) })
    })
    after(async () => {
      await site.close()
      await db.close()
      await outside.close()
      other.close()
    })
    beforeEach(() => {
      lines.length = statements.length = 0
      heard = undefined
    })
    const ask = (id: string, fail = false) =>
      fetch(`${site.url}/work/7`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', traceparent, 'x-request-id': id },
        body: JSON.stringify({ fail }),
      })

    it('is in the answer, in every line of the log, in the problem and in what others are asked · M08.6 M07.4', async () => {
      for (const fail of [false, true]) {
        const id = `request-${fail}-1`
        const response = await ask(id, fail)
        await site.site.background.close()
        assert.equal(response.headers.get('x-request-id'), id)
        assert.equal(response.status, fail ? 409 : 204)
        if (fail) assert.equal(((await response.json()) as { requestId: string }).requestId, id)
        assert.equal(heard?.['x-request-id'], id)
        assert.deepEqual(
          lines
            .splice(0)
            .map(({ event, requestId }) => `${event} ${String(requestId)}`)
            .toSorted(),
          [`afterwards ${id}`, `request ${id}`, `worked ${id}`],
        )
      }
    })

    it('is minted where it is missing, or where it is none, and never echoed then · M08.6', async () => {
      const response = await ask('bad id\t<script>')
      const id = response.headers.get('x-request-id')!
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/)
      assert.equal(heard?.['x-request-id'], id)
      assert.ok(statements.every((text) => !text.includes('script')))
    })

    it(`is ${comment === 'request' ? 'in every statement, that of this request and of no other' : 'not in a statement: its route is, and the plan is kept'} · M08.6`, async () => {
      for (const id of ['request-one', 'request-two']) await ask(id)
      const comments = statements.map((text) => text.slice(text.indexOf('/*')))
      const route = "route='POST%20%2Fwork%2F%7Bid%7D'"
      const said = (id: string) => `/*request_id='${id}',${route},traceparent='${traceparent}'*/`
      const expected =
        comment === 'route'
          ? Array<string>(6).fill(`/*${route}*/`)
          : [...Array<string>(3).fill(said('request-one')), ...Array<string>(3).fill(said('request-two'))]
      assert.deepEqual(comments, expected)
    })
  })

describe('the comment of a statement', () => {
  it('cannot be ended by what is in it, nor swallowed by the statement’s own · M08.6', () => {
    const request = { id: "x*/;drop table t;--'", route: 'GET /*rest', signal: new AbortController().signal, log: silentLog }
    const text = ambient.run(request, () => withComment('select 1 -- one', 'request'))
    assert.equal(text, "select 1 -- one\n/*request_id='x%2A%2F%3Bdrop%20table%20t%3B--%27',route='GET%20%2F%2Arest'*/")
    assert.equal(withComment('select 1', 'request'), 'select 1')
  })
})
