import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as z from 'zod'
import { endpoint } from './endpoint.ts'
import { schema } from './json-schema/schema.ts'
import { sensitiveNames } from './sensitive.ts'

describe('what a contract marks as sensitive', () => {
  it('is found in every part of an endpoint: nested, optional, nullable, in lists, and by reference · M17.4', () => {
    const Diagnosis = z.string().meta({ id: 'SensitiveDiagnosis', sensitive: true })
    const mark = { sensitive: true }
    const admit = endpoint('POST /patients/{caseId}', {
      summary: 'Admits',
      auth: 'none',
      params: z.object({ caseId: z.string().meta(mark) }),
      query: z.object({ near: z.string().meta(mark).optional(), page: z.string().optional() }),
      headers: z.object({ 'x-insurance': z.string().meta(mark) }),
      body: z.object({
        name: z.string(),
        findings: z.array(z.object({ diagnosis: Diagnosis, place: z.string().meta(mark).nullable() })),
        contact: z.union([z.object({ mother: z.string().meta(mark) }), z.object({ father: z.string() })]),
      }),
      returns: z.object({ id: z.string(), bloodType: z.string().meta(mark) }),
    })
    const expected = ['bloodType', 'caseId', 'diagnosis', 'mother', 'near', 'place', 'x-insurance']
    assert.deepEqual([...sensitiveNames(admit)].toSorted(), expected)
  })

  it('is found in plain JSON Schema as well, and in a circle of it · M17.4', () => {
    const body = schema<object>({
      $defs: { Node: { type: 'object', properties: { code: { type: 'string', sensitive: true }, next: { $ref: '#/$defs/Node' } } } },
      $ref: '#/$defs/Node',
    })
    const nodes = endpoint('POST /nodes', { summary: 'Nodes', auth: 'none', body, status: 204 })
    assert.deepEqual([...sensitiveNames(nodes)], ['code'])
  })

  it('is nothing where nothing is marked', () => {
    assert.equal(sensitiveNames(endpoint('GET /', { summary: 'Root', auth: 'none', status: 204 })).size, 0)
  })
})
