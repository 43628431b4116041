import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Stranger } from './support.ts'
import { Victim } from './victim.ts'

const kills = 20
const callers = 4

describe('a process that is killed', () => {
  let dataDir: string
  let victim: Victim | undefined
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'orders-'))
  })
  after(async () => {
    await victim?.kill()
    await rm(dataDir, { recursive: true, force: true })
  })

  it(`keeps every order that it answered 201 for, ${kills} times, and half of none · M10.3 M10.6 M22.23`, async () => {
    const orders = new Stranger(() => victim!.url)
    const acknowledged = new Set<string>()
    let token = ''
    const product = { sku: 'CRASH', name: 'Crash', category: 'test', brand: 'Tester', price: 1, stock: 1_000_000 }

    /** Orders until the process dies, and kills it in the middle of what the other callers ask. */
    const orderUntilDead = async (deadline: { left: number }) => {
      for (;;) {
        const answer = await orders.post('/orders', { lines: [{ sku: product.sku, quantity: 1 }] }, token).catch(() => undefined)
        if (answer === undefined) return
        assert.equal(answer.status, 201)
        acknowledged.add(answer.body.id)
        if (--deadline.left === 0) await victim!.kill()
      }
    }

    victim = await new Victim(dataDir).ready()
    token = await orders.as('alice')
    const { id } = (await orders.post('/products', product, await orders.as('admin'))).body
    for (let kill = 0; kill < kills; kill++) {
      const deadline = { left: 1 + Math.floor(Math.random() * 40) }
      await Promise.all(Array.from({ length: callers }, () => orderUntilDead(deadline)))
      victim = await new Victim(dataDir).ready()
    }

    const stored = new Set<string>()
    for (let path: string | null = '/orders?limit=100'; path !== null;) {
      const { body } = await orders.get(path, token)
      for (const order of body.data) stored.add(order.id)
      path = body.links.next
    }
    assert.deepEqual(
      [...acknowledged].filter((order) => !stored.has(order)),
      [],
    )
    assert.equal((await orders.get(`/products/${id}`)).body.stock, product.stock - stored.size)
    // What had been committed when the kill came, and was not answered any more.
    assert.ok(stored.size - acknowledged.size <= kills * callers)
  })
})
