import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readChapters, toChapter } from '../chapters.mjs'

describe('the chapters of the console', () => {
  it('hold markup as text, and no link that runs something', () => {
    const { title, blocks } = toChapter(
      'x',
      '# A `b` *c*\n\n<img src=x onerror=alert(1)>\n\nsee <b>this</b> [one](javascript:alert(1)) [two](https://a.example) [three](y.md#z)\n\n![a picture](images/x.png)',
      new Set(['y']),
    )
    assert.equal(title, 'A b c')
    assert.deepEqual(blocks.slice(1), [
      ['p', ['<img src=x onerror=alert(1)>']],
      [
        'p',
        ['see ', '<b>', 'this', '</b>', ' ', 'one', ' ', ['a', 'https://a.example', ['two']], ' ', ['a', '/console/learn/y#z', ['three']]],
      ],
    ])
  })

  it('are those of docs/, numbered ones first, each with a title', async () => {
    const chapters = await readChapters(fileURLToPath(new URL('../../docs', import.meta.url)))
    assert.ok(chapters.length > 5)
    assert.match(chapters[0]!.title, /^\d+\. /)
    assert.ok(chapters.every(({ title, id }) => title !== id))
  })
})
