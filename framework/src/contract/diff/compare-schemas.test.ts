import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { JsonSchema } from '../compiled-schema.ts'
import { schema } from '../json-schema/index.ts'
import { unknownMembers } from '../unknown-members.ts'
import type { Sink } from './change.ts'
import { compareSchemas } from './compare-schemas.ts'

function changesOf(side: Sink['side'], older: JsonSchema, newer: JsonSchema): { breaking: string[]; harmless: string[] } {
  const changes = { breaking: [] as string[], harmless: [] as string[] }
  compareSchemas(
    { root: older, nodes: [older] },
    { root: newer, nodes: [newer] },
    {
      side,
      report: (breaking, { message, pointer = '' }) =>
        void changes[breaking ? 'breaking' : 'harmless'].push(`${pointer} ${message}`.trim()),
    },
  )
  return changes
}
const object = (properties: JsonSchema, required: string[] = [], more: JsonSchema = {}) => ({
  type: 'object',
  properties,
  required,
  ...more,
})

/** An old and a new schema, and what is said of the change to those who send and to those who read. */
interface Expected {
  request?: { breaking?: string[]; harmless?: string[] }
  answer?: { breaking?: string[]; harmless?: string[] }
}
const corpus: Record<string, [JsonSchema, JsonSchema, Expected]> = {
  'a new required member': [
    object({ a: { type: 'string' } }),
    object({ a: { type: 'string' }, b: { type: 'string' } }, ['b']),
    { request: { breaking: ['/b is new and required'] }, answer: { harmless: ['/b is new'] } },
  ],
  'a new optional member': [object({}), object({ b: {} }), { request: { harmless: ['/b is new'] }, answer: { harmless: ['/b is new'] } }],
  'a member that is gone': [
    object({ a: {}, b: {} }, ['a']),
    object({ b: {} }),
    { request: { breaking: ['/a is gone'] }, answer: { breaking: ['/a is gone'] } },
  ],
  'a member that becomes required': [
    object({ a: {} }),
    object({ a: {} }, ['a']),
    { request: { breaking: ['/a is required now'] }, answer: { harmless: ['/a is always there now'] } },
  ],
  'a member that becomes optional': [
    object({ a: {} }, ['a']),
    object({ a: {} }),
    { request: { harmless: ['/a is optional now'] }, answer: { breaking: ['/a is no longer always there'] } },
  ],
  'null that is allowed': [
    { type: 'string' },
    { anyOf: [{ type: 'string' }, { type: 'null' }] },
    { request: { harmless: ['accepts null, too'] }, answer: { breaking: ['may now be null'] } },
  ],
  'another type': [
    { type: 'string' },
    { type: 'integer' },
    {
      request: { breaking: ['no longer accepts string'], harmless: ['accepts integer, too'] },
      answer: { breaking: ['may now be integer'], harmless: ['is no longer string'] },
    },
  ],
  'an integer that becomes a number': [
    { type: 'integer' },
    { type: 'number' },
    { request: { harmless: ['accepts number, too'] }, answer: { breaking: ['may now be number'] } },
  ],
  'a value more': [
    { enum: ['a', 'b'] },
    { enum: ['a', 'b', 'c'] },
    { request: { harmless: ['accepts "c", too'] }, answer: { breaking: ['may now be "c"'] } },
  ],
  'a value less': [
    { type: 'string', enum: ['a', 'b'] },
    { const: 'a' },
    { request: { breaking: ['no longer accepts "b"'] }, answer: { harmless: ['is no longer "b"'] } },
  ],
  'an open enum that grows': [
    { type: 'string', 'x-extensible-enum': ['a'] },
    { type: 'string', 'x-extensible-enum': ['a', 'b'] },
    { request: {}, answer: {} },
  ],
  'an enum that is opened': [
    { type: 'string', enum: ['a'] },
    { type: 'string', 'x-extensible-enum': ['a'] },
    { request: { harmless: ['accepts anything but "a", too'] }, answer: { breaking: ['may now be anything but "a"'] } },
  ],
  'narrower bounds': [
    object({ n: { type: 'integer', minimum: 0, maximum: 10 }, t: { type: 'string' } }),
    object({ n: { type: 'integer', exclusiveMinimum: 0, maximum: 5 }, t: { type: 'string', maxLength: 3, pattern: '^a' } }),
    {
      request: {
        breaking: ['/n exclusiveMinimum none → 0', '/n maximum 10 → 5', '/t maxLength none → 3', '/t pattern none → "^a"'],
      },
      answer: { breaking: [] },
    },
  ],
  'listed values within bounds': [{ enum: ['ab', 'c'] }, { type: 'string', maxLength: 2 }, { request: { breaking: [] } }],
  'listed values beyond bounds': [
    { enum: ['ab', 'c'] },
    { type: 'string', maxLength: 1 },
    { request: { breaking: ['maxLength none → 1'] } },
  ],
  'items, through references': [
    { $ref: '#/$defs/L', $defs: { L: { type: 'array', items: { $ref: '#/$defs/I' } }, I: object({ q: { type: 'integer' } }) } },
    { $ref: '#/$defs/M', $defs: { M: { type: 'array', items: { $ref: '#/$defs/J' } }, J: object({ q: { type: 'integer', minimum: 1 } }) } },
    { request: { breaking: ['/*/q minimum none → 1'] }, answer: { harmless: ['/*/q minimum none → 1'] } },
  ],
  'a tree': [
    object({ name: {}, kids: { type: 'array', items: { $ref: '#' } } }),
    object({ name: { type: 'string' }, kids: { type: 'array', items: { $ref: '#' } } }),
    { request: { breaking: ['/name no longer accepts values of any type'] } },
  ],
  'one branch of a union': [
    { oneOf: [object({ kind: { const: 'card' }, digits: {} }, ['kind']), object({ kind: { const: 'cash' } }, ['kind'])] },
    { oneOf: [object({ kind: { const: 'card' }, digits: {} }, ['kind', 'digits']), object({ kind: { const: 'cash' } }, ['kind'])] },
    { request: { breaking: ['/digits is required now'] }, answer: { harmless: ['/digits is always there now'] } },
  ],
  'a branch that is gone': [
    { oneOf: [object({ kind: { const: 'card' } }, ['kind']), object({ kind: { const: 'cash' } }, ['kind']), { type: 'null' }] },
    { oneOf: [object({ kind: { const: 'card' } }, ['kind']), { type: 'null' }] },
    {
      request: { breaking: ['no longer accepts object with kind "cash"'] },
      answer: { harmless: ['is no longer object with kind "cash"'] },
    },
  ],
  'types that become branches': [
    { type: ['string', 'null'], enum: ['a', 'b', null] },
    { anyOf: [{ const: 'a' }, { const: 'b' }, { type: 'null' }] },
    { request: { breaking: [], harmless: [] }, answer: { breaking: [], harmless: [] } },
  ],
  'a conjunction in other words': [
    { allOf: [object({ a: { type: 'string' } }), object({ b: {} }, ['a'])] },
    object({ b: {}, a: { type: 'string' } }, ['a']),
    { request: { breaking: [], harmless: [] }, answer: { breaking: [], harmless: [] } },
  ],
  'free members that get a type': [
    { type: 'object', additionalProperties: {} },
    { type: 'object', additionalProperties: { type: 'integer' } },
    { request: { breaking: ['/* no longer accepts values of any type'] }, answer: { breaking: [] } },
  ],
  'free members that are closed': [
    object({ a: {} }, [], { additionalProperties: true }),
    object({ a: {} }),
    { request: { breaking: ['no longer accepts members of any name'] } },
  ],
  'another default': [
    object({ n: { type: 'integer', default: 1 } }),
    object({ n: { type: 'integer', default: 2 } }),
    { request: { breaking: ['/n default 1 → 2'] }, answer: { breaking: [] } },
  ],
  'a word that cannot be compared': [
    { not: { type: 'string' } },
    { not: { type: 'null' } },
    { request: { breaking: ['differs in `not`, which cannot be compared: look at it yourself'] } },
  ],
}

