import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { errorTable } from './error-table.ts'
import { AppError, BootError } from './errors.ts'

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
