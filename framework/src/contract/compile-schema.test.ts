import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as z from 'zod'
import { BootError } from '../std/errors.ts'
import { compileSchema, type CompileOptions } from './compile-schema.ts'
import type { Verdict } from './compiled-schema.ts'
import { schema as jsonSchema } from './json-schema/index.ts'
import type { Schema } from './standard-schema.ts'

const issuesOf = (schema: Schema<any, any>, value: unknown, options?: CompileOptions) =>
  ((compileSchema(schema, 'test', options).parse(value) as Verdict<unknown>).issues ?? []).map(({ pointer, code }) => `${pointer} ${code}`)
const Order = z.object({
  email: z.email(),
  lines: z.array(z.object({ sku: z.string().min(2), quantity: z.int().min(1).max(9) })).max(2),
  note: z.string().max(3).optional(),
})

describe('compiled schema', () => {
  it('gives the value as its library converts it', () => {
    const compiled = compileSchema(z.object({ name: z.string().trim(), at: z.string().transform((text) => new Date(text)) }), 'test')
    assert.deepEqual(compiled.parse({ name: ' a ', at: '2026-01-01' }), { value: { name: 'a', at: new Date('2026-01-01') } })
  })

  it('reports every breach at once, with field, pointer, code, message and params · M06.18', () => {
    const verdict = compileSchema(Order, 'test').parse({
      lines: [{ sku: 'a', quantity: 10, colour: 'red' }],
      note: 'long',
      'a/b': 1,
    }) as Verdict<unknown>
    assert.deepEqual(verdict.issues, [
      { field: 'email', pointer: '/email', code: 'required', message: 'Is required.' },
      {
        field: 'lines.0.sku',
        pointer: '/lines/0/sku',
        code: 'too-short',
        message: 'Must have at least 2 characters.',
        params: { minLength: 2 },
      },
      { field: 'lines.0.quantity', pointer: '/lines/0/quantity', code: 'too-big', message: 'Must be at most 9.', params: { maximum: 9 } },
      { field: 'note', pointer: '/note', code: 'too-long', message: 'Must have at most 3 characters.', params: { maxLength: 3 } },
      { field: 'lines.0.colour', pointer: '/lines/0/colour', code: 'unknown-member', message: 'Is not a known member.' },
      { field: 'a/b', pointer: '/a~1b', code: 'unknown-member', message: 'Is not a known member.' },
    ])
  })

  it('says the same of the same breach whether Zod or a JSON Schema found it', () => {
    const raw = jsonSchema(
      {
        type: 'object',
        properties: {
          n: { type: 'number', minimum: 1 },
          s: { type: 'string', minLength: 2 },
          e: { enum: ['a', 'b'] },
          l: { type: 'array', maxItems: 1 },
          m: { type: 'number', multipleOf: 5 },
          r: {},
          f: { type: 'string', format: 'email' },
        },
        required: ['r'],
      },
      { formats: 'assert' },
    )
    const zod = z.object({
      n: z.number().min(1),
      s: z.string().min(2),
      e: z.enum(['a', 'b']),
      l: z.array(z.any()).max(1),
      m: z.number().multipleOf(5),
      r: z.string(),
      f: z.email(),
    })
    const value = { n: 0, s: 'x', e: 'c', l: [1, 2], m: 3, f: 'no', extra: 1 }
    const of = (schema: Schema<any, any>) =>
      (compileSchema(schema, 'test').parse(value) as Verdict<unknown>)
        .issues!.map(({ pointer, code, params }) => ({ pointer, code, params }))
        .sort((a, b) => (a.pointer < b.pointer ? -1 : 1))
    assert.deepEqual(of(raw), of(zod))
  })

  it('never converts types in a JSON body: a string is no number and no list · M06.1', () => {
    assert.deepEqual(issuesOf(z.object({ n: z.int(), s: z.string(), b: z.boolean() }), { n: '1', s: ['a'], b: 'true' }), [
      '/n invalid-type',
      '/s invalid-type',
      '/b invalid-type',
    ])
  })

  it('tells apart formats that are right and wrong · M06.2', () => {
    const corpus: [Schema<any, any>, string[], string[]][] = [
      [z.email(), ['a@x.com', "o'neil+tag@sub.example.org"], ['a@', 'a b@x.com', '@x.com', 'a@x']],
      [z.uuid(), ['0192f0c1-2345-7abc-8def-0123456789ab'], ['0192f0c1', '0192f0c1-2345-7abc-8def-0123456789ag']],
      [z.iso.date(), ['2028-02-29'], ['2027-02-29', '2027-2-9']],
      [z.e164(), ['+14155552671'], ['4155552671', '+1']],
      [jsonSchema({ type: 'string', format: 'email' }, { formats: 'assert' }), ['a@x.com'], ['a@', 'a b@x.com']],
      [jsonSchema({ type: 'string', format: 'uuid' }, { formats: 'assert' }), ['0192f0c1-2345-7abc-8def-0123456789ab'], ['0192f0c1']],
      [
        jsonSchema({ type: 'string', format: 'date-time' }, { formats: 'assert' }),
        ['2026-11-23T06:15:00Z'],
        ['2026-11-23', '2026-13-01T00:00:00Z'],
      ],
    ]
    for (const [schema, good, bad] of corpus) {
      for (const text of good) assert.deepEqual(issuesOf(schema, text), [], text)
      for (const text of bad) assert.deepEqual(issuesOf(schema, text), [' invalid-format'], text)
    }
  })

  it('says what format it wants in its own words, so that they can be said in every language, and keeps those of an author · M06.19', () => {
    const messageOf = (member: z.ZodType) => (compileSchema(member, 'test').parse('x') as Verdict<unknown>).issues?.[0]?.message
    for (const [member, format] of [
      [z.email(), 'email'],
      [z.uuid(), 'uuid'],
      [z.url(), 'url'],
      [z.iso.date(), 'date'],
      [z.iso.datetime(), 'datetime'],
      [z.ipv4(), 'ipv4'],
    ] as const)
      assert.equal(messageOf(member), `Must be a valid ${format}.`)
    assert.equal(messageOf(z.email('Invalid e-mail, sorry')), 'Invalid e-mail, sorry')
  })

  it('caps an answer at 100 issues and never repeats a value · M06.18', () => {
    const many = compileSchema(z.array(z.string()), 'test').parse(Array(500).fill(7)) as Verdict<unknown>
    assert.equal(many.issues!.length, 100)
    const secret = compileSchema(z.object({ password: z.string().max(3), pin: z.int(), kind: z.enum(['a']) }), 'test').parse({
      password: 'hunter2',
      pin: 'hunter2',
      kind: 'hunter2',
    })
    assert.ok(!JSON.stringify(secret).includes('hunter2'))
    const long = compileSchema(z.object({}), 'test').parse({ ['k'.repeat(100_000)]: 1 })
    assert.ok(JSON.stringify(long).length < 1000)
  })

  it('hides the message of a library that quotes the value', () => {
    const quoting: Schema<string, string> = {
      '~standard': {
        version: 1,
        vendor: 'other',
        validate: (value) => ({ issues: [{ message: `received ${String(value)}` }] }),
        jsonSchema: { input: () => ({ type: 'string' }), output: () => ({}) },
      },
    }
    assert.deepEqual(compileSchema(quoting, 'test').parse('hunter2'), {
      issues: [{ field: '', pointer: '', code: 'invalid', message: 'Is not valid.' }],
    })
  })

  it('keeps the sentence that the author of a schema wrote', () => {
    const verdict = compileSchema(z.object({ name: z.string({ error: 'Tell us your name.' }) }), 'test').parse({}) as Verdict<unknown>
    assert.deepEqual(verdict.issues, [{ field: 'name', pointer: '/name', code: 'required', message: 'Tell us your name.' }])
  })

  it('waits for a schema that asks elsewhere', async () => {
    const taken = z.object({ name: z.string().refine((name) => Promise.resolve(name !== 'bob'), 'Is taken.') })
    const verdict = compileSchema(taken, 'test').parse({ name: 'bob', x: 1 })
    assert.ok(verdict instanceof Promise)
    assert.deepEqual(
      (await verdict).issues?.map(({ code, message }) => [code, message]),
      [
        ['invalid', 'Is taken.'],
        ['unknown-member', 'Is not a known member.'],
      ],
    )
  })
})

