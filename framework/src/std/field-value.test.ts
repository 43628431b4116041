import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkHeaders } from './field-value.ts'

describe('a header that the application sets', () => {
  it('may not break the answer in two, nor hold what no header can carry · M02.4', () => {
    for (const value of ['a\r\nset-cookie: admin=1', 'a\nb', 'a\rb', 'a\0b', 'a\u007fb', 'caf\u0113', '\u2028'])
      assert.throws(() => checkHeaders({ 'x-note': value }), {
        name: 'TypeError',
        message: /^The header x-note has U\+[0-9A-F]{4} at position \d/,
      })
    for (const name of ['', 'x y', 'x:', 'x\n', 'ü']) assert.throws(() => checkHeaders({ [name]: 'a' }), TypeError)
  })

  it('may have everything else', () => {
    checkHeaders({ 'X-Note': 'a\tb ~!"\\ \u00e9', "!#$%&'*+.^_`|~9": '' })
  })
})
