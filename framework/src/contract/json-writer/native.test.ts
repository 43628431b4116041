import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { jsonWriter } from '../json-writer.ts'

const at = new Date('2026-01-02T03:04:05.006+01:00')
const cases: [what: string, schema: Record<string, unknown>, value: unknown, text: string][] = [
  ['a Date as date-time, in UTC · M04.11', { type: 'string', format: 'date-time' }, at, '"2026-01-02T02:04:05.006Z"'],
  ['a Date as date', { type: 'string', format: 'date' }, at, '"2026-01-02"'],
  ['a bigint as int64 without loss · M04.12', { type: 'string', format: 'int64' }, 9007199254740993n, '"9007199254740993"'],
  ['a small bigint as integer', { type: 'integer' }, 42n, '42'],
  ['a URL as uri', { type: 'string', format: 'uri' }, new URL('https://x.example/a b'), '"https://x.example/a%20b"'],
  ['bytes as base64', { type: 'string', contentEncoding: 'base64' }, Uint8Array.of(251, 255), '"+/8="'],
  ['bytes as base64url', { type: 'string', contentEncoding: 'base64url' }, Uint8Array.of(251, 255), '"-_8"'],
  ['a Set as array', { type: 'array', items: { type: 'integer' } }, new Set([1, 2]), '[1,2]'],
  ['a Map as object', { type: 'object', additionalProperties: { type: 'integer' } }, new Map([['a', 1]]), '{"a":1}'],
  ['-0 as 0 · M04.13', { type: 'number' }, -0, '0'],
]

describe('native types in replies', () => {
  for (const [what, schema, value, text] of cases) {
    it(`writes ${what} · M04.10`, () => {
      assert.equal(jsonWriter(schema)(value), text)
      const inside = jsonWriter({ type: 'object', properties: { it: schema }, required: ['it'] })
      assert.equal(inside({ it: value }), `{"it":${text}}`)
    })
  }

  const refused: [what: string, schema: Record<string, unknown>, value: unknown][] = [
    ['a bigint beyond 2^53 as a number · M04.12', { type: 'integer' }, 9007199254740993n],
    ['a bigint as a plain string', { type: 'string' }, 1n],
    ['a Date as a plain string', { type: 'string' }, at],
    ['an invalid Date', { type: 'string', format: 'date-time' }, new Date('x')],
    ['a Date as an object', { type: 'object', properties: {} }, at],
    ['a Map as an array', { type: 'array', items: {} }, new Map()],
    ['a Set as an object', { type: 'object', properties: { a: { type: 'string' } } }, new Set()],
    ['bytes as an object', { type: 'object' }, Uint8Array.of(1)],
    ['a Date where the only required member may be null', { type: 'object', properties: { a: { type: ['string', 'null'] } }, required: ['a'] }, at], // prettier-ignore
    ['a Set where its size would do', { type: 'object', properties: { size: { type: 'integer' } }, required: ['size'] }, new Set()],
    ['NaN · M04.13', { type: 'number' }, NaN],
  ]
  for (const [what, schema, value] of refused) {
    it(`refuses ${what}: nothing ever becomes {} · M04.10`, () => assert.throws(() => jsonWriter(schema)(value), /breaks its contract/))
  }

  it('names where a reply goes round in a circle · M04.20', () => {
    const tree = { type: 'object', properties: { next: { $ref: '#' } } }
    const value: Record<string, unknown> = {}
    value['next'] = value
    assert.throws(() => jsonWriter(tree)(value), /deeper than 1000 steps, at \/next\/next/)
  })

  it('passes the error of a throwing getter on · M04.20', () => {
    const value = Object.defineProperty({}, 'a', { enumerable: true, get: () => assert.fail('lazy field') })
    assert.throws(() => jsonWriter({ type: 'object', properties: { a: { type: 'string' } } })(value), /lazy field/)
  })
})
