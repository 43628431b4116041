import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import * as z from 'zod'
import { BootError } from '../../std/errors.ts'
import { compileSchema } from '../compile-schema.ts'
import type { Verdict } from '../compiled-schema.ts'
import { endpoint } from '../endpoint.ts'
import { jsonWriter } from '../json-writer.ts'
import { toOpenApi } from '../openapi.ts'
import { problem } from '../problem.ts'
import { namedSchema } from './named-schema.ts'
import { camelCase, snakeCase } from './naming.ts'

const Line = z.object({ unitPrice: z.number(), giftWrap: z.boolean().optional() }).meta({ id: 'NamingLine' })
const Order = z.object({
  orderId: z.string(),
  placedAt: z.iso.datetime().optional(),
  allLines: z.array(Line).default([]),
  unitsBySku: z.record(z.string(), z.object({ leftOver: z.int() })),
  paidBy: z.union([z.object({ cardNumber: z.string() }), z.object({ bankCode: z.string() })]).optional(),
  get subOrders() {
    return z.array(Order).optional()
  },
})
const full = {
  orderId: 'a',
  allLines: [{ unitPrice: 2, giftWrap: true }],
  unitsBySku: { fooBar: { leftOver: 1 }, foo_bar: { leftOver: 2 } },
  paidBy: { cardNumber: '4' },
  subOrders: [{ orderId: 'b', allLines: [], unitsBySku: {} }],
}
const written = {
  order_id: 'a',
  all_lines: [{ unit_price: 2, gift_wrap: true }],
  units_by_sku: { fooBar: { left_over: 1 }, foo_bar: { left_over: 2 } },
  paid_by: { card_number: '4' },
  sub_orders: [{ order_id: 'b', all_lines: [], units_by_sku: {} }],
}
const { input, output } = compileSchema(Order, 'order')
const named = namedSchema(compileSchema(Order, 'order', { unknownMembers: 'allow' }), {
  naming: snakeCase,
  where: 'order',
  unknownMembers: 'refuse',
})
const issuesOf = (value: unknown) =>
  ((named.parse(value) as Verdict<unknown>).issues ?? []).map(({ pointer, field, code }) => `${pointer} ${field} ${code}`)

