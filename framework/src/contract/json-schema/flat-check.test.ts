import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { JsonSchema } from '../compiled-schema.ts'
import { followRef } from '../json-pointer.ts'
import { flatCheck } from './flat-check.ts'
import { schema } from './schema.ts'

const idle = { issues: undefined, path: [], scope: [] }

/** The verdict of generated code alone: a part that it would leave to a closure fails the test. */
function flatOf(json: JsonSchema): (value: unknown) => boolean {
  const asksClosure = (part: unknown): never => assert.fail(`left to a closure: ${JSON.stringify(part)}`)
  const check = flatCheck(json, asksClosure, { follow: ({ $ref: ref }) => followRef(json, ref as string) })!
  return (value) => check(value, idle)
}
const issuesOf = (json: JsonSchema, value: unknown, documents: Record<string, JsonSchema> = {}) => {
  const verdict = schema(json, { documents })['~standard'].validate(value) as { issues?: { path: PropertyKey[]; code: string }[] }
  return verdict.issues?.map(({ path, code }) => `/${path.join('/')} ${code}`)
}

describe('flat check', () => {
  it('writes references out, and what stands beside them · M04.27', () => {
    const flat = flatOf({
      type: 'object',
      properties: { size: { $ref: '#/$defs/Size', maximum: 5 }, other: { $ref: '#/$defs/Alias' } },
      $defs: { Size: { type: 'integer', minimum: 1 }, Alias: { $ref: '#/$defs/Size' } },
    })
    assert.deepEqual([{ size: 5 }, { size: 6 }, { size: 0 }, { other: 9 }, { other: 'x' }, {}].map(flat), [
      true,
      false,
      false,
      true,
      false,
      true,
    ])
  })

  it('writes schemas that refer to each other in circles once · M04.27', () => {
    const flat = flatOf({
      $ref: '#/$defs/Folder',
      $defs: {
        Folder: { type: 'object', properties: { entries: { type: 'array', items: { $ref: '#/$defs/Entry' } } }, required: ['entries'] },
        Entry: { anyOf: [{ $ref: '#/$defs/Folder' }, { type: 'string', minLength: 1 }] },
      },
    })
    assert.equal(flat({ entries: ['a', { entries: [{ entries: [] }, 'b'] }] }), true)
    assert.equal(flat({ entries: ['a', { entries: [{ entries: [''] }, 'b'] }] }), false)
  })

  it('writes several types, unions and conjunctions out · M04.27', () => {
    const flat = flatOf({
      allOf: [{ type: ['string', 'null', 'integer'], minLength: 2, minimum: 3 }, { anyOf: [{ enum: [null] }, { maximum: 9 }] }],
    })
    assert.deepEqual([null, 'ab', 'a', 3, 2, 10, 3.5, [], {}].map(flat), [true, true, false, true, false, false, false, false, false])
  })

  it('agrees with the reasons across documents, anchors and other bases · M04.27', () => {
    const documents = {
      'https://example.org/money': { $defs: { Amount: { $anchor: 'amount', type: 'string', pattern: '^\\d+\\.\\d\\d$' } } },
    }
    const json = {
      type: 'object',
      properties: {
        price: { $ref: 'https://example.org/money#amount' },
        inner: { $id: 'https://example.org/inner', $ref: '#/$defs/X', $defs: { X: { type: 'boolean' } } },
      },
      $defs: { X: { type: 'number' } },
    }
    assert.equal(issuesOf(json, { price: '1.50', inner: true }, documents), undefined)
    assert.deepEqual(issuesOf(json, { price: '1.5', inner: 1 }, documents), ['/price invalid-format', '/inner invalid-type'])
  })

  it('says nothing by `minimum` where a dialect without it is embedded · M04.27', () => {
    const meta = { $id: 'https://example.org/bare', $vocabulary: { 'https://json-schema.org/draft/2020-12/vocab/core': true } }
    const json = { properties: { a: { $id: 'https://example.org/a', $schema: 'https://example.org/bare', minimum: 3 } } }
    assert.equal(issuesOf(json, { a: 1 }, { 'https://example.org/bare': meta }), undefined)
  })
})
