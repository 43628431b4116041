import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { type } from 'arktype'
import * as v from 'valibot'
import * as z from 'zod'
import { compileSchema } from './compile-schema.ts'
import type { Verdict } from './compiled-schema.ts'
import { endpoint } from './endpoint.ts'
import { schema } from './json-schema/index.ts'
import { jsonWriter } from './json-writer.ts'
import { toOpenApi } from './openapi.ts'
import type { Schema } from './standard-schema.ts'

/** The same member in four libraries. */
const libraries: Record<string, Schema<any, any>> = {
  zod: z.object({ name: z.string().min(1), age: z.int().min(0).optional() }),
  arktype: type({ name: 'string > 0', 'age?': 'number.integer >= 0' }) as unknown as Schema<any, any>,
  valibot: toStandardJsonSchema(
    v.object({ name: v.pipe(v.string(), v.minLength(1)), age: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))) }),
  ) as unknown as Schema<any, any>,
  'a JSON Schema': schema({
    type: 'object',
    properties: { name: { type: 'string', minLength: 1 }, age: { type: 'integer', minimum: 0 } },
    required: ['name'],
  }),
}

describe('a schema library', () => {
  for (const [name, of] of Object.entries(libraries)) {
    it(`may be ${name}: it checks, refuses unknown members, and lets out what is declared · M04.29`, () => {
      const compiled = compileSchema(of, 'test')
      const right = compiled.parse({ name: 'Ada', age: 36 }) as Verdict<unknown>
      assert.deepEqual(right.issues === undefined && right.value, { name: 'Ada', age: 36 })
      const pointers = (value: unknown) => (compiled.parse(value) as Verdict<unknown>).issues!.map(({ pointer }) => pointer)
      assert.deepEqual(pointers({ name: '', age: 1 }), ['/name'])
      assert.deepEqual(pointers({ age: -1 }).toSorted(), ['/age', '/name'])
      assert.deepEqual(pointers({ name: 'Ada', admin: true }), ['/admin'])
      assert.equal(jsonWriter(compiled.output)({ name: 'Ada', passwordHash: 'x' }), '{"name":"Ada"}')
    })
  }

  it('may be another one for every slot of an endpoint: there is one OpenAPI document · M04.29', () => {
    const { zod, arktype, valibot, 'a JSON Schema': json } = libraries
    const mixed = endpoint('POST /people', { summary: 'Add', auth: 'none', query: arktype!, headers: json!, body: valibot!, returns: zod! })
    const document = toOpenApi({ title: 't', version: '1', routes: [{ name: 'add', endpoint: mixed, prefix: '' }] }) as unknown as {
      paths: { '/people': { post: { parameters: { name: string; in: string; schema: object }[] } } }
      components: { schemas: Record<string, { properties: Record<string, { type: string }>; required: string[] }> }
    }
    const { parameters } = document.paths['/people'].post
    assert.deepEqual(parameters.map(({ name, in: place }) => `${place} ${name}`).toSorted(), ['header age', 'header name', 'query age', 'query name']) // prettier-ignore
    for (const name of ['AddBody', 'AddReply']) {
      const { properties, required } = document.components.schemas[name]!
      assert.deepEqual([properties['name']!.type, properties['age']!.type, required], ['string', 'integer', ['name']], name)
    }
    assert.doesNotMatch(JSON.stringify(document), /\$schema|vendor/)
  })
})
