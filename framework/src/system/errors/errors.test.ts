import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { LogFields } from '../../std/log.ts'
import { silentLog } from '../../std/log.ts'
import type { Operation, Thrown } from '../../std/operation.ts'
import { testClock } from '../../tools/testing/test-clock.ts'
import { ErrorGroups, type ErrorGroupsOptions } from './errors.ts'

const day = 86_400_000
let traces = 0

function failure(error: Thrown | undefined, more: Partial<Operation> & { actor?: string } = {}): Operation {
  const { actor, ...rest } = more
  const http = {
    method: 'GET',
    target: '/',
    version: '1.1',
    requestHeaders: [],
    responseHeaders: [],
    responseBytes: 0,
    ...(actor && { actor }),
  }
  const base = { kind: 'request', spanId: '1'.repeat(16), startedAt: 0, ms: 1, kept: 'error', spans: [], dropped: 0, logs: [] } as const
  const id = String(++traces).padStart(32, '0')
  return { id, name: 'GET /orders', traceId: id, status: 500, outcome: 'failed', ...base, error, http, ...rest }
}

/** An error as thrown by a function of the application at a line of a file. */
function thrown(call: string, line: number, message = 'no such order', type = 'TypeError'): Thrown {
  const stack = `${type}: ${message}\n    at ${call} (file:///app/src/domain/orders.ts:${line}:9)\n    at query (/app/node_modules/pg/lib/client.js:${line}:3)`
  return { type, message, stack }
}

function groups(options: Partial<ErrorGroupsOptions> = {}) {
  const clock = testClock()
  const lines: [string, LogFields | undefined][] = []
  const log = { ...silentLog, warn: (event: string, fields?: LogFields) => void lines.push([event, fields]) }
  const errors = new ErrorGroups({ log, clock, version: '1.0.0', root: '/app', ...options })
  return { errors, clock, lines }
}

