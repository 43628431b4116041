import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { jsonMistake } from './json-mistake.ts'

describe('jsonMistake', () => {
  const cases: [text: string, line: number, column: number][] = [
    ['', 1, 1],
    ['{', 1, 2],
    ['{"a":1,}', 1, 8],
    ['[1,]', 1, 4],
    ['{"lines":\n [1,}', 2, 5],
    ['{"a" 1}', 1, 6],
    ['nul', 1, 1],
    ['"abc', 1, 1],
    ['[1] 2', 1, 5],
    ['{"a":01}', 1, 7],
    ["{'a':1}", 1, 2],
    ['[1}', 1, 3],
    ['\ufeff{}', 1, 1],
    ['{"a":1\r\n"b":2}', 2, 1],
  ]
  for (const [text, line, column] of cases) {
    it(`finds the mistake in ${JSON.stringify(text)} · M06.20`, () => assert.deepEqual(jsonMistake(text), { line, column }))
  }

  it('agrees with JSON.parse wherever that says a position', () => {
    const broken = fc.tuple(fc.json(), fc.nat(), fc.constantFrom('', '}', ',', 'x', ':')).map(([text, at, insert]) => {
      const i = at % (text.length + 1)
      return text.slice(0, i) + insert + text.slice(i + 1)
    })
    fc.assert(
      fc.property(broken, (text) => {
        try {
          JSON.parse(text)
        } catch (error) {
          const position =
            /property name|after array element|after property value|after property name|non-whitespace/.test((error as Error).message) &&
            /at position (\d+)/.exec((error as Error).message)?.[1]
          if (!position) return
          const before = text.slice(0, Number(position))
          const theirs = { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') }
          assert.deepEqual(jsonMistake(text), theirs, text)
        }
      }),
      { numRuns: 500, seed: 7 },
    )
  })
})
