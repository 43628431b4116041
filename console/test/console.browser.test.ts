import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { boot, type Running } from 'throughline'
import { ordersApplication } from '../../orders/src/application.ts'
import '../build.mjs'
import { violations } from './axe.ts'
import { isWiderThanScreen, onPage as visit, openBrowser } from './browser.ts'

let browser: Browser
let orders: Running
let orderId: string

before(async () => {
  browser = await openBrowser()
  orders = await boot(ordersApplication, {
    sources: { env: { DATABASE_URL: 'pglite:memory', PORT: '0', LOG_LEVEL: 'silent' }, argv: [], cwd: import.meta.dirname },
  })
  orderId = await placeOrder()
})

after(async () => {
  await browser?.close()
  await orders?.close()
})

interface Listed {
  readonly data: readonly { readonly sku: string }[]
}

/** The id of a request that placed an order, with some others around it. */
async function placeOrder(): Promise<string> {
  const api = `${orders.url}/api/v1`
  const headers = { 'content-type': 'application/json' }
  const login = await fetch(`${api}/auth/login`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ email: 'alice@x.com', password: 'first-principles-22' }),
  })
  const { accessToken } = (await login.json()) as { accessToken: string }
  const products = (await (await fetch(`${api}/products?limit=2`)).json()) as Listed
  const lines = products.data.map(({ sku }) => ({ sku, quantity: 1 }))
  const placed = await fetch(`${api}/orders`, {
    method: 'POST',
    headers: { ...headers, authorization: `Bearer ${accessToken}` },
    body: JSON.stringify({ lines }),
  })
  assert.equal(placed.status, 201)
  await fetch(`${api}/orders`)
  return placed.headers.get('x-request-id')!
}

function onPage(path: string, work: (page: Page) => Promise<void>, options: BrowserContextOptions = {}): Promise<void> {
  return visit({ browser, url: orders.url, path, options }, work)
}

const phone = { viewport: { width: 390, height: 844 } }
const rowTexts = (page: Page) => page.locator('.rows .row-link').allTextContents()

describe('the list of requests', () => {
  it('shows what was recorded, and what happens from now on, without being asked again · M17.16', () =>
    onPage('/console', async (page) => {
      await page.waitForSelector('.live .is-live')
      assert.ok((await rowTexts(page)).some((text) => text.includes('POST/api/v1/orders')))
      await fetch(`${orders.url}/api/v1/products?q=just-now`)
      await page.locator('.row-link', { hasText: 'q=just-now' }).waitFor()
      assert.match((await rowTexts(page))[0]!, /q=just-now/)
    }))

  it('keeps its filters in the address, so that a reload and a colleague see the same', () =>
    onPage('/console', async (page) => {
      await page.keyboard.press('/')
      await page.keyboard.type('orders')
      await page.getByRole('button', { name: 'Refused' }).click()
      await page.waitForURL(/outcome=refused/)
      await page.waitForURL(/text=orders/)
      await page.reload()
      await page.waitForSelector('.row-link')
      assert.deepEqual(new Set(await page.locator('.rows .status').allTextContents()), new Set(['401']))
      await page.goto(`${orders.url}/console/requests?text=nowhere-at-all`)
      await page.getByRole('button', { name: 'Take the filters away' }).click()
      await page.waitForSelector('.row-link')
    }))

  it('stands still while it is paused, counts what waits, and shows it afterwards', () =>
    onPage('/console', async (page) => {
      await page.waitForSelector('.live .is-live')
      await page.keyboard.press('p')
      await fetch(`${orders.url}/api/v1/products?q=while-paused`)
      await page.getByRole('button', { name: 'Show 1 new' }).waitFor()
      assert.equal(await page.locator('.row-link', { hasText: 'while-paused' }).count(), 0)
      await page.keyboard.press('p')
      await page.locator('.row-link', { hasText: 'while-paused' }).waitFor()
    }))

  it('is led by the keyboard alone: j and k, Enter, Escape, g and a letter, ? and the palette', () =>
    onPage('/console', async (page) => {
      await page.waitForSelector('.row-link')
      await page.keyboard.press('j')
      const first = await page.evaluate(() => document.activeElement?.getAttribute('href'))
      await page.keyboard.press('j')
      assert.notEqual(await page.evaluate(() => document.activeElement?.getAttribute('href')), first)
      await page.keyboard.press('k')
      await page.keyboard.press('Enter')
      await page.waitForSelector('.waterfall')
      assert.equal(new URL(page.url()).pathname, first)
      await page.keyboard.press('j')
      await page.waitForSelector('.details')
      await page.keyboard.press('Escape')
      await page.waitForSelector('.request-table')
      await page.keyboard.press('?')
      await page.waitForSelector('dialog.keys[open]')
      await page.keyboard.press('Escape')
      await page.keyboard.press('g')
      await page.keyboard.press('l')
      await page.waitForSelector('.learn article')
      assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H1')
      await page.keyboard.press('Control+k')
      await page.keyboard.type('routing')
      await page.getByRole('option', { name: '3. Routing' }).waitFor()
      await page.getByRole('combobox').fill('')
      await page.keyboard.type(orderId)
      await page.keyboard.press('Enter')
      await page.waitForSelector('.waterfall')
      assert.match(page.url(), new RegExp(orderId))
    }))
})

