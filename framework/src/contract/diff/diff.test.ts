import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as z from 'zod'
import { BootError } from '../../std/errors.ts'
import type { JsonSchema } from '../compiled-schema.ts'
import { endpoint, type Address, type Endpoint } from '../endpoint.ts'
import { toOpenApi } from '../openapi.ts'
import { problem } from '../problem.ts'
import { compareContracts } from './diff.ts'

type Promises = Parameters<typeof endpoint>[1]

function documentOf(...endpoints: Endpoint[]): JsonSchema {
  const routes = endpoints.map((one, at) => ({ name: `operation${at}`, endpoint: one, prefix: '' }))
  return structuredClone(toOpenApi({ title: 't', version: '1', routes }))
}
const one = (promises: Partial<Promises>, address: Address = 'POST /orders') =>
  documentOf(endpoint(address, { summary: 's', auth: 'none', ...promises } as Promises))
const said = (older: JsonSchema, newer: JsonSchema) =>
  compareContracts(older, newer).map(
    ({ effect, operation, place, pointer, message }) => `${effect}: ${[operation, place, pointer].filter(Boolean).join(' ')} ${message}`,
  )

const OutOfStock = problem('out-of-stock', 409, z.object({ sku: z.string(), left: z.int() }))

describe('comparing contracts', () => {
  it('finds nothing in two documents of one contract · M04.30', () => {
    const promises = { body: z.object({ a: z.string() }), returns: z.object({ b: z.array(z.string()) }), errors: [OutOfStock] }
    assert.deepEqual(said(one(promises), one(promises)), [])
  })

  it('knows whom a gone, a new and a deprecated operation concern · M04.30', () => {
    const [a, b] = (['GET /a/{id}', 'GET /b'] as const).map((address) => endpoint(address, { summary: 's', auth: 'none' }))
    const renamed = endpoint('GET /a/{key}', { summary: 's', auth: 'none', deprecated: true })
    assert.deepEqual(said(documentOf(a!, b!), documentOf(renamed, endpoint('PUT /b', { summary: 's', auth: 'none' }))), [
      'breaks-writers: GET /b is gone',
      'compatible: GET /a/{key} is deprecated now',
      'compatible: PUT /b is new',
    ])
    assert.deepEqual(said(documentOf(renamed), documentOf(b!))[0], 'breaks-writers: GET /a/{key} is gone; it was deprecated')
  })

  it('knows when callers must log in · M04.30', () => {
    const [open, closed] = [one({}), one({ auth: 'user' })]
    assert.ok(said(open, closed).includes('breaks-writers: POST /orders nothing is no longer enough to call it'))
    assert.ok(said(closed, open).includes('compatible: POST /orders nothing is enough to call it now'))
    assert.equal(said(open, closed).filter((line) => line.startsWith('breaks-')).length, 1)
  })

  it('compares queries and headers by name, and paths by position · M04.30', () => {
    const of = (query: z.ZodObject, id: z.ZodType) => one({ query, params: z.object({ id }) }, 'GET /orders/{id}')
    const older = of(z.object({ limit: z.int().max(100), sort: z.string().optional() }), z.string())
    const newer = of(z.object({ limit: z.int().max(50), status: z.string(), page: z.int().optional() }), z.uuid())
    assert.deepEqual(
      said(older, newer).filter((line) => !line.includes('problem')),
      [
        'breaks-writers: GET /orders/{id} path 1 pattern none → "^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$"', // prettier-ignore
        'breaks-writers: GET /orders/{id} path 1 format none → "uuid"',
        'breaks-writers: GET /orders/{id} query limit maximum 100 → 50',
        'breaks-writers: GET /orders/{id} query sort is no longer heard',
        'breaks-writers: GET /orders/{id} query status is new and required',
        'compatible: GET /orders/{id} query page is new',
      ],
    )
  })

  it('judges one change of a schema by its side: writers of a body, readers of an answer · M04.30', () => {
    const of = (schema: z.ZodType) => one({ body: schema, returns: schema })
    const [small, large] = [z.object({ a: z.string() }), z.object({ a: z.string(), b: z.string() })]
    assert.deepEqual(said(of(small), of(large)), [
      'breaks-writers: POST /orders body /b is new and required',
      'compatible: POST /orders answer 201 /b is new',
    ])
    assert.deepEqual(said(of(large), of(small)), [
      'breaks-writers: POST /orders body /b is gone',
      'breaks-readers: POST /orders answer 201 /b is gone',
    ])
  })

  it('compares bodies and media types · M04.30', () => {
    const body = z.object({ a: z.string() })
    assert.deepEqual(
      said(one({}), one({ body })).filter((line) => !line.includes('problem') && !line.includes('answer')),
      ['breaks-writers: POST /orders body is new and required'],
    )
    const formats = (produces: readonly string[]) => one({ returns: body, produces })
    assert.deepEqual(said(formats(['application/json', 'application/xml']), formats(['application/json', 'application/msgpack'])), [
      'breaks-readers: POST /orders answer 201 application/xml is no longer offered',
      'compatible: POST /orders answer 201 application/msgpack is offered, too',
    ])
  })

  it('compares statuses and headers; what one has to ask for is no surprise · M04.30', () => {
    const returns = z.object({ a: z.string() })
    assert.deepEqual(said(one({ returns }), one({ returns, status: 202 })), [
      'breaks-readers: POST /orders answer 201 is no longer given',
      'breaks-readers: POST /orders answer 202 is a success that nobody knows yet',
    ])
    const tagged = said(one({ returns }, 'GET /o'), one({ returns, etag: true }, 'GET /o'))
    assert.ok(tagged.includes('compatible: GET /o answer 304 is new') && tagged.includes('compatible: GET /o answer 200 etag is new'))
    assert.ok(tagged.every((line) => line.startsWith('compatible')))
    assert.ok(said(one({ returns, etag: true }, 'GET /o'), one({ returns }, 'GET /o')).includes('breaks-readers: GET /o answer 200 etag is no longer sent')) // prettier-ignore
  })

  it('compares problems by their type, whatever status they share · M04.30 M15.21', () => {
    const Other = problem('price-changed', 409)
    const Moved = problem('out-of-stock', 422, z.object({ sku: z.string(), left: z.int() }))
    const Thinner = problem('out-of-stock', 409, z.object({ sku: z.string() }))
    const of = (...errors: (typeof OutOfStock | typeof Other | typeof Thinner)[]) => one({ errors })
    assert.deepEqual(said(of(OutOfStock), of(OutOfStock, Other)), [
      'compatible: POST /orders problem price-changed is new, with status 409',
    ])
    assert.deepEqual(said(of(OutOfStock, Other), of(OutOfStock)), [
      'breaks-readers: POST /orders problem price-changed is no longer answered: what it stood for is told otherwise, or not at all',
    ])
    assert.ok(said(of(OutOfStock), of(Moved)).includes('breaks-readers: POST /orders problem out-of-stock status 409 → 422'))
    assert.deepEqual(said(of(OutOfStock), of(Thinner)), ['breaks-readers: POST /orders problem out-of-stock /left is gone'])
  })

  it('reads documents of others: references everywhere, `nullable`, parameters of a path, security of the whole · M04.30', () => {
    const foreign = (schema: object, security: object[]) => ({
      openapi: '3.0.3',
      security,
      paths: {
        '/pets': {
          parameters: [{ $ref: '#/components/parameters/Limit' }],
          get: { responses: { 200: { $ref: '#/components/responses/Pets' } } },
        },
      },
      components: {
        parameters: { Limit: { name: 'limit', in: 'query', schema: { type: 'integer' } } },
        responses: { Pets: { description: '', content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } } } },
        schemas: { Pet: schema },
      },
    })
    const pet = (name: object) => ({ type: 'object', properties: { name } })
    const older = foreign(pet({ type: 'string' }), [{ key: [] }, { oauth: ['read'] }])
    const newer = foreign(pet({ type: 'string', nullable: true }), [{ oauth: ['read', 'write'] }])
    assert.deepEqual(said(older, newer), [
      'breaks-writers: GET /pets key is no longer enough to call it',
      'breaks-writers: GET /pets oauth and oauth:read is no longer enough to call it',
      'breaks-readers: GET /pets answer 200 /name may now be null',
    ])
  })

  it('refuses what is no OpenAPI 3 · M04.30', () => {
    for (const [document, found] of [
      [{}, 'missing'],
      [{ swagger: '2.0' }, 'missing'],
      [{ openapi: '2.0' }, '"2.0"'],
    ] as const)
      assert.throws(
        () => compareContracts(one({}), document),
        (error) => error instanceof BootError && error.message === `The new document is no OpenAPI 3: its \`openapi\` is ${found}.`,
      )
  })
})
