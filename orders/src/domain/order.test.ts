import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Issue } from 'throughline/contract'
import type { AppError } from 'throughline/std'
import { OrderStatus } from '../../contract/orders.ts'
import { advance, mergeLines, newOrder, priceLines, shortage, toOrder } from './order.ts'
import type { StoredOrder } from './ports.ts'

const order = newOrder({
  id: '0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b',
  buyerId: 'alice',
  currency: 'USD',
  lines: [
    { sku: 'A', quantity: 3, price: 1999 },
    { sku: 'B', quantity: 1, price: 7 },
  ],
  createdAt: new Date('2026-11-02T09:30:00Z'),
})
const priced = (sku: string, price: number, currency: 'USD' | 'EUR' = 'USD') => ({ sku, price, currency })

describe('order', () => {
  it('begins as pending, with the sum of its lines as total', () => {
    assert.equal(order.status, 'pending')
    assert.equal(order.total, 6004)
    assert.deepEqual(toOrder(order), {
      id: order.id,
      status: 'pending',
      total: 60.04,
      currency: 'USD',
      lines: [
        { sku: 'A', quantity: 3, price: 19.99 },
        { sku: 'B', quantity: 1, price: 0.07 },
      ],
      createdAt: '2026-11-02T09:30:00.000Z',
    })
  })

  it('goes pending → paid → shipped or pending → cancelled, and no other way · M09.2', () => {
    const legal = new Set(['pending → paid', 'pending → cancelled', 'paid → shipped'])
    for (const from of OrderStatus.options) {
      for (const to of OrderStatus.options) {
        const before: StoredOrder = { ...order, status: from }
        if (legal.has(`${from} → ${to}`)) assert.equal(advance(before, to).status, to)
        else assert.throws(() => advance(before, to), { code: 'illegal-transition', status: 409 }, `${from} → ${to}`)
      }
    }
  })

  it('says what an order may become instead', () => {
    const detailOf = (from: OrderStatus, to: OrderStatus) => {
      try {
        advance({ ...order, status: from }, to)
      } catch (error) {
        return (error as Error).message
      }
    }
    assert.equal(detailOf('pending', 'shipped'), 'An order that is pending cannot become shipped; it can become paid or cancelled.')
    assert.equal(detailOf('cancelled', 'paid'), 'An order that is cancelled cannot become paid; it is final.')
  })

  it('makes one line of those with the same SKU', () => {
    const lines = [
      { sku: 'A', quantity: 1 },
      { sku: 'B', quantity: 2 },
      { sku: 'A', quantity: 3 },
    ]
    assert.deepEqual(mergeLines(lines), [
      { sku: 'A', quantity: 4 },
      { sku: 'B', quantity: 2 },
    ])
  })

  it('prices each line, whatever the order of the prices', () => {
    const lines = [
      { sku: 'A', quantity: 2 },
      { sku: 'B', quantity: 1 },
    ]
    assert.deepEqual(priceLines(lines, [priced('B', 7), priced('A', 1999)], 'USD'), [
      { sku: 'A', quantity: 2, price: 1999 },
      { sku: 'B', quantity: 1, price: 7 },
    ])
  })

  it('is in one currency', () => {
    const refusal = { code: 'currency-mismatch', status: 422, fields: { expected: 'USD', found: 'EUR' } }
    assert.throws(() => priceLines([{ sku: 'A', quantity: 2 }], [priced('A', 1, 'EUR')], 'USD'), refusal)
  })

  it('cannot be placed for what is unknown or short', () => {
    const lines = ['A', 'B', 'A'].map((sku) => ({ sku, quantity: 1 }))
    const told = (left: number | undefined) => {
      const { code, message, fields } = shortage('A', left, lines) as AppError
      return [code, message, (fields['errors'] as Issue[]).map(({ pointer }) => pointer)]
    }
    assert.deepEqual(told(1), ['out-of-stock', 'Only 1 of A left.', ['/lines/0/quantity', '/lines/2/quantity']])
    assert.deepEqual(told(undefined), ['unknown-sku', 'The catalogue has no product A.', ['/lines/0/sku', '/lines/2/sku']])
  })
})
