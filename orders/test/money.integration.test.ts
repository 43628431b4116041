import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { withOrders } from './support.ts'

describe('money', () => {
  const orders = withOrders()
  const people = ['alice', 'bob'] as const
  let ids: { alice: string; bob: string }

  const account = async (who: 'alice' | 'bob') => (await orders.get('/accounts', await orders.as(who))).body.data[0]
  const transfer = async (from: 'alice' | 'bob', to: 'alice' | 'bob', amount: number) =>
    orders.post('/transfers', { fromId: ids[from], toId: ids[to], amount }, await orders.as(from))
  before(async () => {
    ids = { alice: (await account('alice')).id, bob: (await account('bob')).id }
  })

  it('begins as 1000.00 USD for each customer', async () => {
    for (const who of people) assert.deepEqual(await account(who), { id: ids[who], balance: 1000, currency: 'USD' })
    assert.deepEqual((await orders.get('/accounts', await orders.as('support'))).body.data, [])
  })

  it('moves to the cent · M10.19', async () => {
    const { status, body } = await transfer('alice', 'bob', 0.07)
    assert.equal(status, 201)
    assert.deepEqual([body.fromId, body.toId, body.amount, body.currency], [ids.alice, ids.bob, 0.07, 'USD'])
    assert.deepEqual([(await account('alice')).balance, (await account('bob')).balance], [999.93, 1000.07])
    await transfer('bob', 'alice', 0.07)
  })

  it('names the balance and what was needed · M10.19 M15.19', async () => {
    await transfer('alice', 'bob', 980)
    const { status, headers, body } = await transfer('alice', 'bob', 50)
    assert.equal(status, 422)
    assert.equal(headers.get('content-type'), 'application/problem+json')
    assert.deepEqual([body.type, body.code, body.status], ['insufficient-funds', 'insufficient-funds', 422])
    assert.equal(body.detail, 'Balance $20.00 below $50.00 needed.')
    assert.equal(body.requestId, headers.get('x-request-id'))
    assert.ok(body.docsUrl.includes('insufficient-funds'))
    await transfer('bob', 'alice', 980)
  })

  it('is conserved under 100 parallel transfers, and no balance falls below zero · M10.19', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, at) => {
        const [from, to] = at % 2 === 0 ? people : people.toReversed()
        return transfer(from!, to!, 0.01 + at * 3)
      }),
    )
    assert.ok(answers.every(({ status }) => status === 201 || status === 422))
    const moved = answers.reduce(
      (sum, { status, body }) => sum + (status !== 201 ? 0 : Math.round(body.amount * 100) * (body.fromId === ids.alice ? -1 : 1)),
      0,
    )
    const [alice, bob] = [(await account('alice')).balance, (await account('bob')).balance]
    assert.equal(Math.round(alice * 100), 100_000 + moved)
    assert.equal(Math.round(alice * 100) + Math.round(bob * 100), 200_000)
    assert.ok(alice >= 0 && bob >= 0)
  })

  it('cannot be taken from others, nor sent nowhere or to itself', async () => {
    const token = await orders.as('bob')
    const nowhere = '0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b'
    const outcomes = [
      [{ fromId: ids.alice, toId: ids.bob, amount: 1 }, 404, 'not-found'],
      [{ fromId: ids.bob, toId: nowhere, amount: 1 }, 422, 'unknown-account'],
      [{ fromId: ids.bob, toId: ids.bob.toUpperCase(), amount: 1 }, 422, 'validation-failed'],
      [{ fromId: ids.bob, toId: ids.alice, amount: 0 }, 422, 'validation-failed'],
      [{ fromId: ids.bob, toId: ids.alice, amount: -5 }, 422, 'validation-failed'],
      [{ fromId: ids.bob, toId: ids.alice, amount: 0.001 }, 422, 'validation-failed'],
      [{ fromId: ids.bob, toId: ids.alice, amount: '5' }, 422, 'validation-failed'],
    ] as const
    for (const [body, status, code] of outcomes) {
      const answer = await orders.post('/transfers', body, token)
      assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(body))
    }
  })
})
