import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { laidOut } from '../src/app/trace/sql.ts'
import { frames } from '../src/app/trace/stack.ts'

const laid = (sql: string) =>
  laidOut(sql)
    .map(({ text }) => text)
    .join('')

describe('a statement laid out', () => {
  it('has a line for each clause, and none inside of brackets or strings', () => {
    const sql = `select id, 'from here' from orders left join users on users.id = buyer where id in (select 1 from x) and total > $1 for update`
    assert.equal(
      laid(sql),
      [
        `select id, 'from here'`,
        'from orders',
        'left join users',
        '  on users.id = buyer',
        'where id in (select 1 from x)',
        '  and total > $1',
        'for update',
      ].join('\n'),
    )
  })

  it('is the same statement, whatever it is: only white space changes', () => {
    const bare = (sql: string) => sql.replaceAll(/\s+/g, '')
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (sql) => assert.equal(bare(laid(sql)), bare(sql))))
    assert.equal(bare(laid(`select '<img src=x>' -- end\n from t`)), bare(`select '<img src=x>' -- end\n from t`))
  })
})

describe('a stack', () => {
  it('tells the frames of the application from those of others', () => {
    const stack = [
      'Error: at home',
      '    at place (file:///home/me/shop/orders/src/domain/orders.ts:42:11)',
      '    at run (/home/me/shop/node_modules/throughline/dist/app.js:1:2)',
      '    at async handle (/home/me/shop/framework/src/http/handle/handle.ts:9:1)',
      '    at node:internal/timers:5:1',
      '    at enter (eval at generate (file:///home/me/shop/src/generate.ts:10:12), <anonymous>:31:87)',
    ].join('\n')
    assert.deepEqual(
      frames(stack).map(({ isOwn, text }) => [isOwn, text.split('/').at(-1)]),
      [
        [true, 'orders.ts:42:11)'],
        [false, 'app.js:1:2)'],
        [false, 'handle.ts:9:1)'],
        [false, 'timers:5:1'],
        [false, 'generate.ts:10:12), <anonymous>:31:87)'],
      ],
    )
  })
})
