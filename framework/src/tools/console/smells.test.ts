import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Span } from '../../std/operation.ts'
import { smellsOf } from './smells.ts'

const query = (name: string, ms = 1, rows = 1): Span => ({ name, kind: 'sql', parent: -1, start: 0, end: ms, attributes: { rows } })
const kinds = (...spans: Span[]) => smellsOf({ spans }).map(({ kind }) => kind)

describe('smells of statements', () => {
  it('sees one statement for each row of another, and not the ends of transactions', () => {
    const many = Array.from({ length: 6 }, () => query('select name from users where id = $1'))
    const [smell, ...others] = smellsOf({ spans: [...many, ...Array.from({ length: 6 }, () => query('begin'))] })
    assert.equal(smell?.kind, 'n-plus-one')
    assert.equal(smell.count, 6)
    assert.deepEqual(others, [])
  })

  it('sees what asks for every column, takes long, answers with too many rows or waits for a connection', () => {
    assert.deepEqual(kinds(query('select * from orders limit 3')), ['select-star'])
    assert.deepEqual(kinds(query('select id from orders', 150)), ['slow'])
    assert.deepEqual(kinds(query('select id from orders', 5, 20_000)), ['many-rows'])
    assert.deepEqual(kinds({ name: 'wait', kind: 'pool', parent: -1, start: 0, end: 70 }), ['long-wait'])
  })

  it('finds nothing in what is as it should be', () => {
    assert.deepEqual(kinds(query('select id from orders where id = $1'), query('select count(*) from orders')), [])
  })
})
