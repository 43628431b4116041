import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { withOrders } from './support.ts'

describe('bad input', () => {
  const orders = withOrders()
  const send = async (raw: string | Uint8Array, type = 'application/json') =>
    orders.call('POST', '/orders', { raw, token: await orders.as('alice'), headers: { 'content-type': type } })

  it('is answered with the place where JSON breaks', async () => {
    const { status, headers, body } = await send('{\n  "lines": [}\n}')
    assert.equal(status, 400)
    assert.equal(headers.get('content-type'), 'application/problem+json')
    assert.deepEqual([body.code, body.line, body.column], ['malformed-json', 2, 13])
  })

  it('is answered with what is supported when the media type is not', async () => {
    const { status, body } = await send('lines=1', 'application/x-www-form-urlencoded')
    assert.deepEqual([status, body.code], [415, 'unsupported-media-type'])
    assert.ok(body.supported.includes('application/json'))
  })

  it('is answered with every breach at once · M11.10', async () => {
    const lines = [{ sku: 7, quantity: 0, colour: 'red' }, { quantity: 1.5 }]
    const { status, body } = await orders.post('/orders', { lines, currency: 'XYZ', evil: true }, await orders.as('alice'))
    assert.deepEqual([status, body.code], [422, 'validation-failed'])
    const found = body.errors.map(({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`)
    const expected = [
      '/lines/0/sku invalid-type',
      '/lines/0/quantity too-small',
      '/lines/0/colour unknown-member',
      '/lines/1/sku required',
      '/lines/1/quantity invalid-type',
      '/currency not-one-of',
      '/evil unknown-member',
    ]
    assert.deepEqual(found.toSorted(), expected.toSorted())
    assert.ok(body.errors.every((error: object) => ['field', 'pointer', 'code', 'message'].every((member) => member in error)))
  })

  it('is answered with 413 when the body is over the limit', async () => {
    const { status, body } = await send(JSON.stringify({ lines: [], padding: 'x'.repeat(2 << 20) }))
    assert.deepEqual([status, body.code], [413, 'content-too-large'])
  })

  it('of the kinds that databases choke on never reaches one', async () => {
    const token = await orders.as('admin')
    const product = { sku: 'NUL', name: 'NUL', category: 'test', brand: 'Tester', price: 1 }
    for (const [member, evil] of [
      ['name', 'a\u0000b'],
      ['description', '\u0000'],
      ['brand', '\u001b[2J'],
      ['sku', "x'; drop table products; --"],
    ] as const) {
      const { status, body } = await orders.post('/products', { ...product, [member]: evil }, token)
      assert.deepEqual([status, body.errors?.[0]?.pointer], [422, `/${member}`], member)
    }
    assert.equal((await orders.get('/products?q=%00')).status, 422)
    assert.equal((await orders.post('/auth/login', { email: 'a@x.com\u0000', password: 'x' })).status, 422)
    assert.equal((await orders.post('/orders', { lines: [{ sku: '\u0000', quantity: 1 }] }, await orders.as('alice'))).status, 422)
  })

  it('is SQL in every string, and stays a string', async () => {
    const evil = `Robert'); drop table users; -- " \\ $1 ${'{'}x}`
    const email = { email: 'robert@x.com', password: evil }
    assert.equal((await orders.post('/auth/register', { ...email, name: evil })).body.name, evil)
    const token = (await orders.post('/auth/login', email)).body.accessToken
    assert.equal((await orders.get('/users/me', token)).body.name, evil)
    const product = { sku: 'EVIL', name: evil, description: evil, category: evil, brand: evil, price: 1 }
    const created = (await orders.post('/products', product, await orders.as('admin'))).body
    assert.deepEqual((await orders.get(`/products?brand=${encodeURIComponent(evil)}&q=${encodeURIComponent(evil)}`)).body.data, [created])
    for (const path of ['/orders?status=', '/orders?after=', '/orders?limit=', '/orders/', '/products/', '/products?minPrice=']) {
      const { status } = await orders.get(path + encodeURIComponent(evil), token)
      assert.ok([400, 404, 422].includes(status), `${path} ${status}`)
    }
  })

  it('is numbers that are none, and ids that cannot be', async () => {
    for (const query of ['limit=0', 'limit=-1', 'limit=ten', 'page=0', 'page=1.5', 'minPrice=-1', 'minPrice=NaN', 'maxPrice=1e999']) {
      const { status, body } = await orders.get(`/products?${query}`)
      assert.deepEqual([status, body.code], [422, 'validation-failed'], query)
    }
  })

  it('is an address that leads nowhere, or a method that it does not have · M03.9', async () => {
    assert.deepEqual((await orders.get('/nothing')).body.code, 'not-found')
    const { status, headers } = await orders.call('DELETE', '/orders')
    assert.equal(status, 405)
    assert.deepEqual(headers.get('allow')!.split(', ').toSorted(), ['GET', 'HEAD', 'OPTIONS', 'POST'])
  })
})
