import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import * as z from 'zod'
import type { JsonSchema } from './compiled-schema.ts'
import { compileSchema } from './compile-schema.ts'
import { jsonWriter } from './json-writer.ts'
import { generate } from './json-writer/generate.ts'
import { interpret } from './json-writer/interpret.ts'
import { planOf } from './json-writer/plan.ts'

const writerOf = (schema: z.ZodType) => jsonWriter(compileSchema(schema, 'test').output)
const Order = z.object({ id: z.string(), total: z.number(), note: z.string().optional(), paidAt: z.string().nullable() })

describe('json writer', () => {
  it('lets only declared members out, in the order of the schema · M04.25 M04.26', () => {
    const write = writerOf(Order)
    assert.equal(write({ passwordHash: 'x', paidAt: null, total: 1.5, id: 'a', extra: {} }), '{"id":"a","total":1.5,"paidAt":null}')
  })

  it('filters at every depth: in lists, records, unions and references · M04.26', () => {
    const Item = z.object({ sku: z.string() }).meta({ id: 'Item' })
    const write = writerOf(z.object({ list: z.array(Item), byId: z.record(z.string(), Item), either: z.union([z.string(), Item]) }))
    const secret = { sku: 's', secret: 1 }
    assert.equal(
      write({ list: [secret], byId: { a: secret }, either: secret }),
      '{"list":[{"sku":"s"}],"byId":{"a":{"sku":"s"}},"either":{"sku":"s"}}',
    )
  })

  it('names the place of a missing member and never the value', () => {
    const write = writerOf(z.object({ lines: z.array(Order) }))
    assert.throws(() => write({ lines: [{ total: 1, paidAt: null }] }), {
      message: 'The reply breaks its contract at /lines/0/id: declared is string, found is nothing.',
    })
    assert.throws(
      () => write({ lines: [{ id: 'a', total: 'hunter2', paidAt: null }] }),
      (error: Error) => error.message.includes('/lines/0/total') && !error.message.includes('hunter2'),
    )
  })

  it('refuses NaN, infinities and dates where a JSON value is declared', () => {
    const number = writerOf(z.object({ n: z.number() }))
    assert.throws(() => number({ n: Number.NaN }), /\/n: declared is number, found is NaN/)
    assert.throws(() => number({ n: -Infinity }), /found is -Infinity/)
    assert.throws(() => writerOf(z.object({ at: z.string() }))({ at: new Date(0) }), /found is a Date/)
    assert.throws(() => writerOf(z.object({ n: z.int() }))({ n: 1.5 }), /declared is integer, found is a number with a fraction/)
    assert.throws(() => writerOf(z.array(z.string()))(Array(1)), /at \/0: declared is string, found is nothing/)
  })

  it('writes null for undefined, NaN and infinities where null is declared', () => {
    const write = writerOf(z.object({ a: z.number().nullable(), b: z.string().nullable() }))
    assert.equal(write({ a: Number.NaN }), '{"a":null,"b":null}')
  })

  it('fills in defaults and leaves absent optional members out · M04.15', () => {
    const write = writerOf(z.object({ first: z.string().optional(), role: z.string().default('user'), last: z.string().optional() }))
    assert.equal(write({}), '{"role":"user"}')
    assert.equal(write({ first: 'a', role: 'b', last: undefined }), '{"first":"a","role":"b"}')
  })

  it('passes through what an open schema allows, and nothing where members are named without saying so', () => {
    assert.equal(writerOf(z.looseObject({ a: z.string() }))({ b: 1, a: 'x' }), '{"a":"x","b":1}')
    assert.equal(writerOf(z.object({ a: z.string() }).catchall(z.number()))({ b: 1, a: 'x' }), '{"a":"x","b":1}')
    assert.equal(jsonWriter({ type: 'object', properties: { a: {} } })({ a: [1], b: 2 }), '{"a":[1]}')
    assert.equal(jsonWriter({ type: 'object' })({ b: 2 }), '{"b":2}')
  })

  it('chooses the branch of a union by its constants, then by type', () => {
    const Event = z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('paid'), cents: z.int() }),
      z.object({ kind: z.literal('sent'), to: z.string() }),
    ])
    const write = writerOf(z.array(z.union([Event, z.boolean(), z.null()])))
    assert.equal(write([{ kind: 'sent', to: 'x', cents: 3 }, true, null]), '[{"kind":"sent","to":"x"},true,null]')
    assert.throws(() => write([{ kind: 'lost' }]), /at \/0: declared is one of the declared shapes, found is an object/)
  })

  it('follows references that lead back to themselves', () => {
    const Category = z.object({
      name: z.string(),
      get children() {
        return z.array(Category)
      },
    })
    assert.equal(
      writerOf(Category)({ name: 'a', children: [{ name: 'b', children: [], x: 1 }] }),
      '{"name":"a","children":[{"name":"b","children":[]}]}',
    )
  })

  it('combines allOf, also with a union inside', () => {
    const schema: JsonSchema = {
      allOf: [
        { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
        {
          oneOf: [
            { properties: { a: { type: 'string' } }, required: ['a'] },
            { properties: { b: { type: 'string' } }, required: ['b'] },
          ],
        },
      ],
    }
    assert.equal(jsonWriter(schema)({ b: 'y', id: 'x', c: 1 }), '{"id":"x","b":"y"}')
  })

  it('treats constructor and __proto__ as members only where they are', () => {
    const schema: JsonSchema = { type: 'object', properties: { constructor: { type: 'string' }, ['__proto__']: { type: 'string' } } }
    assert.equal(jsonWriter(schema)({}), '{}')
    assert.equal(
      jsonWriter(JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}}}'))(JSON.parse('{"__proto__":"x"}')),
      '{"__proto__":"x"}',
    )
  })

  it('refuses a reference out of the document when it is made', () => {
    assert.throws(() => jsonWriter({ $ref: 'https://example.com/order.json' }), /does not lead to a schema of the same document/)
  })

  it('escapes strings exactly as JSON.stringify does', () => {
    const write = jsonWriter({ type: 'string' })
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)), maxLength: 60 }),
        (text) => assert.equal(write(text), JSON.stringify(text)),
      ),
    )
    for (const text of ['\ud800', '"', '\\', '\u2028', '\u0000', 'é']) assert.equal(write(text), JSON.stringify(text))
  })

  it('finds what has to be escaped wherever it stands in short, middling and long strings', () => {
    const write = jsonWriter({ type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } }, required: ['a', 'b'] })
    for (const length of [0, 1, 15, 16, 17, 199, 200, 201, 5000])
      for (const bad of ['"', '\\', '\n', '\u001f', '\ud800', '\udfff', '😀', '\u007f', '\u2028', 'é', '\uffff'])
        for (const at of new Set([0, length >> 1, length])) {
          const value = { a: 'x'.repeat(at) + bad + 'x'.repeat(length - at), b: bad }
          assert.equal(write(value), JSON.stringify(value))
        }
    // Two halves that meet only in the text must not become one character.
    assert.equal(write({ a: '\ud83d', b: '\ude00' }), '{"a":"\\ud83d","b":"\\ude00"}')
  })

  it('puts commas only between members, whichever are absent', () => {
    const members = { a: { type: 'integer' }, b: { type: 'string' }, c: { type: ['boolean', 'null'] }, d: {} }
    const full = { a: 1, b: '2', c: null, d: [4], e: 5 }
    const names = Object.keys(full) as (keyof typeof full)[]
    for (const required of [[], ['a'], ['b'], ['d'], ['a', 'c']])
      for (const additionalProperties of [false, true, { type: 'integer' }])
        for (let given = 0; given < 32; given++) {
          const value = Object.fromEntries(
            names.filter((name, at) => required.includes(name) || given & (1 << at)).map((name) => [name, full[name]]),
          )
          const declared = Object.fromEntries(Object.entries(value).filter(([name]) => name in members))
          const write = generate(planOf({ type: 'object', properties: members, required, additionalProperties }))!
          assert.equal(write(value), JSON.stringify(additionalProperties === false ? declared : value))
        }
  })

  it('writes undeclared names of an open object as they are, however odd', () => {
    const write = generate(planOf({ type: 'object', properties: { a: {} }, additionalProperties: { type: 'integer' } }))!
    const value: unknown = JSON.parse('{"a":0,"__proto__":1,"7":2,"\\"":3,"\\ud800":4,"constructor":5}')
    assert.equal(write(value), '{"a":0,"7":2,"__proto__":1,"\\"":3,"\\ud800":4,"constructor":5}')
  })

  it('leaves tuples and members by pattern to the interpreter, and nothing around them', () => {
    const schema: JsonSchema = {
      type: 'object',
      properties: {
        pair: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'integer' }], items: false },
        tags: { type: 'object', patternProperties: { '^x-': { type: 'string' } }, additionalProperties: false },
      },
      required: ['pair', 'tags'],
    }
    assert.equal(generate(planOf(schema))!({ pair: ['a', 1], tags: { 'x-a': 'b', y: 1 }, more: 1 }), '{"pair":["a",1],"tags":{"x-a":"b"}}')
    assert.throws(() => jsonWriter(schema)({ pair: ['a', 'b'], tags: {} }), /at \/pair\/1: declared is integer, found is a string/)
  })

  it('writes what JSON.stringify writes of any value that fits, generated and interpreted alike', () => {
    fc.assert(
      fc.property(schemaWithValue, ([schema, value]) => {
        const plan = planOf(schema)
        const expected = JSON.stringify(value)
        assert.deepEqual(JSON.parse(interpret(plan, value)), JSON.parse(expected))
        assert.equal(jsonWriter(schema)(value), interpret(plan, value))
      }),
    )
  })

  it('answers alike generated and interpreted for values that do not fit', () => {
    const attempt = (write: () => string) => {
      try {
        return write()
      } catch {
        return 'refused'
      }
    }
    fc.assert(
      fc.property(schemaWithValue, fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true }), ([schema], value) => {
        const plan = planOf(schema)
        const reference = attempt(() => interpret(plan, value))
        const generated = attempt(() => generate(plan)!(value))
        // The generated code may pass on to the interpreter, but what it does write must be right.
        if (generated !== 'refused') assert.equal(generated, reference)
        assert.equal(
          attempt(() => jsonWriter(schema)(value)),
          reference,
        )
      }),
      { numRuns: 500 },
    )
  })
})

