import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { application, boot, type Running } from 'throughline'
import { serverSettings, settings } from 'throughline/config'
import { endpoint, problem, type Problem } from 'throughline/contract'
import { implement } from 'throughline/http'
import { errorTable } from 'throughline/std'
import * as z from 'zod'
import * as accounts from '../../orders/contract/accounts.ts'
import * as auth from '../../orders/contract/auth.ts'
import * as orderContract from '../../orders/contract/orders.ts'
import * as products from '../../orders/contract/products.ts'
import * as users from '../../orders/contract/users.ts'
import { ordersApplication } from '../../orders/src/application.ts'
import '../build.mjs'
import { isWiderThanScreen, onPage as visit, openBrowser } from './browser.ts'

let browser: Browser
let orders: Running

before(async () => {
  browser = await openBrowser()
  orders = await boot(ordersApplication, {
    sources: { env: { DATABASE_URL: 'pglite:memory', PORT: '0', LOG_LEVEL: 'silent' }, argv: [], cwd: import.meta.dirname },
  })
})

after(async () => {
  await browser?.close()
  await orders?.close()
})

function onPage(path: string, work: (page: Page) => Promise<void>, options: BrowserContextOptions = {}, url = orders.url): Promise<void> {
  // Browsers write every refused request of the person who tries the API out: only those for the page's own files are ours.
  return visit({ browser, url, path, options, isExpected: ({ about }) => about.startsWith(`${url}/api/`) }, work)
}

const isProblem = (value: unknown): value is Problem => typeof value === 'function' && 'status' in value && 'type' in value
const focusedText = (page: Page) => page.evaluate(() => document.activeElement?.textContent)

describe('the API reference', () => {
  it('lists every operation of the document · M21.8', () =>
    onPage('/docs', async (page) => {
      const document = (await (await fetch(`${orders.url}/openapi.json`)).json()) as { paths: Record<string, object> }
      const expected = Object.values(document.paths)
        .flatMap((item) => Object.values(item))
        .map(({ operationId }) => `#${operationId}`)
      const links = await page.locator('#groups a, main a').evaluateAll((all) => all.map((link) => link.getAttribute('href')))
      assert.deepEqual(
        expected.filter((one) => links.filter((link) => link === one).length !== 2),
        [],
      )
      assert.ok(expected.length > 20)
    }))

  it('logs in with a login operation of the API and tries a request · M21.8', () =>
    onPage('/docs', async (page) => {
      await page.click('#access')
      await page.click('.login button[type=submit]')
      await page.waitForFunction(() => document.querySelector('#access')?.textContent === 'Token set')
      await page.goto(`${orders.url}/docs#placeOrder`)
      await page.click('#try button[type=submit]')
      await page.waitForSelector('.outcome')
      assert.match((await page.textContent('.outcome'))!, /^201 Created.*ms.*bytes$/)
      assert.match((await page.textContent('.result .code'))!, /"status": "pending"/)
      const curl = (await page.textContent('.panel > .code code'))!
      assert.match(curl, /^curl -X POST 'http:\/\/127\.0\.0\.1:\d+\/api\/v1\/orders'/)
      assert.match(curl, /-H 'authorization: Bearer [^']+'/)
      assert.equal(await page.evaluate(() => Object.keys(localStorage).length + location.search.length), 0)
    }))

  it('shows the problem that a request gets, and where it is explained', () =>
    onPage('/docs#readProduct', async (page) => {
      const failed = page.waitForResponse((response) => response.status() === 404)
      await page.fill('#try input', '01890a5d-ac96-774b-bcce-b302099a8057')
      await page.press('#try input', 'Control+Enter')
      await failed
      await page.waitForSelector('.outcome')
      assert.match((await page.textContent('.outcome'))!, /^404 Not Found/)
      assert.match((await page.textContent('.result .code'))!, /"docsUrl": "\/docs#error-not-found"/)
    }))

  it('is led by the keyboard: / searches, arrows and j k move, Enter opens, t tries', () =>
    onPage('/docs', async (page) => {
      await page.keyboard.press('/')
      assert.equal(await page.evaluate(() => document.activeElement?.id), 'search')
      await page.keyboard.type('order')
      assert.equal((await page.locator('#groups li:not([hidden])').count()) < (await page.locator('#groups li').count()), true)
      await page.keyboard.press('ArrowDown')
      const first = await focusedText(page)
      await page.keyboard.press('j')
      assert.notEqual(await focusedText(page), first)
      await page.keyboard.press('k')
      assert.equal(await focusedText(page), first)
      await page.keyboard.press('Enter')
      await page.waitForSelector('#try')
      assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H1')
      await page.keyboard.press('t')
      assert.equal(await page.evaluate(() => document.activeElement?.closest('#try') !== null), true)
    }))

  it('explains every error code of the framework and of the application under its own anchor · M15.19 M15.21', () =>
    onPage('/docs#error-out-of-stock', async (page) => {
      assert.match((await page.textContent('.error.meant'))!, /out-of-stock.*Order at most what.*sku.*left.*operation/s)
      const own = [accounts, auth, orderContract, products, users].flatMap((module) => Object.values(module as object).filter(isProblem))
      // No operation declares a 405, and its problem document points here all the same.
      const known = Object.entries(errorTable).flatMap(([code, entry]) => ('status' in entry ? [code] : []))
      const anchors = await page.locator('.error').evaluateAll((all) => all.map(({ id }) => id))
      const wanted = new Set([...known, ...own.map(({ type }) => type)].map((code) => `error-${code}`))
      assert.deepEqual(
        [...wanted].filter((anchor) => anchors.filter((one) => one === anchor).length !== 1),
        [],
      )
      assert.ok(own.length >= 10 && known.length > 40)
    }))

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`reads well in ${colorScheme}: every text has a contrast of 4.5 to 1`, () =>
      onPage('/docs#placeOrder', async (page) => assert.deepEqual(await page.evaluate(faintTexts), []), { colorScheme }))
  }

  it('fits a phone: no page is wider than 390 pixels', () =>
    onPage(
      '/docs',
      async (page) => {
        for (const hash of ['', '#placeOrder', '#listProducts', '#errors']) {
          await page.goto(`${orders.url}/docs${hash}`)
          await page.waitForSelector('h1')
          assert.equal(await isWiderThanScreen(page), false, hash)
        }
        await page.click('.menu')
        await page.click('#groups a[href="#readOrder"]')
        await page.waitForSelector('#try')
        assert.equal(await page.isVisible('#search'), false)
      },
      { viewport: { width: 390, height: 844 } },
    ))

  it('keeps the theme that was chosen', () =>
    onPage('/docs', async (page) => {
      await page.click('#theme')
      await page.click('#theme')
      await page.reload()
      assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), 'dark')
    }))
})

