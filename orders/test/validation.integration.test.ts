import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { withOrders } from './support.ts'

const pointersOf = ({ body }: { body: { errors?: { pointer: string; code: string }[] } }) =>
  (body.errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`)

describe('validation', () => {
  const orders = withOrders()
  const product = { sku: 'CHECKED', name: 'Checked', category: 'test', brand: 'Tester', price: 5, stock: 9 }
  const stocked = async (sku: string) => {
    const { status, body } = await orders.post('/products', { ...product, sku }, await orders.as('admin'))
    assert.equal(status, 201)
    return body as { id: string }
  }
  const place = async (json: unknown, headers: Record<string, string> = {}) =>
    orders.call('POST', '/orders', { json, token: await orders.as('alice'), headers })
  const foresee = (json: unknown, only?: string) =>
    place(json, { precognition: 'true', ...(only !== undefined && { 'precognition-validate-only': only }) })

  it('names every line whose SKU nobody knows, at once · M06.3', async () => {
    await stocked('KNOWN')
    const lines = ['KNOWN', 'NOPE-1', 'KNOWN', 'NOPE-2', 'NOPE-1'].map((sku) => ({ sku, quantity: 1 }))
    const answer = await place({ lines })
    assert.deepEqual([answer.status, answer.body.code, answer.body.sku], [422, 'unknown-sku', 'NOPE-1'])
    assert.deepEqual(
      pointersOf(answer),
      [1, 4, 3].map((at) => `/lines/${at}/sku unknown-sku`),
    )
  })

  it('points at the quantity of every line that wants too much', async () => {
    await stocked('SCARCE')
    const answer = await place({ lines: [6, 1, 6].map((quantity) => ({ sku: 'SCARCE', quantity })) })
    assert.deepEqual([answer.status, answer.body.code, answer.body.left], [409, 'out-of-stock', 9])
    assert.deepEqual(
      pointersOf(answer),
      [0, 1, 2].map((at) => `/lines/${at}/quantity out-of-stock`),
    )
  })

  it('can be asked for alone: an order that would be accepted takes no stock, and no key · M06.7', async () => {
    const { id } = await stocked('ASKED')
    const order = { lines: [{ sku: 'ASKED', quantity: 2 }] }
    const left = async () => (await orders.get(`/products/${id}`)).body.stock
    const key = { 'idempotency-key': 'asked-1' }
    const { status, headers } = await place(order, { ...key, precognition: 'true' })
    assert.deepEqual([status, headers.get('precognition-success'), await left()], [204, 'true', 9])
    const placed = await place(order, key)
    assert.deepEqual([placed.status, placed.headers.get('idempotency-replayed'), await left()], [201, null, 7])
    assert.deepEqual(pointersOf(await foresee({ lines: [{ sku: 'NOPE', quantity: 1 }] })), ['/lines/0/sku unknown-sku'])
    assert.equal((await foresee({ lines: [{ sku: 'NOPE' }] }, 'currency')).status, 204)
  })

  it('tells a sign-up form that an address is taken, before there is a sign-up · M06.7 M06.17', async () => {
    const eve = { email: 'eve@x.com', password: 'a long enough phrase', name: 'Eve' }
    const ask = (json: unknown) => orders.call('POST', '/auth/register', { json, headers: { precognition: 'true' } })
    assert.deepEqual(pointersOf(await ask({ ...eve, email: 'ALICE@x.com' })), ['/email email-taken'])
    assert.equal((await ask(eve)).status, 204)
    assert.equal((await orders.post('/auth/register', eve)).status, 201)
  })

  it('refuses what only the server may decide: prices, totals, states, owners, ids, roles · M06.6', async () => {
    await stocked('MINE')
    const line = { sku: 'MINE', quantity: 1 }
    for (const [name, value] of Object.entries({
      total: 0.01,
      status: 'paid',
      id: '0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b',
      buyerId: 'bob',
      createdAt: '2020-01-01T00:00:00Z',
    }))
      assert.deepEqual(pointersOf(await place({ lines: [line], [name]: value })), [`/${name} unknown-member`])
    assert.deepEqual(pointersOf(await place({ lines: [{ ...line, price: 0.01 }] })), ['/lines/0/price unknown-member'])
    const { body } = await place({ lines: [line] })
    assert.deepEqual([body.total, body.lines[0].price, body.status], [5, 5, 'pending'])

    const frank = { email: 'frank@x.com', password: 'a long enough phrase', name: 'Frank' }
    for (const more of [{ roles: ['admin'] }, { id: body.id }, { balance: 1e6 }])
      assert.deepEqual(pointersOf(await orders.post('/auth/register', { ...frank, ...more })), [`/${Object.keys(more)[0]} unknown-member`])
    assert.deepEqual((await orders.post('/auth/register', frank)).body.roles, ['customer'])
    const { email, password } = frank
    const token = (await orders.post('/auth/login', { email, password })).body.accessToken
    const me = (await orders.get('/users/me', token)).body
    for (const [type, raw] of [
      ['application/merge-patch+json', { roles: ['admin'] }],
      ['application/json-patch+json', [{ op: 'add', path: '/roles', value: ['admin'] }]],
    ] as const) {
      const headers = { 'content-type': type }
      const answer = await orders.call('PATCH', `/users/${me.id}`, { token, raw: JSON.stringify(raw), headers })
      assert.deepEqual([answer.status, ...pointersOf(answer)], [422, '/roles unknown-member'])
    }
    assert.deepEqual((await orders.get('/users/me', token)).body, me)
  })
})
