import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { paintFor, plain, table } from './terminal.ts'

describe('what the terminal shows', () => {
  it('aligns columns by their widest cell and leaves no spaces at the end', () => {
    assert.equal(
      table(
        ['name', 'n'],
        [
          ['a', '1'],
          ['longer', ''],
        ],
        plain,
      ),
      'NAME    N\na       1\nlonger',
    )
  })

  it('pads by what is seen and not by the codes of a colour', () => {
    const paint = paintFor({ isTTY: true }, {})
    const [, first, second] = table(
      ['a', 'b'],
      [
        [{ text: 'x', colour: 'red' }, '|'],
        ['yy', '|'],
      ],
      paint,
    ).split('\n')
    assert.equal(first, '\u001b[31mx\u001b[39m   |')
    assert.equal(second, 'yy  |')
  })

  it('colours only a terminal, and not where NO_COLOR is set', () => {
    assert.equal(paintFor({}, {})('red', 'x'), 'x')
    assert.equal(paintFor({ isTTY: true }, { NO_COLOR: '1' })('red', 'x'), 'x')
    assert.equal(paintFor({ isTTY: true }, { TERM: 'dumb' })('red', 'x'), 'x')
    assert.equal(paintFor({ isTTY: true }, { NO_COLOR: '' })('red', 'x'), '\u001b[31mx\u001b[39m')
  })

  it('lets no name move the cursor', () => {
    assert.equal(table(['name'], [['a\u001b[2Jb\nc']], plain), 'NAME\na·[2Jb·c')
  })
})
