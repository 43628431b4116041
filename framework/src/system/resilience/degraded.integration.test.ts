import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../../test/http/site.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { implement } from '../../http/implement.ts'
import { ambient } from '../../std/ambient.ts'
import { systemClock } from '../../std/clock.ts'
import { silentLog } from '../../std/log.ts'
import { metrics } from '../metrics/index.ts'
import { resilience } from './index.ts'

const Rates = z.object({ data: z.object({ eur: z.number() }), meta: z.object({ degraded: z.boolean() }) })
const contract = {
  readRates: endpoint('GET /rates', { summary: 'Read the rates', auth: 'none', returns: Rates }),
  readStock: endpoint('GET /stock', { summary: 'Read the stock', auth: 'none', returns: z.object({ left: z.int() }) }),
}

describe('an API whose dependency is unwell', () => {
  const all = resilience({ clock: systemClock, log: silentLog, meter: metrics() })
  const rates = all.dependency('rates', { breaker: { minimum: 2 }, fallback: { stale: 60_000 } })
  const stock = all.dependency('stock', { bulkhead: { concurrent: 2 } })
  let well = true
  let site: Awaited<ReturnType<typeof openSite>>
  const hanging = Promise.withResolvers<{ left: number }>()
  before(async () => {
    ambient.want()
    const ask = () => {
      if (!well) throw new Error('socket hang up')
      return { eur: 1.1 }
    }
    site = await openSite({
      routes: implement(contract, {
        readRates: async () => {
          const { value, meta } = await rates.outcome(ask, { key: 'all' })
          return { data: value, meta: { degraded: meta.degraded } }
        },
        readStock: () => stock.run(() => hanging.promise),
      }),
    })
  })
  after(() => site.close())
  const read = async (path: string) => {
    const response = await fetch(site.url + path)
    return { status: response.status, retryAfter: response.headers.get('retry-after'), body: (await response.json()) as { code?: string } }
  }

  it('goes on with the last good answer, and says `meta.degraded` · M15.12', async () => {
    assert.deepEqual((await read('/rates')).body, { data: { eur: 1.1 }, meta: { degraded: false } })
    well = false
    for (let i = 0; i < 3; i++) assert.deepEqual((await read('/rates')).body, { data: { eur: 1.1 }, meta: { degraded: true } })
    assert.equal(all.report()[0]?.state, 'open')
  })

  it('serves everything else while one dependency hangs, and refuses what would wait for it · M15.11', async () => {
    const stuck = [read('/stock'), read('/stock')]
    while (all.report()[1]?.inUse !== 2) await new Promise(setImmediate)
    for (let i = 0; i < 50; i++) assert.equal((await read('/rates')).status, 200)
    const { status, retryAfter, body } = await read('/stock')
    assert.deepEqual([status, retryAfter, body.code], [503, '1', 'dependency-busy'])
    hanging.resolve({ left: 3 })
    assert.deepEqual(
      (await Promise.all(stuck)).map((one) => one.status),
      [200, 200],
    )
  })
})