describe('groups of errors', () => {
  it('takes failures of one cause for one, whatever their messages and lines, and those of others for others · M15.23', () => {
    const { errors } = groups()
    errors.add(failure(thrown('place', 41, 'order 17 is gone')))
    errors.add(failure(thrown('place', 45, 'order 18 is gone')))
    errors.add(failure(thrown('cancel', 41)))
    errors.add(failure(thrown('place', 41, 'x', 'RangeError')))
    assert.deepEqual(
      errors.list().map(({ type, where, count, message }) => [type, where, count, message]),
      [
        ['TypeError', 'place (src/domain/orders.ts:45)', 2, 'order 18 is gone'],
        ['TypeError', 'cancel (src/domain/orders.ts:41)', 1, 'no such order'],
        ['RangeError', 'place (src/domain/orders.ts:41)', 1, 'x'],
      ],
    )
  })

  it('goes by the code, and by the words of a message, where nothing of the stack is known · M15.23', () => {
    const { errors } = groups()
    for (const id of ['0197c0de-0000-7000-8000-000000000001', '0197c0de-0000-7000-8000-000000000002'])
      errors.add(failure({ type: 'AppError', code: 'upstream-failed', message: `No answer about ${id} after 312 ms from "stock"` }))
    errors.add(failure({ type: 'AppError', code: 'upstream-timeout', message: 'No answer about 7 after 312 ms from "stock"' }))
    errors.add(failure(undefined, { status: 503 }))
    assert.deepEqual(
      errors
        .list()
        .map(({ code, type, count }) => `${code ?? type} ${count}`)
        .sort(),
      ['Status 503 1', 'upstream-failed 2', 'upstream-timeout 1'],
    )
  })

  it('passes over what went well and what was the caller’s mistake · M15.25', () => {
    const { errors, lines } = groups()
    errors.add(failure(undefined, { status: 200, outcome: 'ok' }))
    errors.add(failure({ type: 'AppError', code: 'not-found', message: 'Not Found' }, { status: 404, outcome: 'refused' }))
    assert.deepEqual(errors.list(), [])
    assert.deepEqual(lines, [])
  })

  it('knows when, where, to whom and in which releases, and which traces to look at · M15.23', () => {
    const { errors, clock } = groups()
    const first = failure(thrown('place', 41), { actor: 'user-1' })
    errors.add(first)
    clock.advance(120_000)
    errors.add(failure(thrown('place', 41), { actor: 'user-1', name: 'POST /orders' }))
    const last = failure(thrown('place', 41), { actor: 'user-2' })
    errors.add(last)
    const [group] = errors.list()
    assert.equal(group!.lastAt - group!.firstAt, 120_000)
    assert.deepEqual([group!.routes, group!.actors, group!.versions], [['GET /orders', 'POST /orders'], 2, ['1.0.0']])
    assert.deepEqual([group!.traces[0], group!.traces.at(-1)], [last.traceId, first.traceId])
    assert.deepEqual(group!.perMinute.slice(-3), [1, 0, 2])
    clock.advance(30 * 60_000)
    assert.deepEqual(
      errors.list()[0]!.perMinute.filter((count) => count > 0),
      [1, 2],
    )
    clock.advance(60 * 60_000)
    assert.deepEqual(errors.list()[0]!.perMinute, Array(60).fill(0))
    assert.doesNotMatch(JSON.stringify(group), /user-1/)
  })

  it('says once that an error is new, and that a resolved one came back · M15.23', () => {
    const { errors, lines } = groups()
    errors.add(failure(thrown('place', 41)))
    errors.add(failure(thrown('place', 41)))
    const { fingerprint } = errors.list()[0]!
    assert.equal(errors.mark(fingerprint, 'resolved'), true)
    assert.equal(errors.list()[0]!.state, 'resolved')
    errors.add(failure(thrown('place', 52)))
    errors.add(failure(thrown('place', 52)))
    assert.deepEqual(
      lines.map(([event, fields]) => [event, fields?.['count'], fields?.['newVersion']]),
      [
        ['new error', 1, true],
        ['error came back', 3, false],
      ],
    )
    assert.deepEqual([errors.list()[0]!.state, errors.list()[0]!.regressed], ['open', true])
    errors.mark(fingerprint, 'open')
    assert.equal(errors.list()[0]!.regressed, false)
    assert.equal(errors.mark('0000', 'resolved'), false)
  })

  it('counts what is ignored without a word, and wakes what is snoozed after a day · M15.23', () => {
    const { errors, clock, lines } = groups()
    errors.add(failure(thrown('place', 41)))
    errors.add(failure(thrown('cancel', 41)))
    const [snoozed, ignored] = errors.list()
    errors.mark(snoozed!.fingerprint, 'snoozed')
    errors.mark(ignored!.fingerprint, 'ignored')
    errors.add(failure(thrown('place', 41)))
    clock.advance(day - 1)
    assert.deepEqual(
      errors
        .list()
        .map(({ state }) => state)
        .sort(),
      ['ignored', 'snoozed'],
    )
    clock.advance(1)
    assert.deepEqual(
      errors
        .list()
        .map(({ state }) => state)
        .sort(),
      ['ignored', 'open'],
    )
    assert.equal(lines.length, 2)
  })

  it('holds two hundred groups in a flood of different ones, keeps the frequent, and writes a few lines about it · M15.23', () => {
    const { errors, lines } = groups()
    for (let i = 0; i < 50; i++) errors.add(failure(thrown('place', 41), { actor: `user-${i}` }))
    for (let i = 0; i < 5_000; i++) errors.add(failure(thrown(`generated${i}`, 1, 'x'.repeat(5_000)), { name: `GET /${i}` }))
    for (let i = 0; i < 1_000; i++) errors.add(failure(thrown('place', 41), { actor: `flood-${i}`, name: `GET /${i}` }))
    const list = errors.list()
    assert.equal(list.length, 200)
    const frequent = list.find(({ where }) => where?.startsWith('place '))!
    assert.deepEqual([frequent.count, frequent.actors, frequent.routes.length, frequent.traces.length], [1_050, 200, 20, 10])
    assert.ok(list.every(({ message, stack }) => message.length <= 500 && stack!.length <= 4_096))
    assert.equal(lines.length, 10)
    assert.equal(lines.at(-1)![0], 'many new errors')
  })
})
