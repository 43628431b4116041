import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { tmpdir } from 'node:os'
import * as z from 'zod'
import { application, inspect } from '../app.ts'
import { serverSettings, settings } from '../system/config/index.ts'
import { openSite } from '../../test/http/site.ts'
import { client } from '../contract/client/client.ts'
import { check } from '../contract/check.ts'
import { endpoint } from '../contract/endpoint.ts'
import { form } from '../contract/form.ts'
import { snakeCase } from '../contract/naming/naming.ts'
import { patch } from '../contract/patch.ts'
import { problem } from '../contract/problem.ts'
import { stream } from '../contract/stream.ts'
import { msgpack } from './codecs/msgpack/index.ts'
import { group, implement } from './implement.ts'

const SoldOut = problem('sold-out', 409, z.object({ leftOver: z.int() }))
const UnknownTag = problem('unknown-tag', 422, z.object({ tagName: z.string() }))
const tagIsKnown = check(UnknownTag, (tagName: string) => ({ tagName }))
const Item = z.object({ unitPrice: z.number().min(0), stockBySku: z.record(z.string(), z.int()).optional() })
const Profile = z.object({ fullName: z.string(), homeTown: z.string().optional() })
const contract = {
  add: endpoint('POST /items', {
    summary: 'Add',
    auth: 'none',
    query: z.object({ dryRun: z.boolean().optional(), maxItems: z.int().max(9).optional() }),
    headers: z.object({ 'x-tenant': z.string().optional() }),
    body: Item,
    returns: Item,
    produces: ['application/json', 'application/msgpack'],
    errors: [SoldOut],
  }),
  list: endpoint('GET /items/{itemId}', {
    summary: 'List',
    auth: 'none',
    params: z.object({ itemId: z.int() }),
    returns: z.object({ allItems: z.array(Item) }),
    rows: 'allItems',
    produces: ['application/json', 'text/csv'],
  }),
  change: endpoint('PATCH /profile', { summary: 'Change', auth: 'none', body: patch(Profile), returns: Profile }),
  send: endpoint('POST /form', {
    summary: 'Send',
    auth: 'none',
    body: form({ firstName: z.string(), ageInYears: z.int() }),
    returns: z.string(),
  }),
  tagIsKnown,
  tag: endpoint('POST /tags', {
    summary: 'Tag',
    auth: 'none',
    body: z.object({ tagNames: z.array(z.string()) }),
    checks: { 'tagNames.*': tagIsKnown },
    precognition: true,
    errors: [UnknownTag],
  }),
  pour: endpoint('POST /stream', {
    summary: 'Pour',
    auth: 'none',
    body: stream(Item),
    returns: stream(Item),
    accepts: ['application/x-ndjson'],
    produces: ['application/x-ndjson'],
  }),
}
const handlers: Parameters<typeof implement<typeof contract>>[1] = {
  add: ({ body }) => {
    if (body.unitPrice === 7) throw SoldOut({ leftOver: 2 })
    return body
  },
  list: () => ({ allItems: [{ unitPrice: 1 }, { unitPrice: 2 }].map((item) => ({ ...item, stockBySku: undefined })) }),
  change: ({ body }) => body({ fullName: 'Ada', homeTown: 'London' }),
  send: ({ body }) => `${body.firstName} ${body.ageInYears}`,
  tagIsKnown: (tags) => tags.filter((tag) => tag !== 'x'),
  tag: () => {},
  pour: ({ body }) => body,
}