describe('naming', () => {
  it('writes one name in one way · M04.24', () => {
    const words = ['createdAt', 'unitPriceEUR', 'URLPath', 'line2Text', 'a', '_id', 'already_so', 'x-tenant'].map(snakeCase.word)
    assert.deepEqual(words, ['created_at', 'unit_price_eur', 'url_path', 'line2_text', 'a', '_id', 'already_so', 'x-tenant'])
    assert.deepEqual(['created_at', '_id', 'a__b', 'line_2', 'same'].map(camelCase.word), ['createdAt', '_id', 'aB', 'line2', 'same'])
  })

  it('goes there and back through lists, unions, recursion and defaults; names that are data stay · M04.24', () => {
    const names = snakeCase.of(input, 'order')
    assert.deepEqual(names.toWritten(full), written)
    assert.deepEqual(names.fromWritten(written), full)
    assert.deepEqual(named.parse(written), { value: full })
  })

  it('gives back any value that it wrote · M04.24', () => {
    const schema = {
      type: 'object',
      properties: { aB: { type: 'array', items: { $ref: '#' } }, cD: {}, eF: { type: 'object', additionalProperties: { $ref: '#' } } },
    }
    const { toWritten, fromWritten } = snakeCase.of(schema, 'tree')
    const { tree } = fc.letrec((tie) => {
      const inner = fc.oneof({ maxDepth: 2 }, fc.constant({}), tie('tree'))
      return {
        tree: fc.record(
          {
            aB: fc.array(inner, { maxLength: 2 }),
            cD: fc.jsonValue({ maxDepth: 1 }),
            eF: fc.dictionary(fc.string({ maxLength: 5 }), inner, { maxKeys: 2 }),
          },
          { requiredKeys: [] },
        ),
      }
    })
    const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
    fc.assert(
      fc.property(tree, (value) => assert.deepEqual(plain(fromWritten(plain(toWritten(value)))), plain(value))),
      { seed: 24, numRuns: 300 },
    )
  })

  it("tells places by their written names, and refuses the contract's · M04.24", () => {
    const wrong = { orderId: 'a', all_lines: [{ unit_price: 'x', extra: 1 }], units_by_sku: { fooBar: {} } }
    assert.deepEqual(issuesOf(wrong), [
      '/order_id order_id required',
      '/all_lines/0/unit_price all_lines.0.unit_price invalid-type',
      '/units_by_sku/fooBar/left_over units_by_sku.fooBar.left_over required',
      '/orderId orderId unknown-member',
      '/all_lines/0/extra all_lines.0.extra unknown-member',
    ])
  })

  it('lets no undeclared member out under the written name of a declared one · M04.24 M04.26', () => {
    const names = snakeCase.of(output, 'order')
    const row = { orderId: 'a', unitsBySku: {}, allLines: [], placed_at: 'leaked', password_hash: 'secret' }
    assert.deepEqual(names.toWritten(row), { order_id: 'a', units_by_sku: {}, all_lines: [] })
    const open = snakeCase.of({ type: 'object', properties: { placedAt: { type: 'string' } }, additionalProperties: true }, 'open')
    assert.deepEqual(open.toWritten({ placed_at: 'leaked', other: 1 }), { other: 1 })
  })

  it("leaves JavaScript's own types to the writer · M04.24", () => {
    const schema = {
      type: 'object',
      properties: { paidAt: { type: 'string', format: 'date-time' }, tagSet: { type: 'array', items: { type: 'object', properties: { tagName: {} } } }, byName: { type: 'object', additionalProperties: { type: 'integer' } } }, // prettier-ignore
    }
    const names = snakeCase.of(schema, 'x')
    const value = { paidAt: new Date(0), tagSet: new Set([{ tagName: 'a' }]), byName: new Map([['aB', 1]]) }
    assert.equal(
      jsonWriter(names.schema)(names.toWritten(value)),
      '{"paid_at":"1970-01-01T00:00:00.000Z","tag_set":[{"tag_name":"a"}],"by_name":{"aB":1}}',
    )
  })

  it('cannot be led to a prototype by names of the sender · M04.17 M04.24', () => {
    const body = JSON.parse('{"__proto__":{"order_id":"x"},"constructor":1,"order_id":"a","units_by_sku":{}}') as object
    assert.deepEqual(issuesOf(body), ['/__proto__ __proto__ unknown-member', '/constructor constructor unknown-member'])
    assert.equal(Object.hasOwn(Object.prototype, 'order_id'), false)
  })

  it('does not start where two members would be written alike · M04.24', () => {
    const twice = z.object({ unitPrice: z.int(), unit_price: z.int() })
    assert.throws(
      () => snakeCase.of(compileSchema(twice, 'x').input, 'POST /x body'),
      (error) => error instanceof BootError && error.message === 'POST /x body: unitPrice and unit_price would both be written unit_price.',
    )
  })

  it('shows written names in OpenAPI: paths, queries, bodies, answers, defaults, examples and problems · M04.24', () => {
    const SoldOut = problem('sold-out', 409, z.object({ leftOver: z.int() }))
    const Price = z
      .object({ unitPrice: z.number(), taxRule: z.object({ ruleId: z.int() }).default({ ruleId: 1 }) })
      .meta({ id: 'NamingPrice', examples: [{ unitPrice: 1, taxRule: { ruleId: 2 } }] })
    const change = endpoint('PUT /items/{itemId}/price', {
      summary: 'Change',
      auth: 'none',
      query: z.object({ dryRun: z.boolean().optional() }),
      body: Price,
      returns: Price,
      errors: [SoldOut],
    })
    const named = endpoint(change.address, { ...change.promises, naming: snakeCase })
    const routes = [change, named].map((one, at) => ({ name: `change${at}`, endpoint: one, prefix: at === 0 ? '' : '/v2' }))
    const { paths, components } = toOpenApi({ title: 't', version: '1', routes }) as unknown as {
      paths: Record<string, { put: { parameters: { name: string }[]; requestBody: object; responses: Record<string, { $ref: string }> } }>
      components: {
        schemas: Record<string, { properties: Record<string, object>; required: string[]; examples: unknown[]; allOf: object[] }>
      }
    }
    const { put } = paths['/v2/items/{item_id}/price']!
    assert.deepEqual(
      put.parameters.map(({ name }) => name),
      ['item_id', 'dry_run'],
    )
    const [plain, snake] = ['NamingPrice', 'NamingPriceInput'].map((name) => components.schemas[name]!)
    assert.deepEqual(Object.keys(plain!.properties), ['unitPrice', 'taxRule'])
    assert.deepEqual(Object.keys(snake!.properties), ['unit_price', 'tax_rule'])
    assert.deepEqual(snake!.required, ['unit_price'])
    assert.deepEqual(snake!.examples, [{ unit_price: 1, tax_rule: { rule_id: 2 } }])
    assert.deepEqual((snake!.properties['tax_rule'] as { default: object }).default, { rule_id: 1 })
    assert.ok(JSON.stringify(components.schemas['SoldOutProblem']).includes('"leftOver"'))
    assert.ok(JSON.stringify(components.schemas['SoldOutProblem2']).includes('"left_over"'))
    assert.notEqual(put.responses['409']!.$ref, paths['/items/{itemId}/price']!.put.responses['409']!.$ref)
  })
})
