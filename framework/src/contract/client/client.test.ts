import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as contract from '../../../test/contract/shop.ts'
import { client, type ClientOptions } from './client.ts'

/** A server that remembers what it was asked and answers one thing. */
function answering(status: number, body?: unknown, contentType = status < 400 ? 'application/json' : 'application/problem+json') {
  const asked: { url: string; init: RequestInit }[] = []
  const fetch: NonNullable<ClientOptions['fetch']> = async (url, init) => {
    asked.push({ url, init })
    return new Response(body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body), {
      status,
      headers: { 'content-type': contentType, 'x-request-id': 'r-9' },
    })
  }
  return { asked, api: client(contract, { baseUrl: 'http://shop.test/api/v1/', fetch, token: () => 'abc', headers: { 'x-app': 'web' } }) }
}
const order = { id: '1', status: 'pending', total: 1, lines: [], placedAt: '2026-11-23T06:15:00Z' } as const

describe('client', () => {
  it('sends params, query, headers, body and token where the contract puts them', async () => {
    const { asked, api } = answering(200, { data: [] })
    await api.readOrder({ params: { orderId: 'a/b?c' } })
    await api.listOrders({ query: { status: 'paid', id: ['1', '2'], limit: undefined }, headers: { 'x-tenant': 't' } })
    await api.placeOrder({ body: { lines: [{ sku: 'a', quantity: 1 }] } })
    assert.deepEqual(
      asked.map(({ url, init }) => `${init.method} ${url}`),
      [
        'GET http://shop.test/api/v1/orders/a%2Fb%3Fc',
        'GET http://shop.test/api/v1/orders?status=paid&id=1&id=2',
        'POST http://shop.test/api/v1/orders',
      ],
    )
    const [read, list, place] = asked.map(({ init }) => Object.fromEntries(init.headers as Headers))
    assert.deepEqual(read, { accept: 'application/json, application/problem+json', authorization: 'Bearer abc', 'x-app': 'web' })
    assert.equal(list!['x-tenant'], 't')
    assert.equal(place!['content-type'], 'application/json')
    assert.equal(asked[2]!.init.body, '{"lines":[{"sku":"a","quantity":1}]}')
  })

  it('keeps the slashes of a wildcard and nothing else', async () => {
    const { asked, api } = answering(200, { size: 1 })
    await api.readFile({ params: { path: 'a b/c?d' } })
    assert.equal(asked[0]!.url, 'http://shop.test/api/v1/files/a%20b/c%3Fd')
  })

  it('refuses a value that would lead to another path', async () => {
    const { asked, api } = answering(200, order)
    for (const orderId of ['', '.', '..'])
      await assert.rejects(api.readOrder({ params: { orderId } }), /GET \/orders\/\{orderId\}: params\.orderId is /)
    await assert.rejects(api.readFile({ params: { path: 'a/../../users' } }), TypeError)
    assert.deepEqual(asked, [])
  })

  it('gives the value of a success, and undefined for 204', async () => {
    const placed = await answering(201, order).api.placeOrder({ body: { lines: [] } })
    assert.ok(placed.ok)
    assert.deepEqual(placed.value, order)
    assert.equal(placed.status, 201)
    const cancelled = await answering(204).api.cancelOrder({ params: { orderId: '1' } })
    assert.deepEqual([cancelled.ok, cancelled.ok && cancelled.value], [true, undefined])
  })

  it('gives problems as values that type narrows', async () => {
    const problem = {
      type: 'out-of-stock',
      status: 409,
      title: 'Out of stock',
      detail: 'Only 0 of a left.',
      requestId: 'r',
      sku: 'a',
      left: 0,
    }
    const outcome = await answering(409, problem).api.placeOrder({ body: { lines: [] } })
    assert.ok(!outcome.ok && outcome.problem.type === 'out-of-stock')
    assert.equal(outcome.problem.left, 0)
  })

  it('says "unexpected-answer" of what is neither the promised value nor a problem', async () => {
    for (const [status, body, type] of [
      [502, '<h1>Bad gateway</h1>', 'text/html'],
      [200, '<h1>Login</h1>', 'text/html'],
      [200, '{"half', 'application/json'],
      [500, '[]', 'application/json'],
      [404, '', 'application/json'],
    ] as const) {
      const outcome = await answering(status, body, type).api.readCategories()
      assert.ok(!outcome.ok, `${status} ${body}`)
      assert.equal(outcome.problem.type, 'unexpected-answer')
      assert.equal(outcome.problem.status, status)
      assert.equal(outcome.problem.requestId, 'r-9')
    }
  })

  it('sends a key as the quoted string that the header is', async () => {
    let sent: string | null = null
    const recording = client(contract, {
      baseUrl: '',
      fetch: async (_, { headers }) => {
        sent = new Headers(headers).get('idempotency-key')
        return new Response()
      },
    })
    await recording.readCategories({ idempotencyKey: 'a "b"' })
    assert.equal(sent, '"a \\"b\\""')
  })

  it('rejects when there is no answer at all', async () => {
    const failure = new TypeError('fetch failed')
    const api = client(contract, { baseUrl: '', fetch: () => Promise.reject(failure) })
    await assert.rejects(api.readCategories(), failure)
    const passing = client(contract, { baseUrl: '', fetch: async (_, { signal }) => (signal!.throwIfAborted(), new Response()) })
    await assert.rejects(passing.readCategories({ signal: AbortSignal.abort(failure) }), failure)
  })

  it('has a function for every endpoint of the module and for nothing else', () => {
    assert.deepEqual(Object.keys(answering(200).api).sort(), [
      'cancelOrder',
      'listOrders',
      'placeOrder',
      'readCategories',
      'readFile',
      'readOrder',
      'readYear',
    ])
  })
})