describe('names on the wire', () => {
  let site: Awaited<ReturnType<typeof openSite>>
  before(async () => {
    const flat = { ...contract, list: endpoint('GET /items/{itemId}', { ...contract.list.promises, produces: ['application/json'] }) }
    site = await openSite({
      routes: [...group('/snake', { naming: snakeCase }, implement(flat, handlers)), ...group('/plain', implement(flat, handlers))],
      codecs: [msgpack()],
    })
  })
  after(() => site.close())

  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const answer = await fetch(site.url + path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } }) // prettier-ignore
    return { status: answer.status, text: await answer.text() }
  }

  it('are mapped in and out for the group that asks for it, and for no other · M04.24', async () => {
    const snake = await post('/snake/items', { unit_price: 2, stock_by_sku: { fooBar: 1, foo_bar: 2 } })
    assert.deepEqual(snake, { status: 201, text: '{"unit_price":2,"stock_by_sku":{"fooBar":1,"foo_bar":2}}' })
    assert.deepEqual(await post('/plain/items', { unitPrice: 2 }), { status: 201, text: '{"unitPrice":2}' })
    assert.equal((await post('/plain/items', { unit_price: 2 })).status, 422)
  })

  it('are what mistakes are told by, in bodies, queries and paths · M04.24', async () => {
    const placesOf = (text: string) => (JSON.parse(text) as { errors: { pointer: string; field: string }[] }).errors.map(({ pointer, field }) => `${pointer} ${field}`) // prettier-ignore
    const wrong = await post('/snake/items?max_items=10&maxItems=11', { unitPrice: 2, unit_price: -1 })
    assert.equal(wrong.status, 422)
    assert.deepEqual(placesOf(wrong.text), ['/max_items max_items', '/unit_price unit_price', '/unitPrice unitPrice'])
    assert.deepEqual(placesOf(await (await fetch(`${site.url}/snake/items/x`)).text()), ['/item_id item_id'])
    const soldOut = JSON.parse((await post('/snake/items', { unit_price: 7 })).text) as Record<string, unknown>
    assert.deepEqual([soldOut['left_over'], soldOut['leftOver'], typeof soldOut['requestId']], [2, undefined, 'string'])
  })

  it('are what checks and questions beforehand are told by · M04.24 M06.3', async () => {
    const refused = JSON.parse((await post('/snake/tags', { tag_names: ['a', 'x'] })).text) as Record<string, unknown>
    assert.deepEqual([refused['code'], refused['tag_name']], ['unknown-tag', 'x'])
    assert.deepEqual((refused['errors'] as { pointer: string; field: string }[]).map(({ pointer, field }) => [pointer, field]), [['/tag_names/1', 'tag_names.1']]) // prettier-ignore
    const ask = (only: string) => post('/snake/tags', { tag_names: ['x'] }, { precognition: 'true', 'precognition-validate-only': only })
    assert.equal((await ask('tag_names.0')).status, 422)
    assert.equal((await ask('tag_names.1')).status, 204)
  })

  it('are the same for forms, patches and other media types · M04.24', async () => {
    const sent = await fetch(`${site.url}/snake/form`, { method: 'POST', body: new URLSearchParams({ first_name: 'Ada', age_in_years: '36' }) }) // prettier-ignore
    assert.equal(await sent.text(), '"Ada 36"')
    const patched = async (type: string, body: unknown) => {
      const answer = await fetch(`${site.url}/snake/profile`, { method: 'PATCH', body: JSON.stringify(body), headers: { 'content-type': type } }) // prettier-ignore
      return answer.text()
    }
    assert.equal(await patched('application/merge-patch+json', { home_town: null }), '{"full_name":"Ada"}')
    const operations = [{ op: 'move', from: '/home_town', path: '/full_name' }]
    assert.equal(await patched('application/json-patch+json', operations), '{"full_name":"London"}')
    assert.match(await patched('application/merge-patch+json', { homeTown: 'x' }), /"pointer":"\/homeTown","code":"unknown-member"/)
    const packed = await fetch(`${site.url}/snake/items`, { method: 'POST', body: '{"unit_price":2}', headers: { 'content-type': 'application/json', accept: 'application/msgpack' } }) // prettier-ignore
    assert.ok(Buffer.from(await packed.arrayBuffer()).includes('unit_price'))
  })

  it('are the heads of CSV, where rows are a member · M04.24', async () => {
    const csv = { list: endpoint('GET /items', { summary: 'l', auth: 'none', naming: snakeCase, returns: z.object({ allItems: z.array(z.object({ unitPrice: z.number() })) }), rows: 'allItems', produces: ['text/csv'] }) } // prettier-ignore
    const other = await openSite({ routes: implement(csv, { list: () => ({ allItems: [{ unitPrice: 3 }] }) }) })
    try {
      assert.equal(await (await fetch(`${other.url}/items`)).text(), 'unit_price\r\n3\r\n')
    } finally {
      await other.close()
    }
  })

  it('are hidden again by the typed client: values, problems and the places of mistakes · M04.24', async () => {
    const api = client(contract, { baseUrl: `${site.url}/snake`, naming: snakeCase })
    const added = await api.add({ query: { dryRun: true }, body: { unitPrice: 3, stockBySku: { aB: 1 } } })
    assert.deepEqual(added.ok && added.value, { unitPrice: 3, stockBySku: { aB: 1 } })
    const refused = await api.add({ body: { unitPrice: 7 } })
    assert.ok(!refused.ok && refused.problem.type === 'sold-out' && refused.problem.leftOver === 2)
    const wrong = await api.add({ query: { maxItems: 10 }, body: { unitPrice: -1 } })
    assert.ok(!wrong.ok && wrong.problem.type === 'validation-failed')
    assert.deepEqual(
      wrong.problem.errors.map(({ pointer }) => pointer),
      ['/maxItems', '/unitPrice'],
    )
    const changed = await api.change({ body: [{ op: 'replace', path: '/fullName', value: 'Bob' }] })
    assert.deepEqual(changed.ok && changed.value, { fullName: 'Bob', homeTown: 'London' })
    const poured = await api.pour({ body: [{ unitPrice: 1 }, { unitPrice: 2 }] })
    assert.ok(poured.ok)
    const items: unknown[] = []
    for await (const item of poured.value) items.push(item)
    assert.deepEqual(items, [{ unitPrice: 1 }, { unitPrice: 2 }])
  })

  it('are those of the whole application where it says so, but of no endpoint of the framework · M04.24', () => {
    const of = application({
      name: 'named',
      version: '1.0.0',
      settings: settings({ ...serverSettings }),
      wire: () => ({ naming: snakeCase, routes: implement({ send: contract.send }, { send: handlers.send }) }),
    })
    const document = inspect(of, { sources: { env: {}, argv: [], cwd: tmpdir() } }).openapi() as {
      paths: Record<string, { post: { requestBody: { content: Record<string, { schema: { $ref: string } }> } } }>
      components: { schemas: Record<string, { properties: object }> }
    }
    const { $ref } = Object.values(document.paths['/form']!.post.requestBody.content)[0]!.schema
    assert.deepEqual(Object.keys(document.components.schemas[$ref.slice($ref.lastIndexOf('/') + 1)]!.properties), [
      'first_name',
      'age_in_years',
    ])
    assert.ok('requestId' in document.components.schemas['Problem']!.properties)
  })
})
