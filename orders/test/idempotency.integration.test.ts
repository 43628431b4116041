import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Stranger, type Answer } from './support.ts'
import { Victim } from './victim.ts'

const kills = 6
const callers = 4
const product = { sku: 'ONCE', name: 'Once', category: 'test', brand: 'Tester', price: 1, stock: 1_000_000 }
const order = { lines: [{ sku: 'ONCE', quantity: 1 }] }

describe('requests that come again', () => {
  let dataDir: string
  let victim: Victim
  let orders: Stranger
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'orders-'))
    victim = await new Victim(dataDir).ready()
    orders = new Stranger(() => victim.url)
  })
  after(async () => {
    await victim.kill()
    await rm(dataDir, { recursive: true, force: true })
  })

  const place = (token: string, key: string): Promise<Answer> =>
    orders.call('POST', '/orders', { token, json: order, headers: { 'idempotency-key': key } })

  it(`are done once, though the process is killed ${kills} times between work and answer · M13.14`, async () => {
    const token = await orders.as('alice')
    const { id } = (await orders.post('/products', product, await orders.as('admin'))).body
    const answers = new Map<string, string>()
    let keys = 0

    /** Orders until the process dies; gives the key whose answer never came. */
    async function orderUntilDead(left: { requests: number }): Promise<string> {
      for (;;) {
        const key = `key-${++keys}`
        const answer = await place(token, key).catch(() => undefined)
        if (answer === undefined) return key
        assert.equal(answer.status, 201)
        answers.set(key, JSON.stringify(answer.body))
        if (--left.requests === 0) void victim.kill()
      }
    }

    for (let kill = 0; kill < kills; kill++) {
      const left = { requests: 1 + Math.floor(Math.random() * 30) }
      const unanswered = await Promise.all(Array.from({ length: callers }, () => orderUntilDead(left)))
      await victim.kill()
      victim = await new Victim(dataDir).ready()
      for (const key of unanswered) {
        const answer = await place(token, key)
        assert.equal(answer.status, 201)
        answers.set(key, JSON.stringify(answer.body))
      }
    }

    for (const [key, body] of answers) {
      const again = await place(token, key)
      assert.deepEqual([again.status, again.headers.get('idempotency-replayed'), JSON.stringify(again.body)], [201, 'true', body])
    }
    assert.equal(new Set(answers.values()).size, keys)
    assert.equal((await orders.get(`/products/${id}`)).body.stock, product.stock - keys)
  })

  it('move money once · M13.14 M02.12', async () => {
    const token = await orders.as('alice')
    const mine = (await orders.get('/accounts', token)).body.data[0]
    const theirs = (await orders.get('/accounts', await orders.as('bob'))).body.data[0]
    const transfer = (amount: number) =>
      orders.call('POST', '/transfers', {
        token,
        json: { fromId: mine.id, toId: theirs.id, amount },
        headers: { 'idempotency-key': '"transfer-1"' },
      })
    const [first, again, other] = [await transfer(1), await transfer(1), await transfer(2)]
    assert.deepEqual([first.status, again.status, again.body], [201, 201, first.body])
    assert.deepEqual([other.status, other.body.code], [422, 'idempotency-key-reused'])
    assert.equal((await orders.get('/accounts', token)).body.data[0].balance, mine.balance - 1)
  })

  it('with wrong passwords are cut off after twenty in a minute, for this person at this address only · M07.10', async () => {
    const guess = (email: string) => orders.post('/auth/login', { email, password: 'wrong' })
    const statuses = []
    for (let i = 0; i < 21; i++) statuses.push((await guess('support@x.com')).status)
    assert.deepEqual(statuses, [...Array.from({ length: 20 }, () => 401), 429])
    assert.equal((await guess('admin@x.com')).status, 401)
  })
})
