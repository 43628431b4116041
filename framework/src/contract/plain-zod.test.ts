import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import * as z from 'zod'
import { compileSchema } from './compile-schema.ts'
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

const Kin = z.object({
  name: z.string().trim(),
  get kids() {
    return z.array(Kin).optional()
  },
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

  const spaced = fc.constantFrom(
    'ABC-1',
    ' ABC-1',
    'abc',
    'ABC\n',
    'USD',
    '',
    ' ',
    'Alice@x.com',
    'alice@x.com',
    'é',
    'e\u0301',
    '😀',
    '12',
  )
  const price = fc.constantFrom(0, -0, 0.1, 0.29, 1.005, 19.99, 249.5, 1e6, -1, 1e-7)
  const changing: Record<string, [schema: z.ZodType, values: fc.Arbitrary<unknown>]> = {
    'a default': [
      z.object({ a: z.string().trim().default('x'), constructor: z.string().default('y') }),
      fc.record({ a: spaced, constructor: spaced }, { requiredKeys: [], noNullPrototype: true }),
    ],
    'a default of a named part, and one for the whole': [
      z.object({ a: z.enum(['USD', 'EUR']).meta({ id: 'ChangedCurrency' }).default('USD') }).default({ a: 'EUR' }),
      fc.option(fc.record({ a: spaced }, { requiredKeys: [], noNullPrototype: true }), { nil: undefined }),
    ],
    'a default that is checked': [z.object({ a: z.string().min(2).prefault('xyz').nullable().optional() }), fc.record({ a: fc.option(spaced) }, { requiredKeys: [], noNullPrototype: true })], // prettier-ignore
    trimming: [
      z
        .string()
        .trim()
        .min(1)
        .max(5)
        .regex(/^\P{Cc}*$/u),
      spaced,
    ],
    'trimming of what may be absent': [
      z.object({ a: z.string().trim().optional(), b: z.string().trim().nullable() }),
      fc.record({ a: spaced, b: fc.option(spaced) }, { requiredKeys: ['b'], noNullPrototype: true }),
    ],
    'a normal form': [z.array(z.string().normalize('NFC').toLowerCase()).max(2), fc.array(spaced, { maxLength: 3 })],
    'an address in lower case': [z.string().trim().toLowerCase().max(254).check(z.email()), spaced],
    'a change of a number': [z.array(z.number().overwrite(Math.abs)), fc.array(price, { maxLength: 2 })],
    'hundredths, which Zod rounds in its own way': [
      z.object({ price: z.number().min(0).multipleOf(0.01) }),
      fc.record({ price }, { noNullPrototype: true }),
    ],
    'changes deep inside of itself': [
      Kin,
      fc.record(
        { name: spaced, kids: fc.array(fc.record({ name: spaced, kids: fc.constant([]) }, { noNullPrototype: true }), { maxLength: 2 }) },
        { requiredKeys: ['name'], noNullPrototype: true },
      ),
    ],
  }
  for (const [what, [schema, values]] of Object.entries(changing)) {
    it(`says yes exactly where Zod has nothing to change: ${what}`, () => {
      const quick = quickOf(schema)!
      const count = { yes: 0, no: 0 }
      const agree = (value: unknown) => {
        const verdict = schema.safeParse(value)
        assert.equal(quick(value), verdict.success && isDeepStrictEqual(verdict.data, value), JSON.stringify(value))
        count[quick(value) ? 'yes' : 'no']++
      }
      fc.assert(fc.property(values, agree), { seed: 1, numRuns: 500 })
      assert.ok(count.yes > 10 && count.no > 10, JSON.stringify(count))
    })
  }

  // Texts that are nearly right, by the letters and the signs that a format knows.
  const nearly = (alphabet: string, maxLength: number, ...examples: readonly string[]) => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from(alphabet)), maxLength })
    const changed = fc
      .tuple(fc.constantFrom(...examples), fc.nat(), fc.constantFrom('', '\n', ...Array.from(alphabet)))
      .map(([whole, at, sign]) => whole.slice(0, at % (whole.length + 1)) + sign + whole.slice((at % (whole.length + 1)) + 1))
    return fc.oneof(fc.constantFrom(...examples), changed, text)
  }
  const uuid = '0192f0c1-2345-7abc-8def-0123456789ab'
  const formats: Record<string, [schema: z.ZodType, values: fc.Arbitrary<string>]> = {
    ipv4: [z.ipv4(), nearly('0125.', 8, '127.0.0.1', '255.255.255.255')],
    cidrv4: [z.cidrv4(), nearly('0123./', 8, '10.0.0.0/8', '1.2.3.4/32')],
    mac: [z.mac(), nearly('0af:-', 17, '00:1a:2b:3c:4d:5e', '00:1A:2B:3C:4D:5E')],
    email: [z.email(), nearly('aA.@+-', 8, 'a@x.com', 'a.b+c@x-y.org', 'a..b@x.com')],
    uuid: [z.uuid(), nearly('0a8f-', 36, uuid, '00000000-0000-0000-0000-000000000000')],
    guid: [z.guid(), nearly('0a8f-', 36, uuid)],
    ulid: [z.ulid(), nearly('01AZUI', 26, '01ARZ3NDEKTSV4RRFFQ69G5FAV')],
    cuid2: [z.cuid2(), nearly('az09_', 12, 'tz4a98xxat96iws9zmbrgj3a')],
    nanoid: [z.nanoid(), nearly('aZ0_-', 21, 'V1StGXR8_Z5jdHi6B-myT')],
    e164: [z.e164(), nearly('+0129', 16, '+14155552671')],
    emoji: [z.emoji(), nearly('😀👍🏽a', 3, '😀', '👨‍👩‍👧')],
    'a date': [z.iso.date(), nearly('0123-9', 10, '2024-02-29', '2023-02-29', '2024-13-01', '2100-02-29')],
    'a time': [z.iso.time(), nearly('0125:.', 8, '23:59:59', '24:00', '12:30:00.123')],
    'a date and time': [
      z.iso.datetime({ offset: true }),
      nearly('0123-T:Z+', 8, '2024-02-29T12:00:00Z', '2024-02-30T12:00:00Z', '2024-02-29T12:00:00+02:00'),
    ],
    'a part': [z.string().includes('a😀'), nearly('a😀b', 4, 'a😀', 'ba😀b')],
  }
  const wrapped = (quick: (value: unknown) => boolean) => (a: string) => quick({ a })
  for (const [what, [schema, values]] of Object.entries(formats)) {
    it(`says yes only where Zod does, of texts that are nearly right: ${what}`, () => {
      const quicks = [quickOf(schema)!, wrapped(quickOf(z.object({ a: schema.optional() }))!)]
      const count = { yes: 0, wrong: 0 }
      const agree = (value: string) => {
        const right = schema.safeParse(value).success
        if (!right) count.wrong++
        for (const quick of quicks) {
          if (!quick(value)) continue
          assert.ok(right, JSON.stringify(value))
          count.yes++
        }
      }
      fc.assert(fc.property(values, agree), { seed: 1, numRuns: 2_000 })
      assert.ok(count.yes > 20 && count.wrong > 10, JSON.stringify(count))
    })
  }

  it('does not run out of stack over a long text · M06.2', () => {
    const schema = compileSchema(z.object({ photo: z.base64() }), 'test')
    for (const [length, issues] of [
      [16_000_000, 0],
      [16_000_001, 1],
    ] as const) {
      const verdict = schema.parse({ photo: 'A'.repeat(length) })
      assert.ok(!(verdict instanceof Promise) && (verdict.issues ?? []).length === issues)
    }
  })

  const others: Record<string, z.ZodType> = {
    'a transformation': z.object({ a: z.string().transform(Number) }),
    'a list put in order': z.array(z.string()).overwrite((list) => list.sort()),
    'a check behind what may be absent': z
      .string()
      .optional()
      .check(z.minLength(3) as never),
    'a pattern that takes 😀 for two': z.string().regex(/^.$/),
    'a coercion': z.coerce.number(),
    'a refinement': z.string().refine((text) => text !== 'x'),
    'a union': z.union([z.string(), z.number()]),
    'an open object': z.looseObject({ a: z.string() }),
    'a pattern with flags': z.string().regex(/^a$/i),
    'a check of its own': z.url(),
    'a checksum': z.iban(),
    'a number of a card': z.object({ a: z.creditCard().optional() }),
    'padding behind its pattern': z.base64(),
    'bytes in letters of URLs': z.string().check(z.base64url()),
    'an address that a URL parser reads': z.ipv6(),
    'a net of such addresses': z.cidrv6(),
    'a format of its own': z.stringFormat('even', /^(aa)*$/),
  }
  for (const [what, schema] of Object.entries(others)) {
    it(`leaves a schema with ${what} to Zod`, () => assert.equal(quickOf(schema), undefined))
  }
})
