import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import * as z from 'zod'
import { applyJsonPatch, type JsonPatchOperation } from './json-patch.ts'
import { applyMergePatch } from './merge-patch.ts'
import { jsonPatchType, mergePatchType, patchTypeOf } from './patch-types.ts'
import { patch, patchReader, toMergePatchSchema } from './patch.ts'

interface Case {
  readonly doc: unknown
  readonly patch: readonly JsonPatchOperation[]
  readonly expected?: unknown
  readonly error?: string
  readonly comment?: string
}

const suite = new URL('../../../../shared/suites/json-patch/', import.meta.url)
const cases = (['tests.json', 'spec_tests.json'] as const).flatMap((file) =>
  existsSync(new URL(file, suite)) ? (JSON.parse(readFileSync(new URL(file, suite), 'utf8')) as Case[]) : [],
)
// The file has the member once, as every parser that keeps the last one sees it. Twice in a body it is 400 `json-ambiguous` (patch.integration.test.ts).
const elsewhere = 'duplicate ops'

describe('JSON Patch · M02.14', () => {
  it('does as json-patch-tests says', { skip: cases.length === 0 && 'shared/suites/json-patch is not beside the checkout' }, () => {
    assert.equal(cases.length, 112)
    for (const { doc, patch, expected, error, comment = JSON.stringify(patch) } of cases) {
      if (comment === elsewhere) continue
      const before = structuredClone(doc)
      if (error !== undefined) assert.throws(() => applyJsonPatch(doc, patch), { code: 'patch-failed' }, comment)
      else if (expected !== undefined) assert.deepEqual(applyJsonPatch(doc, patch), expected, comment)
      else applyJsonPatch(doc, patch)
      assert.deepEqual(doc, before, `${comment}: the given document was changed`)
    }
  })

  it('says which operation does not fit, and does none of them', () => {
    const document = { name: 'a', tags: ['x'] }
    const operations = [{ op: 'replace', path: '/name', value: 'b' } as const, { op: 'test', path: '/tags/0', value: 'y' } as const]
    assert.throws(() => applyJsonPatch(document, operations), {
      code: 'patch-failed',
      status: 409,
      fields: { operation: 1, pointer: '/tags/0' },
    })
    assert.deepEqual(document, { name: 'a', tags: ['x'] })
  })

  it('reaches no prototype', () => {
    for (const path of ['/__proto__/polluted', '/constructor/prototype/polluted', '/toString/polluted', '/tags/__proto__/polluted'])
      assert.throws(() => applyJsonPatch({ tags: [] }, [{ op: 'add', path, value: 1 }]), { code: 'patch-failed' }, path)
    const own = applyJsonPatch({}, [{ op: 'add', path: '/__proto__', value: { polluted: 1 } }]) as object
    assert.equal(Object.getPrototypeOf(own), Object.prototype)
    assert.equal(JSON.stringify(own), '{"__proto__":{"polluted":1}}')
    assert.equal('polluted' in {}, false)
  })
})

describe('merge patch · M02.14', () => {
  it('does as the examples of RFC 7396 say', () => {
    const examples: [unknown, unknown, unknown][] = [
      [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
      [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
      [{ a: 'b' }, { a: null }, {}],
      [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
      [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
      [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
      [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
      [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
      [
        ['a', 'b'],
        ['c', 'd'],
        ['c', 'd'],
      ],
      [{ a: 'b' }, ['c'], ['c']],
      [{ a: 'foo' }, null, null],
      [{ a: 'foo' }, 'bar', 'bar'],
      [{ e: null }, { a: 1 }, { e: null, a: 1 }],
      [[1, 2], { a: 'b', c: null }, { a: 'b' }],
      [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
    ]
    for (const [target, document, expected] of examples) assert.deepEqual(applyMergePatch(target, document), expected)
  })

  it('reaches no prototype', () => {
    const merged = applyMergePatch({}, JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')) as object
    assert.equal(Object.getPrototypeOf(merged), Object.prototype)
    assert.equal('polluted' in {}, false)
  })
})

describe('a patch body', () => {
  const read = patchReader(patch(z.object({ name: z.string().min(1), phone: z.string().optional() })), 'PATCH /x body')
  const merge = (document: unknown) => read(document, mergePatchType)
  const operate = (document: unknown) => read(document, jsonPatchType)
  const current = { name: 'a', phone: '1' }

  it('gives what it makes of the current state, in both formats', async () => {
    assert.deepEqual(await merge({ phone: null })(current), { name: 'a' })
    assert.deepEqual(await operate([{ op: 'copy', from: '/phone', path: '/name' }])(current), { name: '1', phone: '1' })
  })

  it('holds the outcome against the whole schema', async () => {
    const wrong: [unknown, object][] = [
      [{ name: null }, { pointer: '/name', code: 'required' }],
      [{ name: '' }, { pointer: '/name' }],
      [{ admin: true }, { pointer: '/admin', code: 'unknown-member' }],
      [[{ op: 'remove', path: '/name' }], { pointer: '/name' }],
      ['name', { pointer: '' }],
    ]
    for (const [document, issue] of wrong) {
      await assert.rejects((Array.isArray(document) ? operate : merge)(document)(current), (error: any) => {
        assert.equal(error.code, 'validation-failed')
        assert.partialDeepStrictEqual(error.fields.errors[0], issue)
        return true
      })
    }
  })

  it('is described by what may be changed, and what may be removed', () => {
    const Amount = z.number().meta({ id: 'Amount' })
    const named = z.object({ price: Amount, note: z.string().optional() }).meta({ id: 'Details', examples: [{ price: 1 }] })
    assert.deepEqual(toMergePatchSchema(named), {
      type: 'object',
      properties: { price: { $ref: '#/$defs/Amount' }, note: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
      $defs: { Amount: { type: 'number' } },
    })
  })

  it('knows its format by its shape, for clients', () => {
    assert.deepEqual([patchTypeOf({ name: 'b' }), patchTypeOf([])], [mergePatchType, jsonPatchType])
  })

  it('refuses operations that are none', () => {
    for (const operation of [
      null,
      1,
      {},
      { op: 'add', path: '/a' },
      { op: 'move', path: '/a' },
      { op: 'run', path: '/a', value: 1 },
      { op: 'remove', path: 1 },
    ])
      assert.throws(() => operate([operation]), { code: 'validation-failed' })
  })
})
