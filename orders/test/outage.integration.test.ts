import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Running } from 'throughline'
import { openDb, type Db } from 'throughline/db'
import { silentLog, systemClock } from 'throughline/std'
import { bootOrders, Stranger } from './support.ts'

/** A network between the application and its database that a test can cut. */
function cable(path: string) {
  const sockets = new Set<Socket>()
  const server = createServer((inbound) => {
    const outbound = connect(path)
    sockets.add(inbound)
    for (const socket of [inbound, outbound]) {
      socket.on('error', () => {})
      socket.on('close', () => (sockets.delete(inbound), inbound.destroy(), outbound.destroy()))
    }
    inbound.pipe(outbound).pipe(inbound)
  })
  let port = 0
  return {
    async plug(): Promise<number> {
      await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
      port = (server.address() as AddressInfo).port
      return port
    },
    async cut(): Promise<void> {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.resetAndDestroy()
      await closed
    },
  }
}

// The embedded engine, reached over TCP as a server is: it can be out of reach, and it is there on every machine.
describe('a database that cannot be reached', { timeout: 60_000 }, () => {
  let dataDir: string
  let engine: Db
  let network: ReturnType<typeof cable>
  let running: Running
  const orders = new Stranger(() => running.url)
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'orders-'))
    engine = await openDb(`pglite:${join(dataDir, 'db')}`, { log: silentLog, clock: systemClock })
    network = cable(join(dataDir, 'db', '.s.PGSQL.5432'))
    running = await bootOrders({
      dataDir,
      url: `postgres://orders@127.0.0.1:${await network.plug()}/postgres?sslmode=disable`,
      seedDemo: true,
    })
  })
  after(async () => {
    await running?.close()
    await network.cut()
    await engine.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  it('is a 503 that says when to come back, and nothing of where it is · M15.2', async () => {
    const token = await orders.as('alice')
    const order = (await orders.post('/orders', { lines: [{ sku: 'PHONE-001', quantity: 1 }] }, token)).body
    await network.cut()
    const answers = await Promise.all([
      orders.get('/products'),
      orders.get(`/orders/${order.id}`, token),
      orders.post('/orders', { lines: [{ sku: 'PHONE-001', quantity: 1 }] }, token),
    ])
    for (const { status, headers, body } of answers) {
      assert.deepEqual([status, body.code], [503, 'database-unavailable'])
      assert.ok(Number(headers.get('retry-after')) > 0)
      assert.doesNotMatch(JSON.stringify(body), /127\.0\.0\.1|postgres:|ECONN/)
    }
    assert.equal((await fetch(`${running.url}/health/ready`)).status, 503)
    assert.notEqual(running.resilience.report().find(({ name }) => name === 'db')?.state, 'closed')
    assert.equal((await fetch(`${running.url}/health/live`)).status, 200)
  })

  it('is used again as soon as it is back, without a restart, and has lost nothing', async () => {
    await network.plug()
    let list = await orders.get('/orders', await orders.as('alice'))
    while (list.status === 503) list = await orders.get('/orders', await orders.as('alice'))
    assert.deepEqual([list.status, list.body.meta.total], [200, 1])
    assert.equal((await fetch(`${running.url}/health/ready`)).status, 200)
    assert.equal(running.resilience.report().find(({ name }) => name === 'db')?.state, 'closed')
    assert.match(await (await fetch(`${running.url}/metrics`)).text(), /resilience_breaker_state\{dependency="db"\} 0/)
  })
})
