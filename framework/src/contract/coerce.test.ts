import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as z from 'zod'
import { coercion } from './coerce.ts'
import { compileSchema } from './compile-schema.ts'

const coerced = (schema: z.ZodType, values: Record<string, string | string[]>) => ({
  ...coercion(compileSchema(schema, 'test').input)(values),
})

describe('coercion of queries, paths and headers', () => {
  it('reads numbers, integers and booleans where they are declared, and nothing elsewhere · M06.1', () => {
    const schema = z.object({
      limit: z.int().default(20),
      price: z.number(),
      active: z.boolean(),
      name: z.string(),
      either: z.union([z.string(), z.number()]),
    })
    assert.deepEqual(coerced(schema, { limit: '20', price: '-1.5e3', active: 'true', name: '007', either: '7', other: '7' }), {
      limit: 20,
      price: -1500,
      active: true,
      name: '007',
      either: '7',
      other: '7',
    })
  })

  it('takes numbers in the spelling of JSON only, and leaves the rest for the check to refuse', () => {
    const schema = z.object({ n: z.number() })
    for (const text of ['', ' 1', '01', '+1', '0x10', '1_000', '.5', '1.', 'NaN', 'Infinity', '1e999', 'null', '9007199254740993'])
      assert.equal(coerced(schema, { n: text })['n'], text)
    for (const [text, number] of [
      ['0', 0],
      ['-0', 0],
      ['1e2', 100],
      ['9007199254740991', 9007199254740991],
    ] as const)
      assert.equal(coerced(schema, { n: text })['n'], number)
    for (const text of ['1', '0', 'TRUE', 'yes', '']) assert.equal(coerced(z.object({ b: z.boolean() }), { b: text })['b'], text)
  })

  it('makes lists of repeated keys where a list is declared; comma lists only where they are, too · M03.2', () => {
    const schema = z.object({ tag: z.array(z.int()).optional(), sort: z.array(z.string()).meta({ style: 'comma' }), one: z.string() })
    assert.deepEqual(coerced(schema, { tag: '1', sort: '-price,name', one: 'a,b' }), { tag: [1], sort: ['-price', 'name'], one: 'a,b' })
    assert.deepEqual(coerced(schema, { tag: ['1', '2'], one: ['a', 'b'] }), { tag: [1, 2], one: ['a', 'b'] })
    assert.deepEqual(coerced(schema, { tag: '1,2' }), { tag: ['1,2'] })
  })

  it('reads what any branch of a union allows', () => {
    const schema = z.union([z.object({ after: z.string() }), z.object({ page: z.int().nullable(), kind: z.literal(2) })])
    assert.deepEqual(coerced(schema, { page: '2', after: '3', kind: '2' }), { page: 2, after: '3', kind: 2 })
  })

  it('treats __proto__ and constructor as names like any other', () => {
    const values = coercion({ type: 'object', properties: {} })(JSON.parse('{"__proto__":"1","constructor":"2"}'))
    assert.deepEqual(Object.keys(values), ['__proto__', 'constructor'])
    assert.equal((values as { admin?: unknown }).admin, undefined)
  })
})
