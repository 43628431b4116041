import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { unpack } from 'msgpackr'
import { withOrders } from './support.ts'

const lamp = { sku: 'TEST-LAMP', name: 'Test lamp', category: 'test', brand: 'Tester', price: 19.99, stock: 3 }

describe('catalogue', () => {
  const orders = withOrders()

  it('has 200 products in several categories and brands, for everybody', async () => {
    const { status, body } = await orders.get('/products?limit=100')
    assert.equal(status, 200)
    assert.deepEqual(body.meta, { page: 1, limit: 100, total: 200, hasMore: true })
    const second = await orders.get(body.links.next.replace('/api/v1', ''))
    const all = [...body.data, ...second.body.data]
    assert.equal(new Set(all.map(({ id }) => id)).size, 200)
    assert.ok(new Set(all.map(({ category }) => category)).size >= 4 && new Set(all.map(({ brand }) => brand)).size >= 4)
    assert.ok(all.every(({ stock }) => stock > 0))
  })

  it('searches, filters, sorts and pages · M09.5 M09.4', async () => {
    const { body } = await orders.get('/products?q=phone&category=electronics&minPrice=100&sort=-price,name&page=2&limit=3')
    assert.deepEqual(body.meta, { page: 2, limit: 3, total: 8, hasMore: true })
    const prices = body.data.map(({ price }: { price: number }) => price)
    assert.deepEqual(
      prices,
      prices.toSorted((one: number, other: number) => other - one),
    )
    const at = (page: number) => `/api/v1/products?q=phone&category=electronics&minPrice=100&sort=-price%2Cname&limit=3&page=${page}`
    const self = '/api/v1/products?q=phone&category=electronics&minPrice=100&sort=-price,name&page=2&limit=3'
    assert.deepEqual(body.links, { self, next: at(3), prev: at(1), first: at(1), last: at(3) })
  })

  it('repeats its links in the Link header · M09.5', async () => {
    const { headers, body } = await orders.get('/products?page=2&limit=50')
    for (const [rel, target] of Object.entries<string>(body.links))
      assert.ok(headers.get('link')!.includes(`<${target}>; rel="${rel}"`), rel)
  })

  it('answers an empty page beyond the end, and 100 when more is asked for · M09.5', async () => {
    const beyond = await orders.get('/products?page=999&limit=50')
    assert.equal(beyond.status, 200)
    assert.deepEqual(beyond.body.data, [])
    assert.deepEqual(beyond.body.meta, { page: 999, limit: 50, total: 200, hasMore: false })
    assert.deepEqual([beyond.body.links.next, beyond.body.links.prev], [null, '/api/v1/products?limit=50&page=4'])
    assert.equal((await orders.get('/products?limit=5000')).body.meta.limit, 100)
  })

  it('can be walked by cursor from end to end', async () => {
    const seen = new Set<string>()
    for (let path: string | null = '/api/v1/products?limit=60&sort=-price&after='; path !== null;) {
      const { status, body } = await orders.get(path)
      assert.equal(status, 200)
      for (const { id } of body.data) seen.add(id)
      path = body.links.next
    }
    assert.equal(seen.size, 200)
  })

  it('is a table or lines as well, a page or all of it · M04.8 M02.40', async () => {
    const csv = await orders.call('GET', '/products?sort=-price&limit=3', { headers: { accept: 'text/csv' } })
    assert.equal(csv.headers.get('content-type'), 'text/csv; charset=utf-8; header=present')
    assert.match(csv.headers.get('link')!, /rel="next"/)
    const [header, ...rows] = csv.body.trimEnd().split('\r\n')
    assert.deepEqual([header, rows.length], ['id,sku,name,description,category,brand,price,currency,stock', 3])
    assert.equal((await orders.call('GET', '/products', { headers: { accept: 'image/png' } })).status, 406)

    const all = await orders.call('GET', '/products/export', {
      token: await orders.as('admin'),
      headers: { accept: 'application/x-ndjson' },
    })
    const products = all.body
      .trimEnd()
      .split('\n')
      .map((line: string) => JSON.parse(line))
    assert.equal(products.length, 200)
    assert.equal((await orders.get('/products/export', await orders.as('alice'))).status, 403)
  })

  it('is MessagePack for those who ask for it · M04.4', async () => {
    const answer = await fetch(`${orders.base()}/api/v1/products?limit=3`, { headers: { accept: 'application/msgpack' } })
    assert.equal(answer.headers.get('content-type'), 'application/msgpack')
    const { body } = await orders.get('/products?limit=3')
    assert.deepEqual(unpack(new Uint8Array(await answer.arrayBuffer())), body)
  })

  it('is compressed for those who accept it, with a tag of its own · M02.41', async () => {
    const tags = new Set<string | null>()
    for (const coding of ['identity', 'gzip', 'br', 'zstd']) {
      const { headers } = await orders.call('GET', '/products', { headers: { 'accept-encoding': coding } })
      assert.equal(headers.get('content-encoding'), coding === 'identity' ? null : coding)
      assert.match(headers.get('vary')!, /accept-encoding/)
      tags.add(headers.get('etag'))
    }
    assert.equal(tags.size, 4)
  })

  it('shows one product, and 404 for what is not there or cannot be · M11.10', async () => {
    const [product] = (await orders.get('/products?q=phone&limit=1')).body.data
    assert.deepEqual((await orders.get(`/products/${product.id}`)).body, product)
    assert.deepEqual((await orders.get(`/products/${product.id.toUpperCase()}`)).body, product)
    for (const id of ['0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b', 'not-an-id', "1' or '1'='1", '0']) {
      const { status, body } = await orders.get(`/products/${encodeURIComponent(id)}`)
      assert.deepEqual([status, body.code], [404, 'not-found'], id)
    }
  })

  it('grows by administrators only', async () => {
    assert.equal((await orders.post('/products', lamp)).status, 401)
    const refused = await orders.post('/products', lamp, await orders.as('alice'))
    assert.deepEqual([refused.status, refused.body.code, refused.body.detail], [403, 'forbidden', 'Only administrators may add products.'])
    const { status, headers, body } = await orders.post('/products', lamp, await orders.as('admin'))
    assert.equal(status, 201)
    assert.equal(headers.get('location'), `/api/v1/products/${body.id}`)
    assert.deepEqual(body, { id: body.id, ...lamp, description: '', currency: 'USD' })
    assert.deepEqual((await orders.get(`/products/${body.id}`)).body, body)
    const again = await orders.post('/products', lamp, await orders.as('admin'))
    assert.deepEqual([again.status, again.body.code], [409, 'sku-taken'])
  })

  it('names the sorts there are when asked for another', async () => {
    for (const sort of ['colour', 'price;drop table products', '-', '']) {
      const { status, body } = await orders.get(`/products?sort=${encodeURIComponent(sort)}`)
      assert.deepEqual([status, body.code, body.allowed], [400, 'invalid-sort', ['name', 'price', 'sku', 'stock']], sort)
    }
  })

  it('refuses cursors that it did not make for this list', async () => {
    const { next } = (await orders.get('/products?limit=1&after=')).body.links
    const cursor = new URL(next, 'http://x').searchParams.get('after')
    for (const query of [`after=forged`, `after=${cursor}x`, `after=${cursor}&sort=-price`, `after=${cursor}&brand=Aster`]) {
      const { status, body } = await orders.get(`/products?limit=1&${query}`)
      assert.deepEqual([status, body.code], [400, 'invalid-cursor'], query)
    }
  })

  it('takes SQL in a search for words', async () => {
    for (const q of ["'; drop table products; --", "' or 1=1 --", '%', '_', '\\', '$1', '"', '))']) {
      const { status, body } = await orders.get(`/products?q=${encodeURIComponent(q)}&category=${encodeURIComponent(q)}`)
      assert.deepEqual([status, body.data], [200, []], q)
    }
    assert.equal((await orders.get('/products')).body.meta.total >= 200, true)
  })
})