describe('the API reference of a hostile contract', () => {
  const markup = '<img src=x onerror="document.title=\'owned\'">'
  const teapot = problem('teapot', 418, z.object({ note: z.string().meta({ description: markup }) }))
  const hostile = endpoint('GET /hostile', {
    summary: markup,
    description: `${markup}\n\n[link](javascript:alert(1)) \`${markup}\``,
    tags: [markup],
    auth: 'none',
    query: z.object({
      q: z
        .string()
        .meta({ description: markup, examples: [markup] })
        .optional(),
    }),
    returns: z.object({ text: z.string().meta({ description: markup }) }),
    errors: [teapot],
  })
  const app = application({
    name: markup,
    version: '1.0.0',
    settings: settings({ ...serverSettings }),
    wire: () => ({ routes: implement({ hostile }, { hostile: () => ({ text: markup }) }) }),
  })

  it('shows markup as text, in the page and in answers', async () => {
    const running = await boot(app, { sources: { env: { PORT: '0', LOG_LEVEL: 'silent' }, argv: [], cwd: import.meta.dirname } })
    try {
      await onPage(
        '/docs',
        async (page) => {
          for (const hash of ['', '#hostile', '#errors']) {
            await page.goto(`${running.url}/docs${hash}`)
            await page.waitForSelector('h1')
            assert.equal(await page.locator('main img, nav img').count(), 0)
          }
          await page.goto(`${running.url}/docs#hostile`)
          await page.click('#try button[type=submit]')
          await page.waitForSelector('.outcome')
          assert.equal(await page.locator('main img').count(), 0)
          assert.equal((await page.textContent('h1'))!, markup)
          assert.doesNotMatch(await page.title(), /^owned/)
        },
        {},
        running.url,
      )
    } finally {
      await running.close()
    }
  })
})

/** Runs in the page: texts whose contrast with what lies behind them is below 4.5 (WCAG 2.2, 1.4.3). */
function faintTexts(): string[] {
  const toRgb = (colour: string) => (/[\d.]+/g[Symbol.match](colour) ?? []).map(Number)
  const luminance = ([red = 0, green = 0, blue = 0]: number[]) => {
    const [r, g, b] = [red, green, blue].map((part) =>
      part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
    ) as [number, number, number]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const groundOf = (element: Element | null): number[] => {
    if (element === null) return [255, 255, 255]
    const colour = toRgb(getComputedStyle(element).backgroundColor)
    return colour.length === 4 && colour[3] === 0 ? groundOf(element.parentElement) : colour
  }
  const own = (element: Element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== '')
  return [...document.body.querySelectorAll('*')]
    .filter((element) => own(element) && element.checkVisibility() && element.tagName !== 'NOSCRIPT')
    .flatMap((element) => {
      const [front, back] = [luminance(toRgb(getComputedStyle(element).color)), luminance(groundOf(element))]
      const contrast = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05)
      return contrast < 4.5 ? [`${element.className || element.tagName} "${element.textContent?.slice(0, 30)}" ${contrast.toFixed(2)}`] : []
    })
}
