import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load, requireWrk, type Loaded } from './lib/load.ts'
import { postgres } from './lib/postgres.ts'
import { startServer, type Server } from './lib/process.ts'
import { keep } from './lib/report.ts'
import { show, spread } from './lib/rounds.ts'

const rounds = 5

/** Placing orders: a token checked, a body validated, stock reserved and an order written in one transaction, with everything switched on. */
export async function run(): Promise<void> {
  requireWrk()
  const folder = mkdtempSync(join(tmpdir(), 'throughline-orders-'))
  const outside = await postgres()
  const engines = { 'PGlite, on the core of the application': `pglite:${folder}/db`, 'PostgreSQL 18 over TCP, on both cores': outside.url }
  const rows: string[][] = []
  for (const [name, url] of Object.entries(engines)) {
    const server = await startServer(['-C', '@throughline/source', 'orders/src/main.ts'], {
      DATA_DIR: folder,
      DATABASE_URL: url,
      PORT: '0',
      LOG_LEVEL: 'info',
      SEED_DEMO: 'true',
    })
    const script = await orderScript(server, folder)
    const results: Loaded[] = []
    for (let round = -3; round < rounds; round++) {
      const loaded = await load({ url: `${server.url}/api/v1/orders`, seconds: 3, connections: 32, script })
      if (round >= 0) results.push(loaded)
    }
    await server.stop()
    rows.push([
      name,
      show(spread(results.map((r) => r.perSecond)), 0),
      show(spread(results.map((r) => r.p50)), 1),
      show(spread(results.map((r) => r.p99)), 1),
      name.startsWith('PGlite') ? '≥ 1,500' : '≥ 3,000',
    ])
  }
  await outside.close()
  rmSync(folder, { recursive: true, force: true })
  keep('orders', {
    order: 2,
    title: 'POST /api/v1/orders',
    method: `32 connections, ${rounds} rounds of 3 s, the application on one core, wrk on the other; each order reserves one piece of one of 200 products. The access log is on.`,
    columns: ['database', 'orders/s', 'p50 ms', 'p99 ms', 'goal'],
    rows,
    chart: { values: [1] },
  })
}

/** A wrk script that orders one of 200 products at random, as alice. The products are made for it: the demo's stock would not last. */
async function orderScript(server: Server, folder: string): Promise<string> {
  const admin = await login(server, 'admin@x.com')
  const skus = Array.from({ length: 200 }, (_, i) => `BENCH-${i}`)
  for (const sku of skus) {
    const product = {
      sku,
      name: sku,
      description: 'For the benchmark.',
      category: 'bench',
      brand: 'bench',
      price: 9.99,
      currency: 'USD',
      stock: 1_000_000,
    }
    const { status } = await send(server, '/api/v1/products', product, admin)
    if (status !== 201) throw new Error(`POST /api/v1/products answered ${status}`)
  }
  const token = await login(server, 'alice@x.com')
  const script = join(folder, 'orders.lua')
  writeFileSync(
    script,
    `math.randomseed(22)
local headers = { ["content-type"] = "application/json", ["authorization"] = "Bearer ${token}" }
request = function()
  return wrk.format("POST", nil, headers, '{"lines":[{"sku":"BENCH-' .. math.random(0, 199) .. '","quantity":1}]}')
end
`,
  )
  return script
}

async function login(server: Server, email: string): Promise<string> {
  const response = await send(server, '/api/v1/auth/login', { email, password: 'first-principles-22' })
  return ((await response.json()) as { accessToken: string }).accessToken
}

function send(server: Server, path: string, body: object, token = ''): Promise<Response> {
  return fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  })
}
