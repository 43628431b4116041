import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Stranger } from './support.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const kills = 20
const callers = 4

/** The application as `npm start` runs it, in a process that can be killed. */
class Victim {
  readonly #process: ChildProcess
  readonly #gone: Promise<unknown>
  url = ''

  constructor(dataDir: string) {
    const env = { ...process.env, DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'silent', NODE_ENV: 'test' }
    this.#process = spawn(process.execPath, ['-C', '@throughline/source', main], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    this.#gone = once(this.#process, 'exit')
  }

  async ready(): Promise<this> {
    for await (const line of createInterface({ input: this.#process.stdout! })) {
      if (!line.startsWith('ready ')) continue
      this.url = line.slice('ready '.length)
      return this
    }
    throw new Error('The application ended before it was ready.')
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.#gone
  }
}

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
