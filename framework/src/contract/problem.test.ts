import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as z from 'zod'
import { errorTable } from '../std/error-table.ts'
import { AppError } from '../std/errors.ts'
import { toProblemDocument } from './problem-document.ts'
import { problem } from './problem.ts'
import * as problems from './problems.ts'

const place = { requestId: 'r-1', instance: '/api/v1/orders', docsUrl: '/docs#error-x' }
const InsufficientFunds = problem('insufficient-funds', 422, z.object({ balance: z.number(), needed: z.number() }), {
  detail: ({ balance, needed }) => `Balance $${balance.toFixed(2)} below $${needed.toFixed(2)} needed.`,
})

describe('problem document', () => {
  it('holds the standard members, the fields and the page that explains it · M15.19', () => {
    assert.deepEqual(toProblemDocument(InsufficientFunds({ balance: 20, needed: 50 }), place), {
      type: 'insufficient-funds',
      title: 'Insufficient funds',
      status: 422,
      detail: 'Balance $20.00 below $50.00 needed.',
      instance: '/api/v1/orders',
      code: 'insufficient-funds',
      requestId: 'r-1',
      docsUrl: '/docs#error-x',
      balance: 20,
      needed: 50,
    })
  })

  it('says nothing of an error that nobody expected · M15.18 · M15.20', () => {
    for (const thrown of [
      new Error('SELECT * FROM users failed at /srv/app/db.ts'),
      'secret',
      undefined,
      { code: 'secret', status: 200 },
    ]) {
      const document = toProblemDocument(thrown, place)
      assert.equal(document.status, 500)
      assert.equal(document.code, 'internal-error')
      assert.ok(!/secret|SELECT|srv/.test(JSON.stringify(document)))
    }
  })

  it('keeps the cause out of sight · M15.20', () => {
    const document = toProblemDocument(problems.Conflict({ cause: new Error('duplicate key users_email_key') }), place)
    assert.ok(!JSON.stringify(document).includes('users_email_key'))
  })

  it('says when the same request may go well later, and is silent when it may not · M15.22', () => {
    assert.equal(toProblemDocument(problems.RateLimited({ policy: 'x', retryAfter: 2 }), place).retryable, true)
    assert.ok(!('retryable' in toProblemDocument(problems.NotFound(), place)))
    const lying = new AppError({ code: 'odd', status: 503, title: 'Odd', fields: { retryable: false } })
    assert.equal(toProblemDocument(lying, place).retryable, true)
  })

  it('is known again by its problem behind a queue · M15.17', () => {
    const restored = AppError.fromJSON(JSON.parse(JSON.stringify(InsufficientFunds({ balance: 20, needed: 50 }))))
    assert.ok(InsufficientFunds.is(restored))
    assert.deepEqual(toProblemDocument(restored, place), toProblemDocument(InsufficientFunds({ balance: 20, needed: 50 }), place))
  })

  it('does not let fields overwrite standard members', () => {
    const error = new AppError({ code: 'odd', status: 409, title: 'Odd', fields: { status: 200, requestId: 'other', left: 1 } })
    assert.deepEqual(toProblemDocument(error, place), {
      ...toProblemDocument(new AppError({ code: 'odd', status: 409, title: 'Odd' }), place),
      left: 1,
    })
  })
})

describe('problem', () => {
  it('makes public only the fields that it declares', () => {
    const OutOfStock = problem('out-of-stock', 409, z.object({ sku: z.string() }))
    const row = { sku: 'a', supplierPrice: 3 }
    assert.deepEqual(OutOfStock(row).fields, { sku: 'a' })
  })

  it('names what it is about, in the form of every other mistake · M06.17', () => {
    const EmailTaken = problem('email-taken', 409, undefined, { detail: () => 'Taken.', at: 'email' })
    const issue = { field: 'email', pointer: '/email', code: 'email-taken', message: 'Taken.' }
    assert.deepEqual(toProblemDocument(EmailTaken(), place).errors, [issue])
    const elsewhere = { ...issue, field: 'users.1.email', pointer: '/users/1/email', message: 'Twice.' }
    assert.deepEqual(EmailTaken({ at: ['users.1.email', ''], detail: 'Twice.' }).fields, {
      errors: [elsewhere, { ...elsewhere, field: '', pointer: '' }],
    })
    assert.deepEqual(problem('gone', 410)().fields, {})
  })

  it('recognises its own errors and takes cause, detail and Retry-After · M15.17', () => {
    const cause = new Error('down')
    const error = problems.DatabaseUnavailable({ cause, retryAfter: 1.2, detail: 'The database restarts.' })
    assert.deepEqual([problems.DatabaseUnavailable.is(error), problems.Conflict.is(error)], [true, false])
    assert.equal(error.cause, cause)
    assert.equal(error.message, 'The database restarts.')
    assert.deepEqual(error.headers, { 'retry-after': '2' })
  })
})

describe('problems of the framework', () => {
  const all = Object.values(problems)

  it('are those of the error table that answer requests, with its statuses · M11.10', () => {
    const table: Readonly<Record<string, { title: string; status?: number }>> = errorTable
    for (const { type, status } of all) assert.equal(status, table[type]?.status, type)
    const own = new Set(all.map(({ type }) => type as string))
    // Declared beside the endpoints that answer them, which are not an application's own.
    const elsewhere = ['profile-running', 'console-closed', 'not-ready']
    assert.deepEqual(
      Object.keys(table).filter((code) => table[code]!.status !== undefined && !own.has(code)),
      elsewhere,
    )
  })

  it('carry the headers that HTTP asks for', () => {
    assert.deepEqual(problems.MethodNotAllowed({ allowed: ['GET', 'HEAD'] }).headers, { allow: 'GET, HEAD' })
    assert.deepEqual(problems.Unauthenticated().headers, { 'www-authenticate': 'Bearer' })
  })
})
