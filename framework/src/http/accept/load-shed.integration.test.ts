import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openSite } from '../../../test/http/site.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { systemClock } from '../../std/clock.ts'
import { group, implement } from '../implement.ts'
import { rawReply } from '../stage.ts'
import { Load } from './load.ts'

const summary = 'An endpoint'
const plain = { summary, auth: 'none', mediaType: 'text/plain', deadline: 60_000 } as const
const contract = {
  browse: endpoint('GET /browse', { ...plain }),
  checkOut: endpoint('POST /check-out', { ...plain, priority: 'high' }),
  live: endpoint('GET /live', { ...plain, priority: 'critical' }),
}

/** Keeps the process busy: what overload is made of. */
function work(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

describe('a server that has more to do than it can', { timeout: 60_000 }, () => {
  const shed: string[] = []
  const load = new Load({ clock: systemClock, target: 20, interval: 60, onShed: (priority) => shed.push(priority) })
  let site: Awaited<ReturnType<typeof openSite>>
  before(async () => {
    const ok = () => {
      work(4)
      return rawReply('ok', { type: 'text/plain' })
    }
    const { browse, checkOut, live } = contract
    site = await openSite({
      load,
      routes: [
        ...group('', { priority: 'low' }, implement({ browse }, { browse: ok })),
        ...implement({ checkOut, live }, { checkOut: ok, live: ok }),
      ],
    })
  })
  after(() => site.close())

  const ask = (path: string, method = 'GET') => fetch(site.url + path, { method })

  it('refuses some of it, the least important first, with 503 and Retry-After, and answers for its health all along · M15.13 M02.30', async () => {
    const refusals: Response[] = []
    while (refusals.length === 0) {
      const [browsed, ...others] = await Promise.all([
        Promise.all(Array.from({ length: 60 }, () => ask('/browse'))),
        ask('/live'),
        ask('/check-out', 'POST'),
      ])
      refusals.push(...browsed.filter(({ status }) => status !== 200))
      assert.deepEqual(
        others.map(({ status }) => status),
        [200, 201],
      )
    }
    const problem = (await refusals[0]!.json()) as { code: string }
    assert.deepEqual([refusals[0]!.status, refusals[0]!.headers.get('retry-after'), problem.code], [503, '1', 'overloaded'])
    assert.ok(refusals[0]!.headers.get('x-request-id'))
    assert.deepEqual([...new Set(shed)], ['low'])
  })

  it('serves everybody again afterwards · M15.13', async () => {
    while (load.pressure > 0) await ask('/live')
    assert.equal((await ask('/browse')).status, 200)
  })

  it('is not part of a route that is never refused, nor of a server that sheds no load · M15.13', async () => {
    const stagesOf = (of: typeof site.site) => of.pipelines.map(({ steps }) => steps.find(({ stage }) => stage === 'load-shed')?.label)
    assert.deepEqual(stagesOf(site.site), ['load-shed, low priority', 'load-shed, high priority', undefined])
    const without = await openSite({
      routes: implement({ browse: contract.browse }, { browse: () => rawReply('', { type: 'text/plain' }) }),
    })
    assert.deepEqual(stagesOf(without.site), [undefined])
    await without.close()
  })
})
