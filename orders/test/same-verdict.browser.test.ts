import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { stripTypeScriptTypes } from 'node:module'
import { chromium, type Browser, type Page } from 'playwright-core'
import type { Running } from 'throughline'
import { bootOrders, Stranger } from './support.ts'

const root = join(import.meta.dirname, '../..')
const executablePath =
  process.env['CHROMIUM'] ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const page = `<!doctype html><script type="importmap">${JSON.stringify({
  imports: {
    'throughline/contract': '/framework/src/contract/index.ts',
    zod: '/node_modules/zod/index.js',
  },
})}</script>`
/** All that a browser may be given of the repository. */
const contractOnly = /^\/(framework\/src\/(contract|std)|orders\/contract|node_modules\/zod)\//

const line = { sku: 'PHONE-001', quantity: 1 }
const person = { email: 'grace@x.com', password: 'a long enough phrase', name: 'Grace' }
const right = [
  { lines: [line] },
  { lines: [line, { sku: '  PHONE-001 ', quantity: 10_000 }], currency: 'USD' },
  person,
  { ...person, email: '  Grace@X.COM ' },
]
const corpus: readonly (readonly ['placeOrder' | 'register', unknown])[] = [
  ...[
    { lines: [line] },
    { lines: [line, { sku: '  PHONE-001 ', quantity: 10_000 }], currency: 'USD' },
    {},
    null,
    [],
    'lines',
    { lines: [] },
    { lines: line },
    { lines: Array.from({ length: 101 }, () => line) },
    { lines: Array.from({ length: 70 }, () => ({ sku: 7, quantity: '1', price: 1 })) },
    { lines: [{ ...line, quantity: '1' }] },
    {
      lines: [
        { ...line, quantity: 0 },
        { ...line, quantity: 1.5 },
        { ...line, quantity: 10_001 },
        { ...line, quantity: null },
      ],
    },
    { lines: [{ sku: ' '.repeat(3), quantity: 1 }] },
    { lines: [{ sku: 'x'.repeat(41), quantity: 1 }] },
    { lines: [{ sku: 'a\u0000b', quantity: 1 }] },
    { lines: [line], currency: 'XYZ' },
    { lines: [line], currency: ['USD'] },
    { lines: [{ ...line, price: 0.01 }], total: 1, constructor: 1 },
  ].map((body) => ['placeOrder', body] as const),
  ...[
    person,
    { ...person, email: '  Grace@X.COM ' },
    { ...person, email: 'grace' },
    { ...person, email: ['grace@x.com'] },
    { ...person, email: `${'g'.repeat(250)}@x.com` },
    { ...person, email: 'grace@x.com\u0000' },
    { ...person, password: 'short' },
    { ...person, password: '💡'.repeat(257) },
    { ...person, name: '' },
    { ...person, name: 'x'.repeat(101) },
    { ...person, name: 'Grace\nHopper' },
    { ...person, roles: ['admin'] },
  ].map((body) => ['register', body] as const),
]
const paths = { placeOrder: '/orders', register: '/auth/register' }

describe('the contract in a browser', () => {
  const given: string[] = []
  let files: Server
  let browser: Browser
  let tab: Page
  let running: Running
  let dataDir: string
  const orders = new Stranger(() => running.url)

  before(async () => {
    if (executablePath === undefined) throw new Error('No Chromium was found: install one, or set CHROMIUM to its path.')
    files = createServer(({ url = '/' }, response) => {
      if (url === '/favicon.ico') response.writeHead(204).end()
      else if (url === '/') response.setHeader('content-type', 'text/html').end(page)
      else {
        given.push(url)
        const text = contractOnly.test(url) ? readFileSync(join(root, url), 'utf8') : 'throw new Error("Not for browsers.")'
        response.setHeader('content-type', 'text/javascript').end(url.endsWith('.ts') ? stripTypeScriptTypes(text) : text)
      }
    })
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve))
    dataDir = await mkdtemp(join(tmpdir(), 'orders-'))
    running = await bootOrders({ dataDir })
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] })
    tab = await browser.newPage()
    await tab.goto(`http://127.0.0.1:${(files.address() as AddressInfo).port}/`)
  })
  after(async () => {
    await browser?.close()
    await running?.close()
    files?.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  /** What a form would be told before anything is sent; undefined when all is right. */
  const inBrowser = () =>
    tab.evaluate(async (bodies) => {
      const load = (path: string) => import(path)
      const [{ client }, { placeOrder }, { register }] = await Promise.all(
        ['/framework/src/contract/index.ts', '/orders/contract/orders.ts', '/orders/contract/auth.ts'].map(load),
      )
      const api = client({ placeOrder, register }, { baseUrl: 'http://never.asked' })
      const all: (readonly object[])[] = await Promise.all(bodies.map(([name, body]) => api[name].validate(body)))
      return all.map((issues) => (issues.length === 0 ? undefined : issues))
    }, corpus)

  it('gives every body the verdict of the server, word for word, whether it was asked or the browser was passed by · M06.5 M06.6', async () => {
    const token = await orders.as('alice')
    const verdicts = await inBrowser()
    assert.deepEqual(
      corpus.filter((_, at) => verdicts[at] === undefined).map(([, body]) => body),
      right,
    )
    for (const [at, [name, json]] of corpus.entries()) {
      const told = verdicts[at]
      const asked = await orders.call('POST', paths[name], { json, token, headers: { precognition: 'true' } })
      assert.deepEqual([asked.status, asked.body.errors], [told === undefined ? 204 : 422, told], JSON.stringify(json))
      if (told === undefined) continue
      const sent = await orders.call('POST', paths[name], { json, token, headers: { 'user-agent': 'not-a-browser' } })
      assert.deepEqual([sent.status, sent.body.errors], [422, told], JSON.stringify(json))
    }
  })

  it('needs no code of the server · M06.5', () => {
    assert.ok(given.includes('/orders/contract/orders.ts'))
    assert.deepEqual(
      given.filter((path) => !contractOnly.test(path)),
      [],
    )
  })
})
