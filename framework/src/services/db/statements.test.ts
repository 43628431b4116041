import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Statements } from './statements.ts'

const run = { ms: 2, rows: 1, failed: false, route: 'GET /a' }

describe('the register of statements', () => {
  it('adds up the runs of each, what took longest in all first', () => {
    const statements = new Statements(undefined)
    statements.record('select 1', run)
    statements.record('select 2', { ...run, ms: 9, route: 'GET /b' })
    statements.record('select 2', { ...run, ms: 3, failed: true, rows: 0, route: 'GET /b' })
    const [first, second] = statements.report()
    assert.deepEqual(first, { sql: 'select 2', calls: 2, failures: 1, totalMs: 12, slowestMs: 9, rows: 1, routes: ['GET /b'] })
    assert.equal(second?.sql, 'select 1')
  })

  it('counts text that is made anew for every call as one, and does not grow with it', () => {
    const statements = new Statements(undefined)
    for (let i = 0; i < 2_000; i++) statements.record(`select ${i}`, run)
    const report = statements.report()
    assert.equal(report.length, 501)
    assert.equal(report[0]?.sql, '(others)')
    assert.equal(report[0].calls, 1_500)
  })

  it('shows no literal, and finds the statement again by what it shows', () => {
    const statements = new Statements(undefined)
    statements.record("select 1 where name = 'O''Neill'", run)
    const [{ sql } = { sql: '' }] = statements.report()
    assert.equal(sql, "select 1 where name = '…'")
    assert.equal(statements.find(sql), "select 1 where name = 'O''Neill'")
    assert.equal(statements.find('drop table users'), undefined)
  })
})
