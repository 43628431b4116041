import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toYaml } from './yaml.ts'

describe('yaml', () => {
  it('writes blocks, with empty lists and objects in place', () => {
    assert.equal(
      toYaml({ info: { title: 'Shop', tags: [] }, list: [{ a: 1, b: { c: null } }, [1, [2]], {}, 'x'], none: undefined }),
      'info:\n  title: Shop\n  tags: []\nlist:\n  - a: 1\n    b:\n      c: null\n  - - 1\n    - - 2\n  - {}\n  - x\n',
    )
  })

  it('quotes whatever YAML would read as something else', () => {
    for (const text of [
      '',
      ' a',
      'a ',
      'true',
      'No',
      'null',
      '~',
      '1',
      '1e3',
      '0x1',
      '2026-11-23',
      'a: b',
      'a #b',
      '- a',
      '{a}',
      '*a',
      '&a',
      '!a',
      '%a',
      '@a',
      '"',
      "'",
      'a\nb',
      '---',
      '{}',
      '[]',
      'é',
    ]) {
      assert.equal(toYaml({ a: text }), `a: ${JSON.stringify(text)}\n`, text)
      assert.equal(toYaml({ [text]: 1 }), `${JSON.stringify(text)}: 1\n`, text)
    }
  })

  it('escapes what YAML does not count as printable', () => {
    assert.equal(toYaml('\u007f\u0085\ufeff\u2028'), '"\\u007f\\u0085\\ufeff\\u2028"\n')
  })
})
