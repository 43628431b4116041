import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../test/http/site.ts'
import { endpoint } from '../contract/endpoint.ts'
import type { Actor } from '../std/actor.ts'
import { testClock } from '../tools/testing/test-clock.ts'
import { withContext } from '../tools/testing/with-context.ts'
import { baggageOf, idempotencyKeyOf, scopesOf, startedAt, tenantOf, timeZoneOf, traceIdOf, userAgentOf } from './accessors.ts'
import { implement } from './implement.ts'
import type { Context } from './stage.ts'

const read = endpoint('GET /read', { summary: 'Read', auth: 'user', returns: z.unknown() })
type Anything = Context<unknown, unknown, Readonly<Record<string, string>>, unknown, Actor>

async function ask(t: TestContext, look: (c: Anything) => unknown, headers: Record<string, string> = {}) {
  const clock = testClock('2026-03-01T12:00:00Z')
  const actor = { id: 'u', roles: [], tenantId: 'acme', scopes: ['orders.read'] }
  const site = await openSite({
    clock,
    routes: implement({ read }, { read: (c) => (clock.advance(1000), look(c)) }),
    authenticate: () => actor,
  })
  t.after(() => site.close())
  const response = await fetch(`${site.url}/read`, { headers })
  return { status: response.status, value: (await response.json()) as unknown, vary: response.headers.get('vary') }
}

describe('what a context knows', () => {
  it('is told by functions of it: tenant, scopes, program, trace, baggage, key, start · M08.1', async (t) => {
    const headers = {
      'user-agent': 'shop-app/2.1',
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
      baggage: 'campaign=spring%20sale;p=1, plan=gold',
      'idempotency-key': '"key-1"',
    }
    const look = (c: Anything) => [
      tenantOf(c),
      scopesOf(c),
      userAgentOf(c),
      traceIdOf(c),
      [...baggageOf(c)].map(([key, { value }]) => `${key}: ${value}`),
      idempotencyKeyOf(c),
      startedAt(c).toISOString(),
    ]
    const { value, vary } = await ask(t, look, headers)
    assert.deepEqual(value, [
      'acme',
      ['orders.read'],
      'shop-app/2.1',
      'a'.repeat(32),
      ['campaign: spring sale', 'plan: gold'],
      'key-1',
      '2026-03-01T12:00:00.000Z',
    ])
    assert.doesNotMatch(vary ?? '', /time-zone|baggage|user-agent/)
  })

  it('is the caller’s time zone where there is such a zone, and then the answer varies by it · M08.1', async (t) => {
    const zone = (name: string) => ask(t, (c) => [timeZoneOf(c), timeZoneOf(c)], { 'time-zone': name, 'accept-encoding': 'identity' })
    for (const [name, expected] of [
      ['Europe/Berlin', 'Europe/Berlin'],
      ['Asia/Calcutta', 'Asia/Calcutta'],
      ['Mars/Olympus', 'UTC'],
      ['../../etc', 'UTC'],
      ['x'.repeat(5000), 'UTC'],
    ] as const) {
      const { value, vary } = await zone(name)
      assert.deepEqual(value, [expected, expected], name.slice(0, 20))
      assert.deepEqual(vary?.match(/time-zone/g), ['time-zone'])
    }
    assert.deepEqual((await ask(t, timeZoneOf)).value, 'UTC')
  })

  it('is cut and refused where strangers exaggerate · M08.1', async (t) => {
    assert.equal((await ask(t, userAgentOf, { 'user-agent': 'x'.repeat(9000) })).value, 'x'.repeat(256))
    assert.equal((await ask(t, (c) => idempotencyKeyOf(c) ?? null, { 'idempotency-key': '"unfinished' })).status, 400)
  })

  it('is empty where there is nobody and nothing, in a test of one function, too · M08.1 M08.16', () => {
    const all = withContext({ startedAt: new Date(0) }, (c) => [
      tenantOf(c),
      scopesOf(c),
      userAgentOf(c),
      traceIdOf(c),
      baggageOf(c).size,
      startedAt(c).getTime(),
      timeZoneOf(c),
    ])
    assert.deepEqual(all, [undefined, [], undefined, undefined, 0, 0, 'UTC'])
  })
})
