import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { IssueCode } from '../compiled-schema.ts'
import { issueAt } from '../issue.ts'
import { catalogues, translated } from './catalogues.ts'
import type { Params } from './phrases.ts'

const every: [IssueCode, Params][] = [
  ['required', {}],
  ['invalid-type', { expected: 'integer' }],
  ['invalid-type', { expected: ['string', 'null'] }],
  ['too-small', { minimum: 1 }],
  ['too-small', { exclusiveMinimum: 0 }],
  ['too-big', { maximum: 9 }],
  ['too-big', { exclusiveMaximum: 10 }],
  ['too-short', { minLength: 1 }],
  ['too-short', { minItems: 2 }],
  ['too-long', { maxProperties: 3 }],
  ['not-multiple-of', { multipleOf: 5 }],
  ['invalid-format', { format: 'email' }],
  ['invalid-format', { pattern: '^a$' }],
  ['not-one-of', { allowed: ['a', 'b'] }],
  ['not-one-of', { allowed: [1] }],
  ['no-match', {}],
  ['unknown-member', {}],
  ['duplicate', {}],
  ['invalid', {}],
]

describe('messages', () => {
  it('has a sentence for every code in every language, and no two languages share one · M06.19', () => {
    for (const [code, params] of every) {
      const sentences = Object.values(catalogues).map((phrases) => phrases(code, params))
      for (const sentence of sentences) assert.match(sentence, /^\p{Lu}.*\.$/u)
      assert.equal(new Set(sentences).size, sentences.length, sentences.join(' '))
      for (const value of Object.values(params).flat()) {
        if (typeof value === 'number') for (const sentence of sentences) assert.ok(sentence.includes(String(value)), sentence)
      }
    }
  })

  it('leaves what the author of a schema wrote', () => {
    const [own, ours] = translated(
      [issueAt(['a'], 'invalid', undefined, 'Pick another colour.'), issueAt(['b'], 'required')],
      catalogues['de']!,
    )
    assert.deepEqual([own?.message, ours?.message], ['Pick another colour.', 'Wird benötigt.'])
  })
})
