import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../../test/http/site.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { silentLog, type Log } from '../../std/log.ts'
import { implement } from '../implement.ts'

const Tree = z.object({
  get next() {
    return Tree.optional()
  },
})
const kinds = ['typed', 'untyped', 'getter', 'toJson'] as const
const contract = {
  read: endpoint('GET /{kind}', { summary: 'Read', auth: 'none', params: z.object({ kind: z.enum(kinds) }), returns: z.unknown() }),
  readTree: endpoint('GET /tree', { summary: 'Read', auth: 'none', returns: Tree }),
  readEqual: endpoint('GET /equal/{order}', {
    summary: 'Read',
    auth: 'none',
    etag: true,
    returns: z.object({ a: z.int(), b: z.object({ c: z.int(), d: z.int() }) }),
  }),
}

interface Circle {
  next?: Circle
}
const circle: Circle = {}
circle.next = circle
/** Each call leads one step deeper, for ever. */
const endless = (): object => ({ toJSON: () => ({ again: endless() }) })
const values: Record<(typeof kinds)[number], unknown> = {
  typed: circle,
  untyped: { list: [circle] },
  getter: Object.defineProperty({}, 'lazy', { enumerable: true, get: () => assert.fail('the lazy field needed the database') }),
  toJson: endless(),
}

describe('a reply that cannot be written', () => {
  let site: Awaited<ReturnType<typeof openSite>>
  const failures: string[] = []
  const log: Log = {
    ...silentLog,
    error: (_message, fields) => void failures.push(String((fields?.['error'] as Error | undefined)?.message)),
  }
  before(async () => {
    site = await openSite({
      log,
      routes: implement(contract, {
        read: ({ params }) => values[params.kind],
        readTree: () => circle,
        readEqual: ({ params }) => (params.order === 'one' ? { a: 1, b: { c: 2, d: 3 } } : { b: { d: 3, c: 2 }, a: 1 }),
      }),
    })
  })
  after(() => site.close())

  for (const [what, path, reason] of [
    ['goes round in a circle where its type is declared', '/tree', /deeper than 1000 steps, at \/next\/next/],
    ['goes round in a circle where anything is allowed', '/untyped', /circular structure/],
    ['has a getter that throws', '/getter', /the lazy field needed the database/],
    ['has a toJSON without end', '/toJson', /Maximum call stack/],
  ] as const) {
    it(`because it ${what} is a 500 that says nothing, with the reason in the log · M04.20`, async () => {
      failures.length = 0
      const response = await fetch(site.url + path)
      const text = await response.text()
      assert.deepEqual([response.status, (JSON.parse(text) as { code: string }).code], [500, 'internal-error'])
      assert.doesNotMatch(text, reason)
      assert.match(failures.join('\n'), reason)
      assert.equal((await fetch(`${site.url}/equal/one`)).status, 200)
    })
  }

  it('the same value has the same bytes and the same entity tag, whatever the order of its members · M04.25', async () => {
    const [one, other] = await Promise.all(['one', 'other'].map((order) => fetch(`${site.url}/equal/${order}`)))
    assert.equal(one!.headers.get('etag'), other!.headers.get('etag'))
    assert.ok(one!.headers.get('etag') !== null)
    assert.equal(await one!.text(), await other!.text())
  })
})