describe('comparing schemas', () => {
  for (const [what, [older, newer, expected]] of Object.entries(corpus)) {
    it(`knows ${what} for what it is · M04.30`, () => {
      for (const side of ['request', 'answer'] as const) {
        const wanted = expected[side]
        if (wanted === undefined) continue
        const { breaking, harmless } = changesOf(side, older, newer)
        assert.deepEqual(breaking, wanted.breaking ?? [], side)
        if (wanted.harmless !== undefined) assert.deepEqual(harmless, wanted.harmless, side)
      }
    })

    it(`finds nothing where nothing changed: ${what} · M04.30`, () => {
      for (const side of ['request', 'answer'] as const)
        assert.deepEqual(changesOf(side, newer, structuredClone(newer)), { breaking: [], harmless: [] })
    })
  }

  it('reports a break wherever a value shows one · M04.30', () => {
    const scalar = fc.oneof(
      fc.record({ type: fc.constant('integer'), minimum: fc.integer({ min: 0, max: 3 }), maximum: fc.integer({ min: 0, max: 3 }) }, { requiredKeys: ['type'] }), // prettier-ignore
      fc.record({ type: fc.constantFrom('string', ['string', 'null']), maxLength: fc.nat(2) }, { requiredKeys: ['type'] }),
      fc.record({ enum: fc.uniqueArray(fc.constantFrom<unknown>('a', 'bb', 1, 2, null), { minLength: 1 }) }),
      fc.constant({ type: 'number' }),
      fc.constant({}),
    )
    const { node } = fc.letrec<{ node: JsonSchema }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3, depthSize: 'small' },
        scalar,
        fc.record({ type: fc.constant('array'), items: tie('node'), maxItems: fc.nat(2) }, { requiredKeys: ['type'] }),
        fc.record({ anyOf: fc.array(tie('node'), { minLength: 1, maxLength: 2 }) }),
        fc.record(
          {
            type: fc.constant('object'),
            properties: fc.dictionary(fc.constantFrom('a', 'b'), tie('node')),
            required: fc.uniqueArray(fc.constantFrom('a', 'b')),
          },
          { requiredKeys: ['type', 'properties'] },
        ),
      ),
    }))
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom('a', 'bb', 'ccc', '', 0, 1, 2, 4, 1.5, null, true),
        fc.array(tie('value'), { maxLength: 2 }),
        fc.dictionary(fc.constantFrom('a', 'b'), tie('value')),
      ),
    }))
    let shown = 0
    fc.assert(
      fc.property(node, node, fc.array(value, { minLength: 20, maxLength: 20 }), (older, newer, values) => {
        const accepts = (json: JsonSchema) => {
          const { validate } = schema(json)['~standard']
          return (one: unknown) => (validate(one) as { issues?: unknown }).issues === undefined
        }
        const [was, is] = [accepts(older), accepts(newer)]
        // Members that nobody named are no part of a contract.
        const isNamed = (json: JsonSchema, one: unknown) => unknownMembers(json)(one).length === 0
        for (const one of values) {
          if (was(one) && !is(one) && isNamed(older, one)) {
            shown++
            assert.notDeepEqual(changesOf('request', older, newer).breaking, [], JSON.stringify(one))
          }
          if (is(one) && !was(one) && isNamed(older, one) && isNamed(newer, one)) {
            shown++
            assert.notDeepEqual(changesOf('answer', older, newer).breaking, [], JSON.stringify(one))
          }
        }
      }),
      { seed: 30, numRuns: 300 },
    )
    assert.ok(shown > 50, String(shown))
  })
})
