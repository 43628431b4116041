import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { boot, type Running } from 'throughline'
import { ordersApplication } from '../../orders/src/application.ts'
import '../build.mjs'
import { violations } from './axe.ts'
import { isWiderThanScreen, onPage as visit, openBrowser } from './browser.ts'

let browser: Browser
let orders: Running
let requestId: string
let total: number

const markup = '<img src=x onerror="document.title=\'owned\'">'
const phases = (server: number) => [
  {
    name: 'dns',
    start: 0,
    ms: 12,
    note: `a resolver knew · ${markup} · ttl 60 s`,
    parts: [
      { name: `root ${markup}`, start: 1, ms: 3, note: 'A shop.test · refers to test' },
      { name: 'authority shop.test', start: 5, ms: 6, note: 'A shop.test · 192.0.2.7' },
    ],
  },
  { name: 'tcp', start: 12, ms: 8, note: '192.0.2.7 · IPv4 won · 1 round trip' },
  { name: 'tls', start: 20, ms: 17, note: 'TLSv1.3 · TLS_AES_256_GCM_SHA384 · h2 · full handshake · 1 round trip · 88 days left' },
  { name: 'request', start: 37, ms: 1, note: 'no body' },
  { name: 'waiting', start: 38, ms: server + 20, note: 'HTTP/2 200' },
  { name: 'content', start: 58 + server, ms: 2, note: '3669 bytes · zstd' },
]

before(async () => {
  browser = await openBrowser()
  orders = await boot(ordersApplication, {
    sources: { env: { DATABASE_URL: 'pglite:memory', PORT: '0', LOG_LEVEL: 'silent' }, argv: [], cwd: import.meta.dirname },
  })
  const response = await fetch(`${orders.url}/api/v1/products?limit=2`)
  await response.arrayBuffer()
  requestId = response.headers.get('x-request-id')!
  const server = Math.ceil([...orders.recorder.newest()].find(({ id }) => id === requestId)!.ms)
  total = server + 60
  const { status } = await fetch(`${orders.url}/console/api/operations/${requestId}/client`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ startedAt: Date.now() - total, total, phases: phases(server) }),
  })
  assert.equal(status, 204)
})

after(async () => {
  await browser?.close()
  await orders?.close()
})

function onPage(path: string, work: (page: Page) => Promise<void>, options: BrowserContextOptions = {}): Promise<void> {
  return visit({ browser, url: orders.url, path, options }, work)
}

interface Row {
  readonly name: string
  readonly ms: number
  readonly depth: number
  readonly remark: string
}

async function rowsOf(page: Page): Promise<Row[]> {
  await page.waitForSelector('.line-name.is-sql')
  return page.locator('.lines .line').evaluateAll((lines) =>
    lines.map((line) => ({
      name: line.querySelector('.line-name')!.textContent!,
      ms: Number(line.querySelector('.num')!.textContent!.replaceAll(',', '')),
      depth: Number((line.querySelector('.line-head-cell') as HTMLElement).style.getPropertyValue('--depth')),
      remark: line.querySelector('.remark')?.textContent ?? '',
    })),
  )
}

const names = ['DNS', 'TCP', 'TLS', 'Request', 'Waiting', 'Content']

