import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../../test/http/site.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { silentLog, type Log } from '../../std/log.ts'
import { openLog } from '../../system/log/log.ts'
import { implement } from '../implement.ts'

const route = endpoint('GET /orders/{orderId}', {
  summary: 'One',
  auth: 'none',
  params: z.object({ orderId: z.string() }),
  returns: z.object({}),
})
const routes = implement({ route }, { route: () => ({}) })

type Line = Record<string, unknown>

describe('the access log', () => {
  it('writes the same line from its template as from its fields, with the ids of the request · M17.3', async (t) => {
    const lines: string[] = []
    const full = openLog({ base: { service: 'x' }, destination: { write: (line) => void lines.push(line) } })
    const plain: Log = { ...silentLog, info: (...line) => full.info(...line) }
    const sites = [await openSite({ routes, log: full }), await openSite({ routes, log: plain })]
    t.after(() => Promise.all(sites.map((site) => site.close())))
    const ids: (string | null)[] = []
    for (const { url } of sites) ids.push((await fetch(`${url}/orders/7?token=abc`)).headers.get('x-request-id'))

    const [one, other] = lines.map((line) => JSON.parse(line) as Line)
    assert.deepEqual(Object.keys(one!), Object.keys(other!))
    assert.deepEqual([one!['requestId'], other!['requestId']], ids)
    for (const { requestId, traceId, spanId, method, route: where, status, bytes, ms } of [one!, other!]) {
      assert.deepEqual({ method, where, status, bytes }, { method: 'GET', where: 'GET /orders/{orderId}', status: 200, bytes: 2 })
      assert.ok(typeof ms === 'number' && ms > 0)
      assert.equal(traceId, String(requestId).replaceAll('-', ''))
      assert.match(String(spanId), /^(?!0{16})[0-9a-f]{16}$/)
    }
  })

  it('keeps the trace and the id that the caller brought', async (t) => {
    const lines: string[] = []
    const site = await openSite({ routes, log: openLog({ destination: { write: (line) => void lines.push(line) } }) })
    t.after(() => site.close())
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await fetch(`${site.url}/orders/7`, { headers: { traceparent } })
    await fetch(`${site.url}/orders/7`, { headers: { 'x-request-id': 'their-own-id' } })
    const [traced, named] = lines.map((line) => JSON.parse(line) as Line)
    assert.equal(traced!['traceId'], '0af7651916cd43dd8448eb211c80319c')
    assert.equal(named!['requestId'], 'their-own-id')
    assert.match(String(named!['traceId']), /^[0-9a-f]{32}$/)
  })
})
