import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ambient } from '../../std/ambient.ts'
import { AppError } from '../../std/errors.ts'
import { silentLog, type Log, type LogFields } from '../../std/log.ts'
import { markRetryable } from '../../std/retryable.ts'
import { testClock } from '../../tools/testing/test-clock.ts'
import { metrics } from '../metrics/metrics.ts'
import type { Policy } from './policy.ts'
import { resilience } from './resilience.ts'

function setup<Spare = never>(policy: Policy<Spare> = {}) {
  const clock = testClock()
  const meter = metrics()
  const lines: (LogFields & { event: string })[] = []
  const write = (event: string, fields: LogFields = {}) => void lines.push({ event, ...fields })
  const log: Log = { ...silentLog, info: write, warn: write, error: write }
  const all = resilience({ clock, log, meter, random: () => 0.5 })
  const dependency = all.dependency('payments', policy)
  return { clock, meter, lines, all, dependency }
}

/** Lets everything run that waits for nothing but its turn. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

const problem = (status: number, headers: Record<string, string> = {}) =>
  new AppError({ code: `answer-${status}`, status, title: 'No', headers })
const hang = () => new Promise<never>(() => {})
const idempotent = { idempotent: true }

describe('a call to a dependency', () => {
  it('is made again when it failed and may be, and its attempts are counted and logged · M15.2', async () => {
    const { dependency, clock, lines, meter } = setup({ retry: { times: 2, base: 100 } })
    let attempts = 0
    const outcome = dependency.outcome(() => {
      if (++attempts < 3) throw problem(503)
      return 'paid'
    }, idempotent)
    await settle()
    assert.equal(attempts, 1)
    clock.advance(50)
    await settle()
    assert.equal(attempts, 2)
    clock.advance(100)
    assert.deepEqual(await outcome, { value: 'paid', meta: { degraded: false, attempts: 3 } })
    assert.deepEqual(
      lines.map(({ event, attempt, pauseMs, code }) => [event, attempt, pauseMs, code]),
      [
        ['dependency.retried', 2, 50, 'answer-503'],
        ['dependency.retried', 3, 100, 'answer-503'],
      ],
    )
    assert.match(meter.text(), /resilience_attempts_total\{dependency="payments",end="failed"\} 2/)
    assert.match(meter.text(), /resilience_retries_total\{dependency="payments"\} 2/)
  })

  it('is not made again when that could do it twice · M15.2 M15.9', async () => {
    const { dependency } = setup({ retry: {} })
    let attempts = 0
    await assert.rejects(
      dependency.run(() => {
        attempts++
        throw problem(503)
      }),
      { code: 'answer-503' },
    )
    assert.equal(attempts, 1)
  })

  it('is made again, whatever it does, when nothing was done · M15.2', async () => {
    const { dependency, clock } = setup({ retry: { base: 100 } })
    let attempts = 0
    const answer = dependency.run(() => {
      if (++attempts === 1) throw markRetryable(new Error('connect ECONNREFUSED'))
      return 'paid'
    })
    await settle()
    clock.advance(50)
    assert.equal(await answer, 'paid')
  })

  it('is over at once when the answer is no: no repeat, no fallback, nothing against the dependency · M15.3 M15.4', async () => {
    const { dependency, all } = setup({ retry: {}, fallback: { value: 'spare' }, breaker: { minimum: 2 } })
    for (let i = 0; i < 5; i++) {
      await assert.rejects(
        dependency.run(() => {
          throw problem(422)
        }, idempotent),
        { code: 'answer-422' },
      )
    }
    assert.deepEqual([all.report()[0]?.retries, all.report()[0]?.state, all.report()[0]?.lastError], [0, 'closed', undefined])
  })

  it('waits as long as Retry-After says · M15.8', async () => {
    const { dependency, clock } = setup({ retry: {} })
    let attempts = 0
    const answer = dependency.run(() => {
      if (++attempts === 1) throw problem(429, { 'retry-after': '3' })
      return 'paid'
    }, idempotent)
    await settle()
    clock.advance(2_999)
    await settle()
    assert.equal(attempts, 1)
    clock.advance(1)
    assert.equal(await answer, 'paid')
  })

  it('ends at its timeout with 504, also when the work does not listen, and tells the work why · M15.7', async () => {
    const { dependency, clock } = setup({ timeout: 2_000 })
    let reason: unknown
    const answer = dependency.run((signal) => {
      signal.addEventListener('abort', () => (reason = signal.reason))
      return hang()
    })
    const refused = assert.rejects(answer, { code: 'upstream-timeout', status: 504 })
    await settle()
    clock.advance(2_000)
    await refused
    assert.equal((reason as AppError).code, 'upstream-timeout')
    assert.equal(clock.waiting, 0)
  })

  it('has a timeout where none was said · M15.7', async () => {
    const { dependency, clock } = setup()
    const refused = assert.rejects(dependency.run(hang), { code: 'upstream-timeout' })
    await settle()
    clock.advance(10_000)
    await refused
  })

  it('stops when its request is over: no repeat, no fallback, and nothing is said about the dependency · M15.2', async () => {
    const { dependency, all, lines } = setup({ retry: {}, fallback: { value: 'spare' } })
    const caller = new AbortController()
    const request = { id: 'r', route: 'GET /', signal: caller.signal, log: silentLog }
    const left = assert.rejects(
      ambient.run(request, () => dependency.run(hang, idempotent)),
      /gone/,
    )
    await settle()
    caller.abort(new Error('gone'))
    await left
    const [report] = all.report()
    assert.deepEqual([report?.recent?.calls, report?.retries, report?.fallbacks, lines], [0, 0, 0, []])
  })

  it('is not repeated when the request has no time left for it · M15.8', async () => {
    const { dependency, clock, meter } = setup({ retry: { base: 1_000 } })
    const request = { id: 'r', route: 'GET /', signal: new AbortController().signal, log: silentLog, due: clock.monotonic() + 400 }
    const answer = ambient.run(request, () =>
      dependency.run(() => {
        throw problem(503)
      }, idempotent),
    )
    await assert.rejects(answer, { code: 'answer-503' })
    assert.match(meter.text(), /resilience_retries_withheld_total\{dependency="payments",reason="deadline"\} 1/)
  })
})

describe('a dependency that is unwell', () => {
  const failing = () => {
    throw problem(503)
  }

  it('is not asked any more: 503 with Retry-After, at once, until a probe finds it well · M15.10', async () => {
    const { dependency, clock, meter, lines, all } = setup({ breaker: { minimum: 10, openFor: 5_000 } })
    for (let i = 0; i < 10; i++) await assert.rejects(dependency.run(failing), { code: 'answer-503' })
    assert.match(meter.text(), /resilience_breaker_state\{dependency="payments"\} 2/)
    let asked = 0
    await assert.rejects(
      dependency.run(() => asked++),
      { code: 'dependency-unavailable', status: 503, headers: { 'retry-after': '5' } },
    )
    assert.equal(asked, 0)
    assert.deepEqual(all.report()[0]?.lastError, { code: 'answer-503', at: '2026-01-01T00:00:00.000Z' })
    clock.advance(5_000)
    assert.equal(await dependency.run(() => 'well'), 'well')
    assert.match(meter.text(), /resilience_breaker_state\{dependency="payments"\} 0/)
    assert.match(meter.text(), /resilience_rejections_total\{dependency="payments",reason="open"\} 1/)
    assert.deepEqual(
      lines.map(({ event, lastCode }) => [event, lastCode]),
      [
        ['dependency.given-up', 'answer-503'],
        ['dependency.back', 'answer-503'],
      ],
    )
  })

  it('is held open and let go by hand, by its name · M15.10', async () => {
    const { dependency, all } = setup()
    all.force('payments', 'open')
    assert.deepEqual([all.report()[0]?.state, all.report()[0]?.forced], ['open', 'open'])
    await assert.rejects(
      dependency.run(() => 1),
      { code: 'dependency-unavailable' },
    )
    all.force('payments', undefined)
    assert.equal(await dependency.run(() => 1), 1)
    assert.throws(() => all.force('stock', 'open'), /no breaker "stock".*There are: payments/)
  })

  it('takes its own places and nobody else is kept waiting · M15.11', async () => {
    const { all, dependency: payments, clock } = setup({ bulkhead: { concurrent: 2, queue: 1 }, timeout: 10_000 })
    const catalogue = all.dependency('catalogue', { bulkhead: { concurrent: 2, queue: 0 } })
    const hanging = Array.from({ length: 3 }, () => payments.run(hang).catch((error: AppError) => error.code))
    await settle()
    assert.deepEqual([all.report()[0]?.inUse, all.report()[0]?.waiting], [2, 1])
    // Everything beyond is refused without waiting, and the other dependency serves a thousand calls without any passing of time.
    await assert.rejects(payments.run(hang), { code: 'dependency-busy', status: 503, headers: { 'retry-after': '1' } })
    for (let i = 0; i < 1_000; i++) assert.equal(await catalogue.run(() => 1), 1)
    assert.deepEqual([clock.monotonic(), all.report()[1]?.rejected], [0, 0])
    clock.advance(10_000)
    await settle()
    clock.advance(10_000)
    assert.deepEqual(await Promise.all(hanging), ['upstream-timeout', 'upstream-timeout', 'dependency-busy'])
    assert.equal(all.report()[0]?.inUse, 0)
  })

  it('gives a place to who has waited longest, and forgets who left the queue · M15.11', async () => {
    const { dependency, all } = setup({ bulkhead: { concurrent: 1, queue: 2 } })
    const first = Promise.withResolvers<string>()
    const caller = new AbortController()
    const order: string[] = []
    const one = dependency.run(() => first.promise)
    const gone = assert.rejects(
      dependency.run(() => order.push('gone'), { signal: caller.signal }),
      /gone/,
    )
    const two = dependency.run(() => order.push('two'))
    await settle()
    caller.abort(new Error('gone'))
    await gone
    assert.equal(all.report()[0]?.waiting, 1)
    const three = dependency.run(() => order.push('three'))
    first.resolve('one')
    await Promise.all([one, two, three])
    assert.deepEqual([order, all.report()[0]?.inUse], [['two', 'three'], 0])
  })

  it('answers with what was declared instead, and says so · M15.12', async () => {
    const { dependency, meter } = setup({ fallback: { value: 'usual' }, breaker: { minimum: 1 } })
    assert.deepEqual(await dependency.outcome(failing), { value: 'usual', meta: { degraded: true, by: 'value', attempts: 1 } })
    // Open now: not asked at all.
    assert.deepEqual(await dependency.outcome(failing), { value: 'usual', meta: { degraded: true, by: 'value', attempts: 0 } })
    assert.match(meter.text(), /resilience_fallbacks_total\{dependency="payments",by="value"\} 2/)
  })

  it('answers with its last good answer to the same question, as long as that is fresh enough · M15.12', async () => {
    const { dependency, clock } = setup({ fallback: { stale: 60_000 } })
    assert.equal(await dependency.run(() => 1.1, { key: 'EUR' }), 1.1)
    clock.advance(60_000)
    assert.deepEqual(await dependency.outcome(failing, { key: 'EUR' }), { value: 1.1, meta: { degraded: true, by: 'stale', attempts: 1 } })
    await assert.rejects(dependency.run(failing, { key: 'CHF' }), { code: 'answer-503' })
    await assert.rejects(dependency.run(failing), { code: 'answer-503' })
    clock.advance(1)
    await assert.rejects(dependency.run(failing, { key: 'EUR' }), { code: 'answer-503' })
  })

  it('keeps no more last good answers than it may · M15.12', async () => {
    const { dependency } = setup({ fallback: { stale: 60_000, entries: 2 }, breaker: 'off' })
    for (const key of ['a', 'b', 'a', 'c']) await dependency.run(() => key, { key })
    assert.equal(await dependency.run(failing, { key: 'a' }), 'a')
    await assert.rejects(dependency.run(failing, { key: 'b' }), { code: 'answer-503' })
  })

  it('answers with what a function makes of the failure · M15.12', async () => {
    const { dependency } = setup({ fallback: (error: unknown) => `later: ${(error as AppError).code}` })
    assert.deepEqual(await dependency.outcome(failing), {
      value: 'later: answer-503',
      meta: { degraded: true, by: 'function', attempts: 1 },
    })
  })

  it('says of its last error the code and never the text', async () => {
    const { dependency, all } = setup()
    const refusal = Object.assign(new Error('connect ECONNREFUSED 10.0.0.5:5432 as admin:hunter2'), { code: 'ECONNREFUSED' })
    await assert.rejects(
      dependency.run(() => {
        throw refusal
      }),
    )
    assert.doesNotMatch(JSON.stringify(all.report()), /hunter2|10\.0\.0\.5/)
    assert.equal(all.report()[0]?.lastError?.code, 'ECONNREFUSED')
  })

  it('must have a policy that can be meant, and a name of its own · M15.6', () => {
    const { all } = setup()
    assert.throws(() => all.dependency('payments'), /payments exists/)
    assert.throws(() => all.dependency('a', { timeout: 0 }), /policy of a has timeout 0\. Allowed: a number above 0/)
    assert.throws(() => all.dependency('b', { retry: { times: 1.5 } }), /times 1\.5\. Allowed: a whole number/)
    assert.throws(() => all.dependency('c', { breaker: { failures: 50 } }), /failures 50\. Allowed: a share/)
  })
})

describe('what protects itself', () => {
  it('is listed beside the others, and counted · M15.10', () => {
    const { all, meter, clock } = setup()
    const db = all.watch('db')
    clock.advance(1_000)
    db.tell('open', Object.assign(new Error('connect ECONNREFUSED 10.0.0.5'), { code: 'ECONNREFUSED' }))
    assert.deepEqual(all.report()[1]?.lastError, { code: 'ECONNREFUSED', at: '2026-01-01T00:00:01.000Z' })
    db.tell('closed')
    db.retried(Object.assign(new Error('could not serialize'), { code: '40001' }))
    const { name, state, retries, lastError } = all.report()[1]!
    assert.deepEqual([name, state, retries, lastError?.code], ['db', 'closed', 1, '40001'])
    assert.match(meter.text(), /resilience_retries_total\{dependency="db"\} 1/)
    assert.throws(() => all.force('db', 'open'), /There are: payments/)
  })
})