describe("a trace with the client's half", () => {
  it('is one waterfall from the look-up of the name to the SQL row, and its phases add up to the total · M01.1', () =>
    onPage(`/console/requests/${requestId}`, async (page) => {
      const rows = await rowsOf(page)
      const top = rows.filter(({ depth }) => depth === 0)
      assert.deepEqual(
        top.map(({ name }) => name),
        names,
      )
      assert.ok(Math.abs(top.reduce((sum, { ms }) => sum + ms, 0) - total) <= 1)
      const below = rows.slice(rows.findIndex(({ name }) => name === 'Waiting') + 1, -1)
      assert.deepEqual([below[0]!.name, below[0]!.depth], ['GET /api/v1/products', 1])
      assert.ok(below.some(({ name, depth }) => name.startsWith('select') && depth > 1))
      assert.match((await page.textContent('.facts'))!, /For the client[\d,.]+ m?s/)
    }))

  it('shows the chain of name servers, version, cipher and expiry of the certificate: as text, whatever it is · M01.2 M01.5', () =>
    onPage(`/console/requests/${requestId}`, async (page) => {
      const rows = await rowsOf(page)
      assert.deepEqual(
        rows.slice(0, 3).map(({ name }) => name),
        ['DNS', `root ${markup}`, 'authority shop.test'],
      )
      await page.getByRole('button', { name: 'TLS', exact: true }).click()
      const facts = await page.locator('.client-notes li').allTextContents()
      assert.deepEqual([facts[0], facts[1], facts.at(-1)], ['TLSv1.3', 'TLS_AES_256_GCM_SHA384', '88 days left'])
      await page.getByRole('button', { name: 'DNS', exact: true }).click()
      assert.ok((await page.locator('.client-notes li').allTextContents()).includes(markup))
      assert.equal(await page.locator('main img').count(), 0)
      assert.notEqual(await page.title(), 'owned')
    }))

  it('is led by the keyboard as every other one', () =>
    onPage(`/console/requests/${requestId}`, async (page) => {
      await rowsOf(page)
      for (let presses = 0; presses < 4; presses++) await page.keyboard.press('j')
      assert.match((await page.textContent('.details h2'))!, /^TCP$/)
      for (let presses = 0; presses < 3; presses++) await page.keyboard.press('j')
      assert.match((await page.textContent('.details h2'))!, /^Waiting$/)
      await page.keyboard.press('ArrowLeft')
      assert.equal(await page.locator('.line-name.is-sql').count(), 0)
    }))

  it('has both heads as they went over the wire, secrets masked · M02.2', () =>
    onPage(`/console/requests/${requestId}`, async (page) => {
      await page.getByRole('tab', { name: 'Raw' }).click()
      const [received, sent] = await page.locator('[role=tabpanel] pre').allTextContents()
      assert.match(received!, /^GET \/api\/v1\/products\?limit=2 HTTP\/1\.1\nhost: 127\.0\.0\.1/i)
      assert.match(sent!, /^HTTP\/1\.1 200 OK\n/)
    }))

  for (const colorScheme of ['light', 'dark'] as const)
    for (const [name, options] of Object.entries({ desktop: {}, phone: { viewport: { width: 390, height: 844 } } }))
      it(`has nothing that axe objects to, and is not wider than its screen: ${colorScheme}, ${name}`, () =>
        onPage(
          `/console/requests/${requestId}`,
          async (page) => {
            await page.getByRole('button', { name: 'TLS', exact: true }).click()
            assert.deepEqual(await violations(page), [])
            assert.equal(await isWiderThanScreen(page), false)
          },
          { colorScheme, ...options },
        ))
})

describe('the body of an answer', () => {
  it('is decoded where it was not text · M04.7', async () => {
    const response = await fetch(`${orders.url}/api/v1/products?limit=2`, { headers: { accept: 'application/msgpack' } })
    await response.arrayBuffer()
    await onPage(`/console/requests/${response.headers.get('x-request-id')}`, async (page) => {
      await page.getByRole('tab', { name: 'Response' }).click()
      assert.match((await page.textContent('.body figcaption'))!, /^Body · application\/msgpack · [\d.]+ k?B · decoded$/)
      assert.match((await page.textContent('.body pre'))!, /"sku": "/)
    })
  })
})

describe('a request that was tried in the API reference', () => {
  it('is shown with what the browser measured, and says when its connection was reused · M01.1 M01.4', () =>
    onPage('/docs#listProducts', async (page) => {
      await page.click('#try button[type=submit]')
      await page.click('.in-console a')
      const rows = await rowsOf(page)
      const top = rows.filter(({ depth }) => depth === 0)
      assert.deepEqual(
        top.map(({ name }) => name),
        names.filter((name) => name !== 'TLS'),
      )
      const seen = Number(/For the client([\d.]+) ms/.exec((await page.textContent('.facts'))!)![1])
      assert.ok(Math.abs(top.reduce((sum, { ms }) => sum + ms, 0) - seen) <= 1, JSON.stringify({ top, seen }))
      // The page itself came over it a moment ago.
      assert.match(top[1]!.remark, /^connection reused$/)
      assert.equal(rows.find(({ depth }) => depth === 1)!.name, 'GET /api/v1/products')
    }))
})
