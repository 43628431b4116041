import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { statusesOf, withOrders } from './support.ts'

describe('orders', () => {
  const orders = withOrders()

  const stocked = async (sku: string, stock: number, more: object = {}) => {
    const product = { sku, name: sku, category: 'test', brand: 'Tester', price: 19.99, stock, ...more }
    const { status, body } = await orders.post('/products', product, await orders.as('admin'))
    assert.equal(status, 201)
    return body as { id: string; sku: string }
  }
  const place = async (who: 'alice' | 'bob', ...lines: { sku: string; quantity: number }[]) =>
    orders.post('/orders', { lines }, await orders.as(who))
  const act = async (who: 'alice' | 'bob' | 'support' | 'admin', id: string, action: string) =>
    orders.call('POST', `/orders/${id}/${action}`, { token: await orders.as(who) })

  it('are placed, and take the stock with them', async () => {
    const { id, sku } = await stocked('PLACED', 5)
    const { status, headers, body } = await place('alice', { sku, quantity: 1 }, { sku, quantity: 2 })
    assert.equal(status, 201)
    assert.equal(headers.get('location'), `/api/v1/orders/${body.id}`)
    assert.match(body.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    assert.ok(Math.abs(Date.now() - Date.parse(body.createdAt)) < 60_000 && body.createdAt.endsWith('Z'))
    const expected = { status: 'pending', total: 59.97, currency: 'USD', lines: [{ sku, quantity: 3, price: 19.99 }] }
    assert.deepEqual(body, { id: body.id, ...expected, createdAt: body.createdAt })
    assert.deepEqual((await orders.get(`/orders/${body.id}`, await orders.as('alice'))).body, body)
    assert.equal((await orders.get(`/products/${id}`)).body.stock, 2)
  })

  it('say which SKU is unknown, short or in another currency, and take nothing · M10.3', async () => {
    const { id, sku } = await stocked('SHORT', 2)
    const euro = await stocked('EURO', 9, { currency: 'EUR' })
    const unknown = await place('alice', { sku, quantity: 1 }, { sku: "nope'; --", quantity: 1 })
    assert.deepEqual([unknown.status, unknown.body.code, unknown.body.sku], [422, 'unknown-sku', "nope'; --"])
    const short = await place('alice', { sku, quantity: 3 })
    assert.deepEqual([short.status, short.body.code, short.body.sku, short.body.left], [409, 'out-of-stock', sku, 2])
    assert.equal(short.body.detail, 'Only 2 of SHORT left.')
    const mixed = await place('alice', { sku, quantity: 1 }, { sku: euro.sku, quantity: 1 })
    assert.deepEqual([mixed.status, mixed.body.code], [422, 'currency-mismatch'])
    assert.equal((await orders.get(`/products/${id}`)).body.stock, 2)
  })

  it('give the last piece to exactly one of two callers · M10.5', async () => {
    const { id, sku } = await stocked('LAST', 1)
    const answers = await Promise.all([place('alice', { sku, quantity: 1 }), place('bob', { sku, quantity: 1 })])
    assert.deepEqual(statusesOf(answers), [201, 409])
    assert.deepEqual(answers.find(({ status }) => status === 409)!.body.left, 0)
    assert.equal((await orders.get(`/products/${id}`)).body.stock, 0)
  })

  it('sell what there is and no more to a crowd that wants the same things in different order', async () => {
    const [one, two] = [await stocked('CROWD-A', 20), await stocked('CROWD-B', 20)]
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, at) => {
        const lines = [
          { sku: one.sku, quantity: 1 },
          { sku: two.sku, quantity: 1 },
        ]
        return place(at % 2 === 0 ? 'alice' : 'bob', ...(at % 2 === 0 ? lines : lines.toReversed()))
      }),
    )
    assert.deepEqual(
      [201, 409].map((wanted) => answers.filter(({ status }) => status === wanted).length),
      [20, 20],
    )
    for (const { id } of [one, two]) assert.equal((await orders.get(`/products/${id}`)).body.stock, 0)
  })

  it('go from pending to paid to shipped, and nowhere else', async () => {
    const { sku } = await stocked('STEPS', 9)
    const { id } = (await place('alice', { sku, quantity: 1 })).body
    const early = await act('support', id, 'ship')
    assert.deepEqual([early.status, early.body.code], [409, 'illegal-transition'])
    assert.deepEqual([early.body.from, early.body.to, early.body.allowed], ['pending', 'shipped', ['paid', 'cancelled']])
    assert.deepEqual([(await act('alice', id, 'pay')).body.status, (await act('alice', id, 'pay')).status], ['paid', 409])
    assert.equal((await act('alice', id, 'ship')).status, 403)
    assert.equal((await act('support', id, 'ship')).body.status, 'shipped')
    assert.equal((await act('alice', id, 'cancel')).status, 409)
  })

  it('put their stock back when cancelled, once', async () => {
    const product = await stocked('BACK', 4)
    const { id } = (await place('alice', { sku: product.sku, quantity: 4 })).body
    const answers = await Promise.all([act('alice', id, 'cancel'), act('alice', id, 'cancel'), act('support', id, 'cancel')])
    assert.deepEqual(statusesOf(answers), [200, 409, 409])
    assert.equal((await orders.get(`/products/${product.id}`)).body.stock, 4)
  })

  it('of somebody else do not exist; support and admin see them · M02.29', async () => {
    const { sku } = await stocked('HERS', 9)
    const { id } = (await place('alice', { sku, quantity: 1 })).body
    const bob = await orders.as('bob')
    assert.equal((await orders.get(`/orders/${id}`, bob)).status, 404)
    for (const action of ['pay', 'cancel', 'ship']) assert.equal((await act('bob', id, action)).status, 404)
    for (const staff of ['support', 'admin'] as const) assert.equal((await orders.get(`/orders/${id}`, await orders.as(staff))).status, 200)
    for (const bad of ['x', '0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b']) assert.equal((await orders.get(`/orders/${bad}`, bob)).status, 404)
  })

  it('are listed newest first, by status, one cursor after the other', async () => {
    const { sku } = await stocked('LISTED', 9)
    const carol = { email: 'carol@x.com', password: 'a long enough phrase' }
    await orders.post('/auth/register', { ...carol, name: 'Carol' })
    const token = (await orders.post('/auth/login', carol)).body.accessToken
    const placed = []
    for (let at = 0; at < 3; at++) placed.push((await orders.post('/orders', { lines: [{ sku, quantity: 1 }] }, token)).body)
    const first = (await orders.get('/orders?limit=2', token)).body
    assert.deepEqual(first.data, [placed[2], placed[1]])
    assert.deepEqual([first.meta, first.links.prev], [{ page: 1, limit: 2, total: 3, hasMore: true }, null])
    const second = (await orders.get(first.links.next, token)).body
    assert.deepEqual([second.data, second.meta, second.links.next], [[placed[0]], { limit: 2, total: 3, hasMore: false }, null])
    assert.equal((await orders.get(first.links.next, await orders.as('alice'))).body.code, 'invalid-cursor')
    await orders.call('POST', `/orders/${placed[1].id}/cancel`, { token })
    assert.deepEqual((await orders.get('/orders?status=cancelled', token)).body.data, [{ ...placed[1], status: 'cancelled' }])
    assert.ok((await orders.get('/orders', await orders.as('support'))).body.meta.total >= 3)
  })
})