const leaf = fc.oneof(
  fc.string().map((value) => [{ type: 'string' }, value] as const),
  fc.integer().map((value) => [{ type: 'integer' }, value] as const),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => [{ type: 'number' }, value] as const),
  fc.boolean().map((value) => [{ type: 'boolean' }, value] as const),
  fc.constant([{ type: ['string', 'null'] }, null] as const),
  fc.jsonValue({ maxDepth: 1 }).map((value) => [{}, value] as const),
)

/** A schema and a value that fits it. */
const schemaWithValue = fc.letrec<{ pair: readonly [JsonSchema, unknown] }>((tie) => ({
  pair: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf as fc.Arbitrary<readonly [JsonSchema, unknown]>,
    fc
      .dictionary(fc.string({ maxLength: 8 }), fc.tuple(tie('pair'), fc.boolean(), fc.boolean()), { maxKeys: 4, noNullPrototype: true })
      .map((members) => {
        const all = Object.entries(members)
        const required = all.filter(([, [, must]]) => must).map(([name]) => name)
        const present = all.filter(([, [, must, given]]) => must || given)
        return [
          { type: 'object', properties: Object.fromEntries(all.map(([name, [[schema]]]) => [name, schema])), required },
          Object.fromEntries(present.map(([name, [[, value]]]) => [name, value])),
        ] as const
      }),
    fc
      .tuple(tie('pair'), fc.nat({ max: 3 }))
      .map(([[schema, value], count]) => [{ type: 'array', items: schema }, Array(count).fill(value)] as const),
    fc
      .dictionary(fc.string({ maxLength: 8 }), fc.integer(), { maxKeys: 4, noNullPrototype: true })
      .map((record) => [{ type: 'object', additionalProperties: { type: 'integer' } }, record] as const),
  ),
})).pair
