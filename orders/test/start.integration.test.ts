import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { boot } from 'throughline'
import { openLog } from 'throughline/log'
import { ordersApplication } from '../src/application.ts'
import { bootOrders, Stranger } from './support.ts'

describe('start', () => {
  let dataDir: string
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'orders-'))
  })
  after(() => rm(dataDir, { recursive: true, force: true }))

  it('finds after a restart what was there before, tokens included · M10.6', async () => {
    const url = `pglite:${join(dataDir, 'db')}`
    let running = await bootOrders({ dataDir, url })
    const orders = new Stranger(() => running.url)
    const token = await orders.as('alice')
    const order = (await orders.post('/orders', { lines: [{ sku: 'PHONE-001', quantity: 1 }] }, token)).body
    const paid = (await orders.call('POST', `/orders/${order.id}/pay`, { token })).body
    assert.equal(await running.close(), 0)

    running = await bootOrders({ dataDir, url })
    assert.deepEqual((await orders.get(`/orders/${order.id}`, token)).body, { ...order, status: 'paid' })
    assert.deepEqual((await orders.get('/orders', token)).body.data, [paid])
    assert.equal((await orders.get('/products')).body.meta.total, 200)
    assert.equal((await orders.get('/accounts', token)).body.data.length, 1)
    assert.equal(await running.close(), 0)
  })

  it('has no demo people, products or banner in production', async () => {
    const authSigningKey = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
    const overrides = { databaseUrl: 'pglite:memory', dataDir, port: 0, authSigningKey }
    const sources = { env: {}, argv: [], cwd: dataDir, mode: 'production' as const, overrides }
    const running = await boot(ordersApplication, { sources, log: openLog({ level: 'silent' }) })
    const orders = new Stranger(() => running.url)
    assert.equal((await orders.get('/products')).body.meta.total, 0)
    assert.equal((await orders.post('/auth/login', { email: 'alice@x.com', password: 'first-principles-22' })).status, 401)
    assert.deepEqual(running.banner, [])
    await running.close()
  })

  it('refuses demo data in production', async () => {
    const sources = {
      env: { SEED_DEMO: 'true' },
      argv: [],
      cwd: dataDir,
      mode: 'production' as const,
      overrides: { databaseUrl: 'pglite:memory', dataDir, port: 0 },
    }
    await assert.rejects(boot(ordersApplication, { sources, log: openLog({ level: 'silent' }) }), { exitCode: 78, message: /SEED_DEMO/ })
  })

  it('refuses production without a key to sign with', async () => {
    const sources = {
      env: {},
      argv: [],
      cwd: dataDir,
      mode: 'production' as const,
      overrides: { databaseUrl: 'pglite:memory', dataDir, port: 0 },
    }
    await assert.rejects(boot(ordersApplication, { sources, log: openLog({ level: 'silent' }) }), {
      exitCode: 78,
      message: /AUTH_SIGNING_KEY/,
    })
  })
})
