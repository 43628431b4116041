import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { errorTable } from './error-table.ts'
import { AppError, BootError, isExpected } from './errors.ts'
import { exitCodeOf } from './exit-code.ts'

describe('BootError', () => {
  it('takes its exit code and its advice from the table', () => {
    const error = new BootError('config-invalid', '1 setting is wrong')
    assert.equal(error.exitCode, 78)
    assert.equal(error.fix, errorTable['config-invalid'].fix)
    assert.ok(!('cause' in error))
  })

  it('may carry advice about this very case, and the cause', () => {
    const cause = new Error('EADDRINUSE')
    const error = new BootError('port-in-use', 'The port 80 is taken.', { fix: 'Stop nginx.', cause })
    assert.equal(error.fix, 'Stop nginx.')
    assert.equal(error.cause, cause)
  })
})

describe('AppError', () => {
  it('says the detail, or the title when there is none', () => {
    assert.equal(new AppError({ code: 'conflict', status: 409, title: 'Conflict' }).message, 'Conflict')
    assert.equal(
      new AppError({ code: 'conflict', status: 409, title: 'Conflict', detail: 'Order 7 was paid.' }).message,
      'Order 7 was paid.',
    )
  })
})

describe('AppError elsewhere', () => {
  const error = new AppError({
    code: 'out-of-stock',
    status: 409,
    title: 'Out of stock',
    detail: 'Only 1 of PH-1 left.',
    fields: { sku: 'PH-1', left: 1 },
    headers: { 'retry-after': '30' },
    cause: new Error('select left from stock where host = db-7'),
  })

  it('is the same error again behind a queue or another process, without what caused it · M15.17', () => {
    const written = JSON.stringify(error)
    assert.doesNotMatch(written, /db-7|stack/)
    const restored = AppError.fromJSON(JSON.parse(written))
    assert.ok(restored instanceof AppError)
    assert.deepEqual(Object.entries(restored), Object.entries(error))
    assert.equal(restored.message, error.message)
    assert.equal(JSON.stringify(restored), written)
  })

  it('refuses to be made of anything else · M15.17', () => {
    const good = error.toJSON()
    for (const bad of [
      undefined,
      null,
      'text',
      [],
      {},
      { ...good, code: 7 },
      { ...good, status: '409' },
      { ...good, fields: null },
      { ...good, headers: { a: 1 } },
    ])
      assert.throws(() => AppError.fromJSON(bad), TypeError)
    assert.throws(() => AppError.fromJSON({ ...good, headers: { 'x-a': 'b\r\nset-cookie: c' } }))
  })

  it('says whether it may pass by itself · M15.22', () => {
    const of = (status: number, headers = {}) => new AppError({ code: 'x', status, title: 'X', headers }).retryable
    assert.deepEqual(
      [408, 425, 429, 502, 503, 504].map((status) => of(status)),
      Array(6).fill(true),
    )
    assert.deepEqual(
      [400, 401, 404, 409, 422, 500, 501].map((status) => of(status)),
      Array(7).fill(false),
    )
    assert.equal(of(409, { 'retry-after': '1' }), true)
  })

  it('is expected below 500, and ends a command with the code of its kind · M15.18', () => {
    const of = (status: number) => new AppError({ code: 'x', status, title: 'X' })
    assert.deepEqual([of(404), of(500), new Error('x'), undefined].map(isExpected), [true, false, false, false])
    assert.deepEqual(
      [of(422), of(403), of(401), of(429), of(503), of(500), new TypeError('x'), 'x'].map(exitCodeOf),
      [65, 77, 77, 75, 69, 70, 70, 70],
    )
    assert.equal(exitCodeOf(new BootError('port-in-use', 'x')), 69)
  })
})

describe('the error table', () => {
  it('gives every code either a status of an error or an exit code of sysexits.h, and a sentence that says what to do', () => {
    for (const [code, row] of Object.entries(errorTable)) {
      assert.match(code, /^[a-z]+(-[a-z]+)*$/)
      assert.match(row.fix, /^[A-Z`].*\.$/, code)
      if ('status' in row) assert.ok(row.status >= 400 && row.status <= 599, code)
      else assert.ok(row.exit >= 64 && row.exit <= 78, code)
    }
  })
})