describe('a trace', () => {
  it('draws the steps of the request and the statements inside of them on one axis, and its parts add up to all of it · M01.1 M01.16', () =>
    onPage(`/console/requests/${'{id}'}`.replace('{id}', orderId), async (page) => {
      await page.waitForSelector('.line-name.is-sql')
      const names = await page.locator('.line-name').allTextContents()
      assert.equal(names[0], 'POST /api/v1/orders')
      assert.ok(names.includes('placeOrder') && names.some((name) => name.startsWith('with placed as')))
      const numbers = (await page.locator('.time-sum .num').allTextContents()).map((text) => Number(text.replaceAll(',', '')))
      const total = numbers.pop()!
      const sum = numbers.reduce((all, one) => all + one, 0)
      assert.ok(Math.abs(sum - total) < 0.02 * total + 0.05, `${numbers.join(' + ')} is ${sum}, not ${total}`)
      const axis = (await page.locator('.axis').boundingBox())!
      for (const bar of await page.locator('.bar').all()) {
        const box = (await bar.boundingBox())!
        assert.ok(box.x >= axis.x - 1 && box.x + box.width <= axis.x + axis.width + 1)
      }
    }))

  it('opens a statement with its text, its rows and the plan that the database has for it', () =>
    onPage(`/console/requests/${orderId}`, async (page) => {
      await page.locator('.line-name.is-sql', { hasText: 'update products' }).first().click()
      assert.match((await page.textContent('.details .sql'))!, /^update products/)
      assert.match((await page.textContent('.details .pairs'))!, /rows1/)
      await page.getByRole('button', { name: 'Show the plan' }).first().click()
      await page.locator('.plan .code', { hasText: 'Update on products' }).waitFor()
    }))

  it('zooms to what was dragged over, and back', () =>
    onPage(`/console/requests/${orderId}`, async (page) => {
      await page.waitForSelector('.line-name.is-sql')
      const ticks = () => page.locator('.tick').allTextContents()
      const all = await ticks()
      const axis = (await page.locator('.axis').boundingBox())!
      await page.mouse.move(axis.x + axis.width * 0.4, axis.y + 10)
      await page.mouse.down()
      await page.mouse.move(axis.x + axis.width * 0.5, axis.y + 10, { steps: 4 })
      await page.mouse.up()
      assert.notDeepEqual(await ticks(), all)
      await page.keyboard.press('0')
      assert.deepEqual(await ticks(), all)
    }))

  it('has request, response, queries, logs and an explanation in tabs that the arrow keys change', () =>
    onPage(`/console/requests/${orderId}`, async (page) => {
      await page.getByRole('tab', { name: 'Request' }).click()
      assert.match((await page.textContent('[role=tabpanel]'))!, /"quantity": 1.*authorization\[redacted\]/s)
      await page.keyboard.press('ArrowRight')
      assert.match((await page.textContent('[role=tabpanel]'))!, /"status": "pending"/)
      await page.keyboard.press('ArrowRight')
      assert.match((await page.textContent('[role=tabpanel]'))!, /insert into orders/)
      await page.keyboard.press('End')
      assert.match((await page.textContent('[role=tabpanel]'))!, /The status is 201: your code answered/)
    }))

  it('says of an id that nobody knows what may have happened', () =>
    visit(
      {
        browser,
        url: orders.url,
        path: '/console/requests/0af7651916cd43dd8448eb211c80319c',
        isExpected: ({ text }) => text.includes('404'),
      },
      async (page) => {
        await page.getByText('holds nothing of that request').waitFor()
        await page.getByRole('link', { name: 'All requests' }).click()
        await page.waitForSelector('.request-table')
      },
    ))
})

