import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as z from 'zod'
import { coercion } from '../coerce.ts'
import { compileSchema } from '../compile-schema.ts'
import type { Verdict } from '../compiled-schema.ts'
import { endpoint } from '../endpoint.ts'
import { jsonWriter } from '../json-writer.ts'
import { toOpenApi } from '../openapi.ts'
import { openEnum } from './open-enum.ts'

const Parcel = z.object({ carrier: openEnum(['dhl', 'ups']), size: z.enum(['s', 'm']) })

describe('openEnum', () => {
  it('keeps a value of a newer peer, where a closed one refuses it by name · M04.22', () => {
    const parcel = compileSchema(Parcel, 'test')
    assert.deepEqual(parcel.parse({ carrier: 'drone', size: 's' }), { value: { carrier: 'drone', size: 's' } })
    const { issues = [] } = parcel.parse({ carrier: 'drone', size: 'xl' }) as Verdict<unknown>
    assert.deepEqual(
      issues.map(({ pointer, code, params }) => ({ pointer, code, params })),
      [{ pointer: '/size', code: 'not-one-of', params: { allowed: ['s', 'm'] } }],
    )
  })

  it('is still a string of bounded length · M04.22', () => {
    const carrier = compileSchema(openEnum(['dhl'], { longest: 5 }), 'test')
    const codes = [7, null, '', 'drones'].map((value) => (carrier.parse(value) as Verdict<unknown>).issues!.map(({ code }) => code))
    assert.deepEqual(codes, [['invalid-type'], ['invalid-type'], ['too-short'], ['too-long']])
  })

  it('lets an unknown value out, and reads one from a query as it stands · M04.22', () => {
    const { input, output } = compileSchema(Parcel, 'test')
    assert.equal(jsonWriter(output)({ carrier: '007', size: 'm' }), '{"carrier":"007","size":"m"}')
    assert.deepEqual({ ...coercion(input)({ carrier: '007' }) }, { carrier: '007' })
  })

  it('names what is known in OpenAPI, and demands none of it · M04.22', () => {
    const find = endpoint('GET /parcels', { summary: 'Find', auth: 'none', query: z.object({ carrier: openEnum(['dhl', 'ups']) }) })
    const { paths } = toOpenApi({ title: 't', version: '1', routes: [{ name: 'find', endpoint: find, prefix: '' }] }) as unknown as {
      paths: Record<string, { get: { parameters: { schema: object }[] } }>
    }
    assert.deepEqual(paths['/parcels']!.get.parameters[0]!.schema, {
      type: 'string',
      minLength: 1,
      maxLength: 100,
      'x-extensible-enum': ['dhl', 'ups'],
    })
  })
})