describe('unknown members', () => {
  it('are found in lists, tuples, references and records', () => {
    const Category = z.object({
      name: z.string(),
      get children() {
        return z.array(Category)
      },
    })
    const schema = z.object({
      tree: Category,
      pair: z.tuple([z.string(), z.object({ a: z.int() })]),
      byId: z.record(z.string(), z.object({ a: z.int() })),
    })
    const value = {
      tree: { name: 'x', children: [{ name: 'y', children: [], z: 1 }] },
      pair: ['a', { a: 1, b: 2 }],
      byId: { k: { a: 1, c: 2 } },
    }
    assert.deepEqual(issuesOf(schema, value), ['/tree/children/0/z unknown-member', '/pair/1/b unknown-member', '/byId/k/c unknown-member'])
  })

  it('of a union are those that no fitting branch names', () => {
    const schema = z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('card'), number: z.string() }),
      z.object({ kind: z.literal('cash'), note: z.string().optional() }),
    ])
    assert.deepEqual(issuesOf(schema, { kind: 'cash', note: 'x' }), [])
    assert.deepEqual(issuesOf(schema, { kind: 'cash', number: 'x' }), ['/number unknown-member'])
    const combined = jsonSchema({ allOf: [{ properties: { a: {} } }, { anyOf: [{ properties: { b: {} } }, { properties: { c: {} } }] }] })
    assert.deepEqual(issuesOf(combined, { a: 1, b: 1, c: 1, d: 1 }), ['/d unknown-member'])
  })

  it('are no breach where the schema is open', () => {
    assert.deepEqual(issuesOf(z.looseObject({ a: z.int() }), { a: 1, b: 2 }), [])
    assert.deepEqual(issuesOf(jsonSchema({ type: 'object' }), { a: 1 }), [])
    assert.deepEqual(issuesOf(jsonSchema({ properties: {}, patternProperties: { '^x-': {} } }), { 'x-a': 1, y: 1 }), ['/y unknown-member'])
  })

  it('are dropped or left alone when the endpoint says so · M03.2', () => {
    const raw = jsonSchema({ type: 'object', properties: { a: { type: 'object', properties: { b: {} } } } })
    const value = { a: { b: 1, c: 2 }, d: 3 }
    assert.deepEqual(compileSchema(raw, 'test', { unknownMembers: 'drop' }).parse(value), { value: { a: { b: 1 } } })
    assert.deepEqual(value, { a: { b: 1, c: 2 }, d: 3 })
    assert.deepEqual(compileSchema(raw, 'test', { unknownMembers: 'allow' }).parse(value), { value })
    assert.deepEqual(compileSchema(z.object({ a: z.int() }), 'test', { unknownMembers: 'drop' }).parse({ a: 1, b: 2 }), { value: { a: 1 } })
  })

  it('named __proto__ or constructor are members like any other', () => {
    const value = JSON.parse('{"a":1,"__proto__":{"admin":true},"constructor":1}')
    assert.deepEqual(issuesOf(z.object({ a: z.int() }), value), ['/__proto__ unknown-member', '/constructor unknown-member'])
  })
})