describe('the build', () => {
  it('is under 400 kB, compressed, and what the first page needs under 150 kB', () => {
    const folder = new URL('../../framework/dist/console/', import.meta.url)
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const sizes = files.map(({ parentPath, name }) => ({ name, bytes: gzipSync(readFileSync(join(parentPath, name))).byteLength }))
    const sum = (all: typeof sizes) => all.reduce((bytes, one) => bytes + one.bytes, 0)
    assert.ok(sum(sizes) < 400_000, `${sum(sizes)} bytes`)
    const first = sizes.filter(({ name }) => /^(?:index\.html|main-|theme-|inter-|icon-)/.test(name))
    assert.ok(first.length >= 6 && sum(first) < 150_000, `${sum(first)} bytes in ${first.map(({ name }) => name).join(', ')}`)
  })
})

describe('every page', () => {
  const paths = () => ['/console', `/console/requests/${orderId}`, '/console/learn', '/console/nothing-here']

  for (const colorScheme of ['light', 'dark'] as const)
    for (const [name, options] of Object.entries({ desktop: {}, phone }))
      it(`has nothing that axe objects to: ${colorScheme}, ${name}`, () =>
        onPage(
          '/console',
          async (page) => {
            for (const path of paths()) {
              await page.goto(orders.url + path)
              await page.waitForSelector('h1')
              await page.waitForFunction(() => document.querySelector('[aria-busy]') === null)
              assert.deepEqual(await violations(page), [], path)
              assert.equal(await isWiderThanScreen(page), false, path)
            }
          },
          { colorScheme, ...options },
        ))

  it('keeps the theme that was chosen', () =>
    onPage('/console', async (page) => {
      await page.keyboard.press('t')
      await page.keyboard.press('t')
      await page.reload()
      assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), 'dark')
    }))
})

// Last: it pushes what the others look at out of the recorder.
describe('a flood of requests', () => {
  it('leaves the page as quick as it was: few rows are drawn, and what is left out is counted', () =>
    onPage('/console', async (page) => {
      await page.waitForSelector('.live .is-live')
      const send = async () => {
        for (let count = 0; count < 75; count++) await (await fetch(`${orders.url}/flood`)).arrayBuffer()
      }
      const slowest = page.evaluate(async () => {
        let [worst, before] = [0, performance.now()]
        for (const until = before + 3000; before < until;) {
          await new Promise(requestAnimationFrame)
          const now = performance.now()
          ;[worst, before] = [Math.max(worst, now - before), now]
        }
        return worst
      })
      await Promise.all(Array.from({ length: 40 }, send))
      await page.getByText(/more not shown/).waitFor()
      assert.ok((await page.locator('.rows .row').count()) < 80)
      assert.ok((await slowest) < 1000, `a frame took ${await slowest} ms`)
      await page.getByRole('button', { name: 'Failed' }).click()
      await page.waitForURL(/outcome=failed/)
    }))
})
