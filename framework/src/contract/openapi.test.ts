import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as z from 'zod'
import { endpoint } from './endpoint.ts'
import { shop } from '../../test/contract/shop.ts'
import { toOpenApi } from './openapi.ts'
import { problem } from './problem.ts'

const documentOf = (endpoints: Record<string, ReturnType<typeof endpoint>>): any =>
  toOpenApi({ title: 'T', version: '1', routes: Object.entries(endpoints).map(([name, value]) => ({ name, endpoint: value, prefix: '' })) })
const document: any = toOpenApi(shop)
const operation = (method: string, path: string) => document.paths[path][method]

describe('openapi', () => {
  it('lists every route and nothing else · M21.7', () => {
    const listed = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    )
    assert.deepEqual(listed, [
      'post /api/v1/orders',
      'get /api/v1/orders',
      'get /api/v1/orders/{orderId}',
      'delete /api/v1/orders/{orderId}',
      'get /api/v1/years/{year}',
      'get /api/v1/files/{path}',
      'get /api/v1/categories',
    ])
  })

  it('is the same, byte for byte, every time', () => {
    assert.equal(JSON.stringify(toOpenApi(shop)), JSON.stringify(toOpenApi(shop)))
  })

  it('shows path, query and header parameters with their schemas · M03.1', () => {
    const { parameters } = operation('get', '/api/v1/orders')
    assert.deepEqual(
      parameters.map((one: any) => [one.in, one.name, one.required]),
      [
        ['query', 'status', false],
        ['query', 'limit', false],
        ['query', 'id', false],
        ['query', 'sort', false],
        ['header', 'x-tenant', false],
      ],
    )
    assert.deepEqual(parameters[3], {
      name: 'sort',
      in: 'query',
      required: false,
      style: 'form',
      explode: false,
      schema: { type: 'array', items: { type: 'string' } },
    })
    assert.deepEqual(operation('get', '/api/v1/years/{year}').parameters, [
      { name: 'year', in: 'path', required: true, schema: { type: 'string', pattern: '^(?:\\d{4})$' } },
    ])
  })

  it('names schemas as their authors did, once each, both sides where they differ', () => {
    const body = (path: string) => operation('post', path).requestBody.content['application/json'].schema
    assert.deepEqual(body('/api/v1/orders'), { $ref: '#/components/schemas/NewOrder' })
    assert.equal(document.components.schemas.Line.properties.sku.minLength, 1)
    const User = z.object({ name: z.string(), role: z.string().default('user') }).meta({ id: 'User' })
    const { schemas } = documentOf({ save: endpoint('PUT /me', { summary: 'Save', auth: 'none', body: User, returns: User }) }).components
    assert.deepEqual([schemas.User.required, schemas.UserOutput.required], [['name'], ['name', 'role']])
  })

  it('keeps recursive schemas recursive', () => {
    assert.equal(document.components.schemas.Category.properties.children.items.$ref, '#/components/schemas/Category')
    const Tree = z.object({
      get children() {
        return z.array(Tree)
      },
    })
    const { schemas } = documentOf({ readTree: endpoint('GET /tree', { summary: 'Read', auth: 'none', returns: Tree }) }).components
    assert.equal(schemas.ReadTreeReply.properties.children.items.$ref, '#/components/schemas/ReadTreeReply')
  })

  it('lists the declared problems and those that the guards may answer', () => {
    const statuses = (method: string, path: string) => Object.keys(operation(method, path).responses).join(' ')
    assert.equal(statuses('post', '/api/v1/orders'), '201 400 401 406 408 409 413 415 422 500 503 504')
    assert.equal(statuses('get', '/api/v1/orders/{orderId}'), '200 400 401 404 406 500 503 504')
    assert.equal(statuses('get', '/api/v1/categories'), '200 400 406 500 503 504')
    assert.equal(operation('post', '/api/v1/orders').responses['409'].$ref, '#/components/responses/IllegalTransitionOrOutOfStock')
    const [, { properties, required }] = document.components.schemas.OutOfStockProblem.allOf
    assert.deepEqual([properties.type.const, properties.left.type, required], ['out-of-stock', 'integer', ['sku', 'left']])
  })

  it('shows Location, deprecation, security and what is not JSON', () => {
    assert.ok(operation('post', '/api/v1/orders').responses['201'].headers.Location)
    assert.equal(operation('delete', '/api/v1/orders/{orderId}').deprecated, true)
    assert.deepEqual(operation('get', '/api/v1/categories').security, [])
    const page = documentOf({ docs: endpoint('GET /docs', { summary: 'Docs', auth: 'none', mediaType: 'text/html' }) })
    assert.deepEqual(page.paths['/docs'].get.responses['200'].content, { 'text/html': { schema: { type: 'string' } } })
  })

  it('refuses two operations of one name, a schema that it cannot show, and fields that hide standard members', () => {
    const one = endpoint('GET /a', { summary: 'A', auth: 'none' })
    const routes = [
      { name: 'same', endpoint: one, prefix: '' },
      { name: 'same', endpoint: one, prefix: '/b' },
    ]
    assert.throws(() => toOpenApi({ title: 'T', version: '1', routes }), /both named same/)
    assert.throws(
      () => documentOf({ a: endpoint('GET /a', { summary: 'A', auth: 'none', query: z.object({ at: z.date() }) }) }),
      /GET \/a query\/at: Date cannot/,
    )
    const Hiding = problem('hiding', 409, z.object({ status: z.string() }))
    assert.throws(
      () => documentOf({ a: endpoint('GET /a', { summary: 'A', auth: 'none', errors: [Hiding] }) }),
      /problem hiding: the fields status would hide/,
    )
  })
})
