import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../test/http/site.ts'
import type { Deprecation } from '../contract/deprecation.ts'
import { endpoint } from '../contract/endpoint.ts'
import { toOpenApi } from '../contract/openapi.ts'
import { testClock } from '../tools/testing/test-clock.ts'
import { DeprecatedCalls } from './deprecated-calls.ts'
import { group, implement } from './implement.ts'

const sunset = '2026-03-01'
const base: Deprecation = { since: '2026-01-01', sunset, successor: '/v2/things', docs: '/docs/v2' }
const at = (name: string, deprecated: boolean | Deprecation, auth: 'none' | 'user' = 'none') =>
  endpoint(`GET /${name}`, { summary: name, auth, deprecated, returns: z.string() })
const contract = {
  flagged: at('flagged', true),
  dated: at('dated', base, 'user'),
  legacy: at('legacy', { ...base, legacyDeprecation: true, legacyWarning: true }),
  gone: at('gone', { ...base, afterSunset: 'gone' }),
  brown: at('brown', { ...base, afterSunset: { brownout: { minutes: 5, every: 60 } } }),
  current: endpoint('GET /current', { summary: 'Current', auth: 'none', returns: z.string() }),
}
const ok = () => 'ok'
const routes = [
  ...implement(contract, { flagged: ok, dated: ok, legacy: ok, gone: ok, brown: ok, current: ok }),
  ...group('/old', { deprecated: base }, implement({ former: contract.current }, { former: ok })),
]
const authenticate = ({ headers }: { headers: Readonly<Record<string, string>> }) =>
  headers['authorization'] === undefined ? undefined : { id: headers['authorization'], roles: [] }

describe('a deprecated operation', () => {
  const clock = testClock('2026-02-28T23:00:00Z')
  const calls = new DeprecatedCalls(clock)
  let site: Awaited<ReturnType<typeof openSite>>
  before(async () => {
    site = await openSite({ routes, authenticate, clock, deprecatedCalls: calls })
  })
  after(() => site.close())
  const get = (path: string, headers: Record<string, string> = {}) => fetch(site.url + path, { headers })

  it('says since when, until when, and what to use instead, in generated dates · M03.23', async () => {
    const { headers } = await get('/dated', { authorization: 'u1' })
    assert.equal(headers.get('deprecation'), `@${Date.UTC(2026, 0, 1) / 1000}`)
    assert.equal(headers.get('sunset'), 'Sun, 01 Mar 2026 00:00:00 GMT')
    assert.equal(
      headers.get('link'),
      '</v2/things>; rel="successor-version", </docs/v2>; rel="deprecation"; type="text/html", </docs/v2>; rel="sunset"; type="text/html"',
    )
    assert.equal(headers.get('warning'), null)
  })

  it('says it in refusals, too · M03.23', async () => {
    const refused = await get('/dated')
    assert.equal(refused.status, 401)
    assert.ok(refused.headers.get('deprecation'))
  })

  it('says it for every route of a deprecated group, and for no other · M03.23', async () => {
    assert.ok((await get('/old/current')).headers.get('sunset'))
    assert.equal((await get('/current')).headers.get('deprecation'), null)
  })

  it('speaks the old drafts only where asked to · E4 E5', async () => {
    const { headers } = await get('/legacy')
    assert.equal(headers.get('deprecation'), 'true')
    assert.equal(headers.get('warning'), '299 - "This operation is deprecated and ends on 2026-03-01"')
  })

  it('is marked in OpenAPI, with its headers · M03.23', () => {
    const { paths } = toOpenApi({ title: 't', version: '1', routes }) as {
      paths: Record<string, { get: { deprecated?: boolean; responses: Record<string, { headers: object }> } }>
    }
    for (const path of ['/flagged', '/dated', '/old/current']) assert.equal(paths[path]!.get.deprecated, true, path)
    assert.equal(paths['/current']!.get.deprecated, undefined)
    assert.deepEqual(Object.keys(paths['/dated']!.get.responses['200']!.headers), ['Deprecation', 'Sunset', 'Link'])
    assert.ok(paths['/gone']!.get.responses['410'])
    assert.equal(paths['/dated']!.get.responses['410'], undefined)
  })

  it('is counted by who calls it: actor, digest of an API key, user agent · M03.24', async () => {
    const { length } = calls.report()
    for (const path of ['/flagged', '/flagged', '/current']) await get(path, { 'user-agent': 'shop/1' })
    await get('/flagged', { 'x-api-key': 'secret-key' })
    await get('/dated', { authorization: 'u7' })
    const report = calls.report()
    const of = (route: string, consumer: RegExp) => report.filter((call) => call.route === route && consumer.test(call.consumer))
    assert.deepEqual(of('GET /flagged', /^agent:shop\/1$/)[0], {
      route: 'GET /flagged',
      consumer: 'agent:shop/1',
      calls: 2,
      lastSeen: clock.now(),
      days: { '2026-02-28': 2 },
    })
    assert.equal(of('GET /flagged', /^key:[0-9a-f]{12}$/).length, 1)
    assert.equal(of('GET /dated', /^actor:u7$/).length, 1)
    assert.equal(report.length, length + 3)
    assert.ok(!JSON.stringify(report).includes('secret-key'))
  })

  it('keeps a bounded number of callers, whatever they call themselves · M03.24', () => {
    const many = new DeprecatedCalls(clock)
    for (let i = 0; i < 2000; i++)
      many.count({ route: 'GET /x', actor: undefined, request: { headers: { 'user-agent': `bot/${i}` } } } as never)
    const report = many.report()
    assert.ok(report.length <= 501)
    assert.equal(report[0]!.consumer, 'others')
    assert.equal(
      report.reduce((sum, { calls: own }) => sum + own, 0),
      2000,
    )
  })

  it('works until its sunset; then warns on, browns out by schedule, or is gone · M03.25', async () => {
    const statuses = async () => [(await get('/legacy')).status, (await get('/brown')).status, (await get('/gone')).status]
    assert.deepEqual(await statuses(), [200, 200, 200])
    clock.advance(60 * 60_000)
    assert.deepEqual(await statuses(), [200, 410, 410])
    const refused = await get('/brown')
    assert.equal(refused.headers.get('retry-after'), '300')
    assert.deepEqual(((await refused.json()) as { successor: string }).successor, '/v2/things')
    clock.advance(5 * 60_000)
    assert.deepEqual(await statuses(), [200, 200, 410])
    clock.advance(55 * 60_000)
    assert.deepEqual(await statuses(), [200, 410, 410])
  })

  it('is refused at boot with dates that cannot be · M03.23', async () => {
    const wrong = { x: at('x', { since: '2026-02-01', sunset: 'Wed, 01 Jan 2027 00:00:00 GMT' }) }
    await assert.rejects(openSite({ routes: implement(wrong, { x: ok }) }), /which is Fri, 01 Jan 2027/)
  })
})
