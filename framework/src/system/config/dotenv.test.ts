import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseDotenv } from './dotenv.ts'

describe('.env text', () => {
  it('knows comments, blanks, export and three kinds of values', () => {
    const { values, unreadable } = parseDotenv(
      [
        '\uFEFF# a comment',
        '',
        'PLAIN=value # said why',
        'export EXPORTED = spaced out ',
        'HASH=pass#word',
        "SINGLE='a \\n # b' # c",
        'DOUBLE="line one\\nline \\"two\\" \\\\"',
        'EMPTY=',
        'EQUALS=a=b=c\r',
        'TWICE=1',
        'TWICE=2',
      ].join('\n'),
    )
    assert.deepEqual(unreadable, [])
    assert.deepEqual(
      { ...values },
      {
        PLAIN: 'value',
        EXPORTED: 'spaced out',
        HASH: 'pass#word',
        SINGLE: 'a \\n # b',
        DOUBLE: 'line one\nline "two" \\',
        EMPTY: '',
        EQUALS: 'a=b=c',
        TWICE: '2',
      },
    )
  })

  it('names the lines that it cannot read', () => {
    assert.deepEqual(parseDotenv("A=1\nnot an assignment\nB=\"open\nC='x' y\n1D=2").unreadable, [2, 3, 4, 5])
  })

  it('makes no prototype of __proto__', () => {
    assert.deepEqual(Object.keys(parseDotenv('__proto__=x').values), ['__proto__'])
  })
})