describe('a union that does not match', () => {
  const schema = z.object({
    pay: z.union([z.object({ kind: z.literal('card'), number: z.string() }), z.object({ kind: z.literal('cash'), coins: z.int() })]),
  })

  it('is explained by the branch that was meant', () => {
    assert.deepEqual(issuesOf(schema, { pay: { kind: 'cash', coins: 'x' } }), ['/pay/coins invalid-type'])
  })

  it('is one issue when none was meant, and "required" when nothing was sent', () => {
    assert.deepEqual(issuesOf(schema, { pay: { kind: 'cheque' } }), ['/pay no-match'])
    assert.deepEqual(issuesOf(schema, {}), ['/pay required'])
    assert.deepEqual(issuesOf(jsonSchema({ oneOf: [{ type: 'string' }, { type: 'object', required: ['a'] }] }), 1), [' no-match'])
  })
})

describe('what JSON Schema cannot express', () => {
  const failure = (make: () => unknown) => {
    try {
      make()
    } catch (error) {
      assert.ok(error instanceof BootError)
      assert.equal(error.code, 'contract-invalid')
      return error.message
    }
    return assert.fail('nothing was thrown')
  }

  it('refuses to boot, naming the endpoint, the slot and the path · M04.10', () => {
    assert.equal(
      failure(() => compileSchema(z.object({ lines: z.array(z.object({ at: z.date() })) }), 'POST /orders body')),
      'POST /orders body/lines/*/at: Date cannot be represented in JSON Schema.',
    )
    assert.match(
      failure(() => compileSchema(z.object({ id: z.bigint().optional() }), 'GET / query')),
      /^GET \/ query\/id: BigInt/,
    )
  })

  it('is a matter of replies only when asked for their side', () => {
    const compiled = compileSchema(z.object({ at: z.string().transform((text) => new Date(text)) }), 'GET / returns')
    assert.match(
      failure(() => compiled.output),
      /^GET \/ returns\/at: Transforms cannot/,
    )
  })

  it('refuses a reply whose schema converts it, because replies are written as they are given', () => {
    const converting = compileSchema(z.object({ n: z.string().transform(Number).pipe(z.number()) }), 'GET / returns')
    assert.match(
      failure(() => converting.output),
      /^GET \/ returns: the schema converts what it is given/,
    )
    assert.ok(
      compileSchema(z.object({ role: z.string().default('user'), list: z.array(z.object({ a: z.int() })) }), 'GET / returns').output,
    )
  })

  it('names a library without Standard JSON Schema', () => {
    assert.match(
      failure(() => compileSchema({ '~standard': { version: 1, vendor: 'old', validate: () => ({ value: 1 }) } } as never, 'GET / query')),
      /this version of old has no Standard JSON Schema/,
    )
  })

  it('is said of a JSON Schema that is none, with the path', () => {
    assert.match(
      failure(() => jsonSchema({ properties: { a: { type: 'objekt' } } })),
      /\/properties\/a\/type does not fit the dialect \(no-match\)/,
    )
    assert.match(
      failure(() => jsonSchema({ $ref: '#/$defs/Missing' })),
      /refers to #\/\$defs\/Missing, which is not there/,
    )
  })
})
