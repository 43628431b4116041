import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import * as z from 'zod'
import { quickYes } from './plain-zod.ts'
import { toJsonSchema } from './to-json-schema.ts'

const quickOf = (schema: z.ZodType) => quickYes(schema, toJsonSchema(schema, 'test', 'input'))
const Item = z.object({
  sku: z.string().min(3).max(8),
  qty: z.int().min(1).max(99),
  price: z.number().min(0),
  'a b': z.boolean().optional(),
})
const Order = z.object({
  currency: z.enum(['USD', 'EUR']),
  email: z.email().max(40),
  id: z.uuid().optional(),
  note: z.string().max(10).optional(),
  kind: z.literal('order'),
  items: z.array(Item).min(1).max(3),
})

describe('quickYes', () => {
  it('says yes to what Zod would give back as it is, and to nothing else', () => {
    const quick = quickOf(Order)!
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom('USD', 'order', 'a@x.com', 'ABC-1', '0192f0c1-2345-7abc-8def-0123456789ab'),
    )
    const item = fc.record(
      { sku: text, qty: fc.oneof(fc.integer({ min: -1, max: 120 }), fc.double()), price: fc.double({ noNaN: true }), 'a b': fc.boolean() },
      { requiredKeys: ['sku', 'qty', 'price'] },
    )
    const order = fc.record(
      { currency: text, email: text, id: text, note: text, kind: text, items: fc.array(item, { maxLength: 4 }), extra: fc.integer() },
      { requiredKeys: [] },
    )
    let yes = 0
    const agree = (value: unknown) => {
      if (!quick(value)) return
      yes++
      assert.deepEqual(Order.parse(value), value)
    }
    fc.assert(fc.property(fc.oneof(order, fc.jsonValue()), agree), { seed: 1, numRuns: 3000 })
    agree({ currency: 'USD', email: 'a@x.com', kind: 'order', items: [{ sku: 'ABC-1', qty: 2, price: 1.5 }] })
    assert.ok(yes > 0)
    assert.equal(
      quick({ currency: 'USD', email: 'a@x.com', kind: 'order', items: [{ sku: 'ABC-1', qty: 2, price: 1.5 }], extra: 1 }),
      false,
    )
  })

  it('follows named and recursive schemas, and takes null where it is declared', () => {
    const Size = z.int().min(1).meta({ id: 'FlatSize' })
    const Tree = z.object({
      size: Size,
      note: z.string().max(3).nullable(),
      get kids() {
        return z.array(Tree).max(2)
      },
      get twin() {
        return Tree.nullable().optional()
      },
    })
    const quick = quickOf(Tree)!
    const leaf = fc.record({ size: fc.integer({ min: 0, max: 3 }), note: fc.option(fc.string({ maxLength: 4 })), kids: fc.constant([]) })
    const tree = fc.record(
      {
        size: fc.integer({ min: 0, max: 3 }),
        note: fc.option(fc.string({ maxLength: 4 })),
        kids: fc.array(leaf, { maxLength: 3 }),
        twin: fc.option(leaf),
        more: fc.boolean(),
      },
      { requiredKeys: ['size', 'kids', 'note'] },
    )
    const count = { yes: 0, no: 0 }
    const agree = (value: { kids: object[]; twin?: object | null }) => {
      const known = !('more' in value)
      const verdict = quick(value)
      assert.equal(verdict, known && Tree.safeParse(value).success)
      count[verdict ? 'yes' : 'no']++
    }
    fc.assert(fc.property(tree, agree), { seed: 1, numRuns: 1000 })
    assert.ok(count.yes > 20 && count.no > 20, JSON.stringify(count))
    assert.equal(quick({ size: 1, note: null, kids: [{ size: 1, note: null, kids: [], extra: 1 }] }), false)
  })

  const others: Record<string, z.ZodType> = {
    'a default': z.object({ a: z.string().default('x') }),
    'a transformation': z.object({ a: z.string().trim() }),
    'a coercion': z.coerce.number(),
    'a refinement': z.string().refine((text) => text !== 'x'),
    'a union': z.union([z.string(), z.number()]),
    'an open object': z.looseObject({ a: z.string() }),
    'a pattern with flags': z.string().regex(/^a$/i),
    'a check of its own': z.url(),
  }
  for (const [what, schema] of Object.entries(others)) {
    it(`leaves a schema with ${what} to Zod`, () => assert.equal(quickOf(schema), undefined))
  }
})
