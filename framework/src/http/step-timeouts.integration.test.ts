import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../test/http/site.ts'
import { endpoint, type Timeouts } from '../contract/endpoint.ts'
import { toOpenApi } from '../contract/openapi.ts'
import { silentLog, type Log, type LogFields } from '../std/log.ts'
import { testClock } from '../tools/testing/test-clock.ts'
import { compiled, interpreted, type Assemble } from './compile.ts'
import { group, implement } from './implement.ts'
import type { OuterAround } from './stage.ts'

/** Validation that waits, as long as it is told to. */
const slow = (work: () => Promise<unknown>) => z.string().refine(async () => (await work(), true))

interface Waits {
  authenticate?: () => Promise<unknown>
  authorize?: () => Promise<unknown>
  validate?: () => Promise<unknown>
  handle?: () => Promise<unknown>
  outer?: OuterAround
}

async function open(t: TestContext, { assemble, timeouts, ...waits }: Waits & { assemble: Assemble; timeouts: Timeouts }) {
  const clock = testClock()
  const lines: (LogFields | undefined)[] = []
  const log: Log = {
    ...silentLog,
    info: (_event, fields) => void lines.push(fields),
    error: (_event, fields) => void lines.push(fields),
    child: () => log,
  }
  const write = endpoint('POST /things', { summary: 'Write', auth: 'user', body: slow(async () => waits.validate?.()), deadline: 900 })
  const signals: AbortSignal[] = []
  const site = await openSite({
    assemble,
    clock,
    log,
    outer: waits.outer === undefined ? [] : [waits.outer],
    routes: group(
      '',
      { timeouts, authorize: async () => waits.authorize?.() },
      implement({ write }, { write: async (c) => (signals.push(c.signal), void (await waits.handle?.())) }),
    ),
    authenticate: async () => (await waits.authenticate?.(), { id: 'u', roles: [] }),
  })
  t.after(() => site.close())
  const post = () => fetch(`${site.url}/things`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '"x"' })
  return { clock, lines, site, signals, post }
}

/** A wait that says when it was begun, and ends when it is told to. */
function gate() {
  const begun = Promise.withResolvers<void>()
  const end = Promise.withResolvers<void>()
  return { begun: begun.promise, end: end.resolve, wait: () => (begun.resolve(), end.promise) }
}

for (const [form, assemble] of Object.entries({ compiled, interpreted }))
  describe(`a step with a timeout, ${form}`, () => {
    for (const stage of ['authenticate', 'authorize', 'validate', 'handle'] as const)
      it(`is cut when it is over: 503, and the answer and the log name ${stage} · M07.21`, async (t) => {
        const { begun, end, wait } = gate()
        const { clock, lines, site, signals, post } = await open(t, { assemble, timeouts: { [stage]: 70 }, [stage]: wait })
        const answer = post()
        await begun
        clock.advance(69)
        assert.equal(site.site.inFlight.count, 1)
        clock.advance(1)
        const response = await answer
        const { code, step } = (await response.json()) as { code: string; step: string }
        assert.deepEqual([response.status, code, step, response.headers.get('retry-after')], [503, 'step-timeout', stage, '1'])
        assert.equal(site.site.inFlight.count, 0)
        end()
        await new Promise(setImmediate)
        assert.deepEqual(
          lines.map((fields) => [fields?.['status'], fields?.['step']]),
          [[503, stage]],
        )
        if (stage === 'handle') assert.equal((signals[0]!.reason as { code: string }).code, 'step-timeout')
        else assert.equal(signals.length, 0, 'what comes behind it is not begun')
      })

    it('that is over in time costs nobody anything, and the next one has its whole time again · M07.21', async (t) => {
      const { clock, post } = await open(t, { assemble, timeouts: { authenticate: 70, handle: 70 } })
      assert.equal((await post()).status, 204)
      clock.advance(69)
      assert.equal((await post()).status, 204)
    })

    it('does not outlive the deadline, whose 504 names what was waited for · M07.21', async (t) => {
      const { begun, wait } = gate()
      const { clock, post } = await open(t, { assemble, timeouts: { handle: 2000 }, handle: wait })
      const answer = post()
      await begun
      clock.advance(900)
      const response = await answer
      assert.equal(response.status, 504)
      const { code, step } = (await response.json()) as { code: string; step: string }
      assert.deepEqual([code, step], ['deadline-exceeded', 'handle'])
    })

    it('is not blamed for an outer layer that waits behind it · M07.21', async (t) => {
      const { begun, wait } = gate()
      const outer: OuterAround = async (_c, next) => {
        const reply = await next()
        await wait()
        return reply
      }
      const { clock, post } = await open(t, { assemble, timeouts: { handle: 100 }, outer })
      const answer = post()
      await begun
      clock.advance(900)
      assert.equal(((await (await answer).json()) as { step: string }).step, 'outer')
    })

    it('is 408 where only the caller can hurry: its body does not come, and the connection ends · M07.21', async (t) => {
      const { clock, site } = await open(t, { assemble, timeouts: { body: 70 } })
      const socket = connect(Number(new URL(site.url).port), '127.0.0.1').setEncoding('utf8')
      let received = ''
      socket.on('data', (text: string) => (received += text))
      socket.write(
        'POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n',
      )
      // Leave to send is given when the body is waited for.
      await once(socket, 'data')
      clock.advance(70)
      await once(socket, 'close')
      const [, head = '', body = ''] = received.split('\r\n\r\n')
      assert.match(head, /^HTTP\/1\.1 408 /)
      assert.match(head, /connection: close/i)
      assert.match(body, /"detail":"The body did not arrive within 70 ms\."/)
    })
  })

describe('timeouts of steps', () => {
  it('are printed where they hold, and are in the document · M07.21', async (t) => {
    const { site } = await open(t, { assemble: compiled, timeouts: { authenticate: 1500, body: 2000 } })
    const [{ route, steps }] = site.site.pipelines as [(typeof site.site.pipelines)[number]]
    const labels = steps.map(({ label }) => label)
    assert.ok(labels.includes('authenticate user within 1500 ms'))
    assert.ok(labels.includes('body ≤ 1 KiB within 2 s'))
    const { paths } = toOpenApi({ title: 'x', version: '1', routes: [route] }) as {
      paths: Record<string, Record<string, { responses: object }>>
    }
    const { responses } = paths['/things']!['post']!
    assert.ok('408' in responses && '503' in responses)
  })

  it('that are no time at all are refused at boot', async (t) => {
    for (const handle of [0, -1, 1.5, NaN])
      await assert.rejects(open(t, { assemble: compiled, timeouts: { handle } }), /the timeout for handle is/)
  })
})
