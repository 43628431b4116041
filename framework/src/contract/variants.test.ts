import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as z from 'zod'
import { compileSchema } from './compile-schema.ts'
import type { Verdict } from './compiled-schema.ts'
import { endpoint } from './endpoint.ts'
import { schema } from './json-schema/index.ts'
import { toOpenApi } from './openapi.ts'
import { patchReader } from './patch.ts'
import { variants } from './variants.ts'

interface Product {
  id: string
  sku: string
  name: string
  note?: string
  size?: { width: number; depth?: number }
}
const inZod = z.object({
  id: z.string(),
  sku: z.string().regex(/^[A-Z]+$/),
  name: z.string().min(1),
  note: z.string().optional(),
  size: z.object({ width: z.int(), depth: z.int().optional() }).optional(),
})
const inJson = schema<Product>({
  type: 'object',
  properties: {
    id: { type: 'string' },
    sku: { type: 'string', pattern: '^[A-Z]+$' },
    name: { type: 'string', minLength: 1 },
    note: { type: 'string' },
    size: { type: 'object', properties: { width: { type: 'integer' }, depth: { type: 'integer' } }, required: ['width'] },
  },
  required: ['id', 'sku', 'name'],
})
const rules = { readOnly: ['id'], createOnly: ['sku'] } as const

for (const [language, made] of [
  ['Zod', variants(inZod, rules)],
  ['JSON Schema', variants(inJson, rules)],
] as const)
  describe(`variants of a schema in ${language}`, () => {
    const issues = (of: 'create' | 'update', value: unknown) =>
      ((compileSchema(made[of], of).parse(value) as Verdict<unknown>).issues ?? []).map(({ pointer, code }) => `${pointer} ${code}`)
    const change = (current: object, document: unknown, type = 'application/merge-patch+json') =>
      patchReader(made.patch, 'patch')(document, type)(current)
    const refused = async (current: object, document: unknown, type?: string) => {
      const error: unknown = await change(current, document, type).then(
        () => assert.fail('was accepted'),
        (reason: unknown) => reason,
      )
      return (error as { fields: { errors: { pointer: string; code: string }[] } }).fields.errors.map(
        ({ pointer, code }) => `${pointer} ${code}`,
      )
    }
    const lamp = { name: 'Lamp', note: 'old', size: { width: 3, depth: 4 } }

    it('create without what the server sets, replace without what is set once · M06.16', () => {
      assert.deepEqual(issues('create', { sku: 'A', name: 'Lamp' }), [])
      assert.deepEqual(issues('create', { id: 'x', sku: 'a', name: '' }).toSorted(), [
        '/id unknown-member',
        '/name too-short',
        '/sku invalid-format',
      ])
      assert.deepEqual(issues('create', { name: 'Lamp' }), ['/sku required'])
      assert.deepEqual(issues('update', { name: 'Lamp' }), [])
      assert.deepEqual(issues('update', { sku: 'A' }).toSorted(), ['/name required', '/sku unknown-member'])
    })

    it('change any part at any depth, and take away what may be missing · M06.16', async () => {
      assert.deepEqual(await change(lamp, {}), lamp)
      assert.deepEqual(await change(lamp, { name: 'Desk', note: null, size: { depth: null } }), { name: 'Desk', size: { width: 3 } })
      assert.deepEqual(await change(lamp, { size: null }), { name: 'Lamp', note: 'old' })
      assert.deepEqual(await change({ name: 'Lamp' }, { size: { width: 1 } }), { name: 'Lamp', size: { width: 1 } })
    })

    it('keep the rules of the whole for what becomes of it · M06.16', async () => {
      assert.deepEqual(await refused(lamp, { name: null }), ['/name required'])
      assert.deepEqual(await refused(lamp, { size: { width: null } }), ['/size/width required'])
      assert.deepEqual(await refused(lamp, { name: 7, size: { width: 1.5 } }), ['/name invalid-type', '/size/width invalid-type'])
      for (const name of ['id', 'sku']) assert.deepEqual(await refused(lamp, { [name]: 'A' }), [`/${name} unknown-member`])
      const operations = [{ op: 'add', path: '/id', value: 'x' }]
      assert.deepEqual(await refused(lamp, operations, 'application/json-patch+json'), ['/id unknown-member'])
    })

    it('are in OpenAPI as they are: deep, and null where it may be missing · M06.16', () => {
      const contract = {
        create: endpoint('POST /p', { summary: 'Create', auth: 'none', body: made.create }),
        change: endpoint('PATCH /p', { summary: 'Change', auth: 'none', body: made.patch }),
      }
      const routes = Object.entries(contract).map(([name, one]) => ({ name, endpoint: one, prefix: '' }))
      const { components } = toOpenApi({ title: 'T', version: '1', routes }) as {
        components: { schemas: Record<string, { properties: Record<string, object>; required?: string[] }> }
      }
      const { CreateBody, ChangeBody } = components.schemas
      assert.deepEqual(
        [Object.keys(CreateBody!.properties), CreateBody!.required],
        [
          ['sku', 'name', 'note', 'size'],
          ['sku', 'name'],
        ],
      )
      assert.deepEqual([Object.keys(ChangeBody!.properties), ChangeBody!.required], [['name', 'note', 'size'], undefined])
      const nullable = (part: object) => ({ anyOf: [part, { type: 'null' }] })
      assert.deepEqual(ChangeBody!.properties['note'], nullable({ type: 'string' }))
      const { anyOf } = ChangeBody!.properties['size'] as { anyOf: { properties: object; required?: string[] }[] }
      assert.equal(anyOf[0]!.required, undefined)
      assert.partialDeepStrictEqual(anyOf[0]!.properties, {
        width: { type: 'integer' },
        depth: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
      })
    })
  })

describe('variants', () => {
  it('cannot leave out what there is not, or what rules across members may speak of · M06.16', () => {
    const ruled = inZod.refine(({ id, sku }) => id !== sku)
    const inRef = schema<Product>({ type: 'object', properties: { id: {} }, dependentRequired: { id: ['sku'] } })
    for (const attempt of [
      () => variants(inZod, { readOnly: ['ident' as 'id'] }),
      () => variants(inJson, { readOnly: ['ident' as 'id'] }),
      () => variants(ruled, { readOnly: ['id'] }),
      () => variants(inRef, { readOnly: ['id'] }),
    ])
      assert.throws(attempt, { code: 'contract-invalid' })
  })
})
