import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { typeInWords } from './schema-words.ts'

describe('a schema in a word', () => {
  for (const [schema, word] of [
    [{ type: 'string', format: 'uuid' }, 'uuid'],
    [{ type: 'integer', minimum: 1 }, 'integer'],
    [{ type: 'array', items: { type: 'number' } }, 'number[]'],
    [{ enum: ['a', 'b'] }, '"a" | "b"'],
    [{ const: 1 }, '1'],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string | null'],
    [{ type: ['string', 'null'] }, 'string | null'],
    [{ $ref: '#/$defs/Amount' }, 'Amount'],
    [{}, 'any'],
  ] as const) {
    it(`${JSON.stringify(schema)} is ${word}`, () => {
      assert.equal(typeInWords(schema), word)
    })
  }
})
