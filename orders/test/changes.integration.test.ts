import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { statusesOf, withOrders, type Call } from './support.ts'

const merge = { 'content-type': 'application/merge-patch+json' }
const operations = { 'content-type': 'application/json-patch+json' }
let registered = 0

describe('changes', () => {
  const orders = withOrders()
  const send = (method: string, path: string, token: string, { json, headers }: Call = {}) =>
    orders.call(method, path, {
      token,
      headers: { 'content-type': 'application/json', ...headers },
      ...(json !== undefined && { raw: JSON.stringify(json) }),
    })

  async function person() {
    const email = `person${registered++}@x.com`
    const password = 'a long enough phrase'
    const { body } = await orders.post('/auth/register', { email, password, name: 'Somebody' })
    const login = await orders.post('/auth/login', { email, password })
    return { id: body.id as string, email, path: `/users/${body.id}`, token: login.body.accessToken as string }
  }
  async function product(more = {}) {
    const token = await orders.as('admin')
    const details = { sku: `CHANGE-${registered++}`, name: 'Cup', category: 'test', brand: 'Tester', price: 4.5, stock: 9, ...more }
    const { body } = await orders.post('/products', details, token)
    return { ...body, path: `/products/${body.id}`, token }
  }

  it('replace a user whole, for those who saw the current one · M02.13 M02.34', async () => {
    const { email, path, token } = await person()
    const first = await orders.get(path, token)
    assert.deepEqual([first.status, first.headers.get('etag'), first.headers.get('cache-control')], [200, '"1"', 'private, no-cache'])
    const json = { email, name: 'Carla' }
    for (const _ of ['once', 'twice']) {
      const { status, body } = await send('PUT', path, token, { json })
      assert.deepEqual([status, body.name], [200, 'Carla'])
    }
    const stale = await send('PUT', path, token, { json, headers: { 'if-match': '"1"' } })
    assert.deepEqual([stale.status, stale.body.code], [412, 'precondition-failed'])
    assert.equal((await send('PUT', path, token, { json, headers: { 'if-match': '"3"' } })).headers.get('etag'), '"4"')
    assert.equal((await send('PUT', path, token, { json: { name: 'Carla' } })).status, 422)
    assert.equal((await orders.call('GET', path, { token, headers: { 'if-none-match': '"4"' } })).status, 304)
  })

  it('patch a user in both formats, all operations or none · M02.14', async () => {
    const { email, path, token } = await person()
    assert.equal((await send('PATCH', path, token, { json: { name: 'Dora' }, headers: merge })).body.name, 'Dora')
    const failing = [
      { op: 'replace', path: '/name', value: 'Lost' },
      { op: 'test', path: '/email', value: 'else@x.com' },
    ]
    const failed = await send('PATCH', path, token, { json: failing, headers: operations })
    assert.deepEqual([failed.status, failed.body.code, failed.body.operation, failed.body.pointer], [409, 'patch-failed', 1, '/email'])
    const passing = [{ op: 'test', path: '/email', value: email }, failing[0]]
    assert.equal((await send('PATCH', path, token, { json: passing, headers: operations })).body.name, 'Lost')

    const refused = await send('PATCH', path, token, { json: { name: 'E' } })
    assert.deepEqual(
      [refused.status, refused.headers.get('accept-patch')],
      [415, 'application/merge-patch+json, application/json-patch+json'],
    )
    for (const json of [{ name: null }, { name: '' }, { roles: ['admin'] }, []]) {
      const wrong = await send('PATCH', path, token, { json, headers: merge })
      assert.deepEqual([wrong.status, wrong.body.code], [422, 'validation-failed'], JSON.stringify(json))
    }
    assert.equal((await send('PATCH', path, token, { json: { name: 'x' }, headers: operations })).status, 422)
    const twice = await orders.call('PATCH', path, { token, headers: operations, raw: '[{"op":"test","op":"remove","path":"/name"}]' })
    assert.deepEqual([twice.status, twice.body.code], [400, 'json-ambiguous'])
  })

  it('of one another are not seen, but by administrators', async () => {
    const [one, other] = [await person(), await person()]
    for (const method of ['GET', 'DELETE']) assert.equal((await orders.call(method, one.path, { token: other.token })).status, 404)
    assert.equal((await send('PATCH', one.path, other.token, { json: {}, headers: merge })).status, 404)
    assert.equal((await orders.get(one.path, await orders.as('admin'))).status, 200)
    const taken = await send('PATCH', one.path, one.token, { json: { email: other.email }, headers: merge })
    assert.deepEqual([taken.status, taken.body.code], [409, 'email-taken'])
  })

  it('remove a user who left nothing, once · M02.15', async () => {
    const { path, token } = await person()
    const admin = await orders.as('admin')
    assert.equal((await orders.call('DELETE', path, { token, headers: { 'if-match': '"9"' } })).status, 412)
    assert.equal((await orders.call('DELETE', path, { token })).status, 204)
    assert.equal((await orders.call('DELETE', path, { token: admin })).status, 404)
    assert.equal((await orders.get('/users/me', token)).status, 401)

    const alice = (await orders.get('/users/me', await orders.as('alice'))).body.id
    const kept = await orders.call('DELETE', `/users/${alice}`, { token: admin })
    assert.deepEqual([kept.status, kept.body.code], [409, 'user-in-use'])
  })

  it('let one of two writers win who saw the same · M02.34', async () => {
    const { path, token } = await product()
    const rename = (name: string) => send('PATCH', path, token, { json: { name }, headers: { ...merge, 'if-match': '"1"' } })
    const answers = await Promise.all([rename('One'), rename('Other')])
    assert.deepEqual(statusesOf(answers), [200, 412])
    const { body, headers } = await orders.get(path)
    assert.deepEqual([body.name, headers.get('etag')], [answers.find(({ status }) => status === 200)!.body.name, '"2"'])
  })

  it('of products are for administrators, and keep what was ordered', async () => {
    const { path, sku, token } = await product()
    const alice = await orders.as('alice')
    assert.equal((await send('PATCH', path, alice, { json: {}, headers: merge })).status, 403)
    assert.equal((await orders.call('DELETE', path, { token: alice })).status, 403)
    assert.equal((await orders.post('/orders', { lines: [{ sku, quantity: 2 }] }, alice)).status, 201)
    const { body, headers } = await orders.get(path)
    assert.deepEqual([body.stock, headers.get('etag')], [7, '"2"'])
    for (const answer of [
      await orders.call('DELETE', path, { token }),
      await send('PATCH', path, token, { json: { sku: 'ANOTHER-1' }, headers: merge }),
    ])
      assert.deepEqual([answer.status, answer.body.code], [409, 'product-in-use'])
    assert.equal((await send('PATCH', path, token, { json: { price: 4.75 }, headers: merge })).body.price, 4.75)

    const unsold = await product()
    assert.equal((await orders.call('DELETE', unsold.path, { token })).status, 204)
    assert.equal((await orders.get(unsold.path)).status, 404)
  })

  it('of an order follow its life', async () => {
    const { sku } = await product()
    const [alice, bob] = [await orders.as('alice'), await orders.as('bob')]
    const placed = await orders.post('/orders', { lines: [{ sku, quantity: 2 }] }, alice)
    const path = `/orders/${placed.body.id}`
    const change = (status: string, token: string, headers = {}) =>
      send('PATCH', path, token, { json: { status }, headers: { ...merge, ...headers } })
    assert.equal((await orders.get(path, alice)).headers.get('etag'), '"1"')
    assert.equal((await change('paid', bob)).status, 404)
    assert.equal((await change('shipped', alice)).status, 403)
    assert.equal((await change('pending', alice)).headers.get('etag'), '"1"')
    assert.equal((await change('paid', alice, { 'if-match': '"1"' })).headers.get('etag'), '"2"')
    assert.equal((await change('paid', alice, { 'if-match': '"1"' })).status, 412)
    assert.equal((await change('cancelled', alice)).body.code, 'illegal-transition')
  })

  it('are seen at once by those who read the catalogue, and nothing is sent twice to them · M02.32 M02.33', async () => {
    const { path, sku } = await product()
    const list = await orders.get(`/products?q=${sku.toLowerCase()}`)
    assert.equal(list.headers.get('cache-control'), 'public, max-age=10, stale-while-revalidate=60')
    const again = (etag: string | null, of: string) => orders.call('GET', of, { headers: { 'if-none-match': etag! } })
    assert.equal((await again(list.headers.get('etag'), `/products?q=${sku.toLowerCase()}`)).status, 304)
    const one = await orders.get(path)
    assert.equal(one.headers.get('cache-control'), 'public, no-cache')
    assert.equal((await again(one.headers.get('etag'), path)).status, 304)
    await send('PATCH', path, await orders.as('admin'), { json: { price: 5 }, headers: merge })
    assert.equal((await again(one.headers.get('etag'), path)).body.price, 5)
  })
})
