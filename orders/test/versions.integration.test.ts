import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { withOrders } from './support.ts'

describe('versions of the catalogue', () => {
  const orders = withOrders()

  it('say prices as before in version 1, and with their currency in version 2 · M03.16', async () => {
    const [first] = (await orders.get('/api/v1/products?limit=1')).body.data
    const { body } = await orders.get('/api/v2/products?limit=1')
    const { price, currency, ...rest } = first
    assert.deepEqual(body.data[0], { ...rest, price: { amount: price, currency } })
    assert.match(body.links.next, /^\/api\/v2\/products\?/)
    const one = await orders.get(`/api/v2/products/${first.id}`)
    assert.deepEqual(one.body, body.data[0])
    assert.ok(one.headers.get('etag'))
  })

  it('announce the end of the old list in every answer and in OpenAPI · M03.23', async () => {
    const { headers } = await orders.get('/api/v1/products?limit=1')
    assert.equal(headers.get('deprecation'), `@${Date.UTC(2026, 8, 1) / 1000}`)
    assert.equal(headers.get('sunset'), 'Wed, 01 Sep 2027 00:00:00 GMT')
    assert.match(headers.get('link')!, /<\/api\/v2\/products>; rel="successor-version"/)
    assert.match(headers.get('link')!, /rel="next"/)
    assert.equal((await orders.get('/api/v2/products?limit=1')).headers.get('deprecation'), null)
    const { paths } = (await orders.get('/api/../openapi.json')).body
    assert.equal(paths['/api/v1/products'].get.deprecated, true)
    assert.equal(paths['/api/v2/products'].get.deprecated, undefined)
    assert.equal(paths['/api/v2/products'].get.operationId, 'listProductsV2')
  })

  it('are named to whoever asks for another one · M03.22', async () => {
    const { status, body } = await orders.get('/api/v9/products')
    assert.deepEqual([status, body.code, body.supported], [400, 'api-version-unknown', [1, 2]])
    assert.equal((await orders.get('/api/v1/nowhere')).status, 404)
  })

  it('count who still calls the old one · M03.24', async () => {
    await orders.call('GET', '/products?limit=1', { headers: { 'user-agent': 'old-app/1' } })
    const { body } = await orders.get('/api/../metrics')
    assert.match(body, /http_server_deprecated_calls_total\{route="GET \/api\/v1\/products",consumer="agent:old-app\/1"\} 1/)
  })
})
