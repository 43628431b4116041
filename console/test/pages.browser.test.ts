import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { application, boot, type Application, type Running } from 'throughline'
import { serverSettings, settings } from 'throughline/config'
import '../build.mjs'
import { violations } from './axe.ts'
import { isWiderThanScreen, onPage as visit, openBrowser, type Visit } from './browser.ts'
import { troubledOrders } from './troubled-orders.ts'

const token = 'g7Kx2mQ9vR4tZ8wL1nB6yD3sF5hJ0pCa'
const signingKey = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })

let browser: Browser
let running: Running

before(async () => {
  browser = await openBrowser()
  running = await start(troubledOrders, {
    NODE_ENV: 'test',
    DATABASE_URL: 'pglite:memory',
    AUTH_SIGNING_KEY: JSON.stringify(signingKey),
  })
  await fetch(`${running.url}/statistics`)
  for (const text of ['one', 'two']) await refund(running.url, text)
  await fetch(`${running.url}/api/v1/products?limit=1`)
})

after(async () => {
  await browser?.close()
  await running?.close()
})

function start(of: Application, env: Record<string, string>): Promise<Running> {
  return boot(of, {
    sources: { env: { PORT: '0', LOG_LEVEL: 'silent', CONSOLE_TOKEN: token, ...env }, argv: [], cwd: import.meta.dirname },
  })
}

function refund(url: string, text: string): Promise<Response> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json', 'x-note': text.replaceAll(/[^\x20-\x7e]/g, '') } }
  return fetch(`${url}/refunds/${encodeURIComponent(text)}?q=${encodeURIComponent(text)}`, { ...init, body: JSON.stringify({ text }) })
}

type Options = Pick<Visit, 'isExpected'> & { readonly options?: BrowserContextOptions }

function onPage(path: string, work: (page: Page) => Promise<void>, { options = {}, ...more }: Options = {}): Promise<void> {
  return visit({ browser, url: running.url, path, options, ...more }, work)
}

describe('the page of the routes', () => {
  it('has every route of the application, its pipeline in order, how long its steps take, and where its time goes · M03.24 M19.3', () =>
    onPage('/console/routes', async (page) => {
      await page.getByLabel('Filter the routes').fill('statistics')
      const opener = page.locator('.opener')
      assert.equal(await opener.count(), 1)
      await opener.click()
      const steps = await page.locator('.pipeline li').allTextContents()
      assert.match(steps[0]!, /^record/)
      assert.match(
        steps.find((step) => step.startsWith('statistics'))!,
        /^statistics[\d.]+ ms$/,
      )
      const why = page.getByRole('region', { name: 'Where its time goes' })
      await why.getByText(/^SQL \(13 statements\)/).waitFor()
      assert.match((await why.textContent())!, /A usual request: [\d.]+ ms.*\d+ %.*most of it select/)
      await page.getByRole('link', { name: 'its requests' }).click()
      await page.locator('.row-link', { hasText: '/statistics' }).waitFor()
    }))

  it('orders by a column, and tells assistive technology which', () =>
    onPage('/console/routes', async (page) => {
      await page.getByRole('button', { name: 'Calls' }).click()
      assert.equal(await page.locator('[aria-sort=descending]').textContent(), 'Calls')
      const calls = (await page.locator('.rows-open tbody tr td:nth-child(3)').allTextContents()).map(Number)
      assert.deepEqual(
        calls,
        calls.toSorted((a, b) => b - a),
      )
    }))
})

describe('the page of the database', () => {
  it('shows the pool, the statements by their time, what is wrong with them, plans and migrations · M10.17', () =>
    onPage('/console/database', async (page) => {
      assert.match((await page.textContent('.cards'))!, /PostgreSQL 18.*of 1|of 1.*PostgreSQL 18/s)
      assert.match((await page.textContent('.smells'))!, /N \+ 1 GET \/statistics sent the same statement 12 times/)
      await page.locator('.opener', { hasText: 'select stock from products' }).click()
      await page.getByRole('button', { name: 'Show the plan' }).click()
      await page.locator('.plan .code', { hasText: 'Scan' }).waitFor()
      assert.match((await page.textContent('#migrations ~ table'))!, /orders/)
    }))
})

describe('the page of the errors', () => {
  it('puts failures with one cause together, leads to their traces, and keeps what was decided about them · M15.23', () =>
    onPage('/console/errors', async (page) => {
      const card = page.locator('.error', { hasText: 'No payment of' })
      await card.locator('.error-open').click()
      assert.match((await card.textContent())!, /TypeError No payment of .*×2/)
      assert.match((await card.locator('.stack .is-own').first().textContent())!, /troubled-orders\.ts/)
      await card.getByRole('button', { name: 'Resolve' }).click()
      await card.waitFor({ state: 'detached' })
      await page.getByRole('button', { name: 'resolved' }).click()
      await card.waitFor()
      await refund(running.url, 'three')
      await page.getByRole('button', { name: /^Open/ }).click()
      await card.getByText('came back').waitFor()
      await card.locator('.error-open').click()
      await card
        .locator('.error-details a', { has: page.locator('code') })
        .first()
        .click()
      await page.waitForSelector('.waterfall')
    }))
})

describe('the page of the metrics', () => {
  it('draws what callers feel and what the process is busy with, in words for who cannot see it · M17.9 M17.10 M17.11', () =>
    onPage('/console/metrics', async (page) => {
      const plot = page.getByRole('img', { name: /^Requests: / })
      await plot.locator('canvas').waitFor()
      assert.match((await plot.getAttribute('aria-label'))!, /GET \/statistics now .*, between .* and /)
      const titles = await page.locator('.chart figcaption').allTextContents()
      for (const title of ['Time of requests gone well', 'CPU', 'Memory', 'Connections to the database'])
        assert.ok(
          titles.some((one) => one.startsWith(title)),
          title,
        )
      await page.getByRole('button', { name: '1 h' }).click()
      await page.waitForURL(/minutes=60/)
      await plot.locator('canvas').waitFor()
    }))
})

describe('the objectives on the page of the metrics', () => {
  it('say in words what is promised and over how long, and who answers for it · M15.25 M17.11', () =>
    onPage('/console/metrics', async (page) => {
      const row = page.getByRole('row', { name: /orders-placed-quickly/ })
      const text = (await row.textContent())!
      assert.match(text, /POST\/api\/v1\/orders/)
      assert.match(text, /within 250 ms, over 15 d/)
      assert.match(text, /checkout-team/)
      const runbook = row.getByRole('link', { name: 'Runbook of orders-placed-quickly' })
      assert.equal(await runbook.getAttribute('href'), 'https://runbooks.example.com/orders')
      assert.equal(await runbook.getAttribute('rel'), 'noopener noreferrer')
      assert.match((await page.getByRole('row', { name: /available/ }).textContent())!, /^All requests/)
    }))
})

describe('the page of the health', () => {
  it('says how everything is, and what a stop would do, in order · M18.6', () =>
    onPage('/console/health', async (page) => {
      assert.match((await page.textContent('.cards'))!, /ready/)
      const rows = await page.locator('#resources ~ table tbody tr').allTextContents()
      assert.ok(rows.includes('dbwell'))
      const steps = await page.locator('.stop strong').allTextContents()
      assert.ok(
        steps.indexOf('drain') >= 0 &&
          steps.indexOf('drain') < steps.indexOf('requests') &&
          steps.indexOf('requests') < steps.indexOf('close'),
      )
    }))

  it('writes more of the log for a while, of everybody or of one · M17.1', () =>
    onPage('/console/health', async (page) => {
      await page.getByLabel('Level', { exact: true }).selectOption('error')
      await page.getByLabel('Only of the user with this id').fill('user-7')
      await page.getByRole('button', { name: 'Set' }).click()
      await page.getByText(/error of user user-7 for another (?:10 min|9)/).waitFor()
    }))
})

describe('the page of the settings', () => {
  it('says of every setting who gave it, and shows no secret · M16.5', () =>
    onPage('/console/config', async (page) => {
      await page.getByLabel('Filter the settings').fill('port')
      await page.locator('.opener', { hasText: /^port$/ }).click()
      assert.match((await page.textContent('.origin'))!, /default.*environment PORT = 0 wins/s)
      await page.getByLabel('Filter the settings').fill('')
      const text = await page.content()
      assert.ok(!text.includes(signingKey.d!) && !text.includes(token))
      assert.match(text, /authSigningKey/)
    }))
})

describe('pages that show what others sent', () => {
  const markup = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`

  it('show it as text: in paths, queries, headers, bodies, statements, logs and errors', async () => {
    await refund(running.url, markup)
    const body = JSON.stringify({ text: markup })
    const headers = { 'content-type': 'application/json', 'x-request-id': 'canary-1' }
    await fetch(`${running.url}/repeat`, { method: 'POST', headers, body })
    await onPage('/console', async (page) => {
      await page.locator('.row-link', { hasText: '/refunds/' }).first().click()
      await page.waitForSelector('.waterfall')
      await readTabs(page)
      await page.goto(`${running.url}/console/requests/canary-1`)
      await page.waitForSelector('.line-name.is-sql')
      await page.locator('.line-name.is-sql').first().click()
      assert.match((await page.textContent('.details .sql'))!, /<img src=x/)
      await readTabs(page)
      for (const path of ['/console/errors', '/console/database']) {
        await page.goto(running.url + path)
        await page.getByText('<img src=x').first().waitFor()
        for (const opener of await page.locator('.opener, .error-open').all()) await opener.click()
        await nothingRan(page)
      }
    })
  })

  async function readTabs(page: Page): Promise<void> {
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click()
      await nothingRan(page)
    }
  }

  async function nothingRan(page: Page): Promise<void> {
    assert.equal(await page.locator('main img, main script').count(), 0)
    assert.doesNotMatch(await page.title(), /^owned/)
  }
})

const plain = application({ name: 'plain', version: '1.0.0', settings: settings(serverSettings), wire: () => ({ routes: [] }) })

describe('a console whose process is restarted', () => {
  it('says that it is away, comes back by itself, and shows what it missed', async () => {
    const first = await start(plain, { NODE_ENV: 'test' })
    const { port } = new URL(first.url)
    const isExpected = () => true
    await visit({ browser, url: first.url, path: '/console', isExpected }, async (page) => {
      await page.waitForSelector('.live .is-live')
      await first.close()
      await page.waitForSelector('.live .is-lost')
      await page.waitForSelector('.banner')
      const second = await start(plain, { NODE_ENV: 'test', PORT: port })
      try {
        await fetch(`${first.url}/while-away`)
        await page.locator('.row-link', { hasText: 'while-away' }).waitFor()
        await page.waitForSelector('.banner', { state: 'detached' })
      } finally {
        await second.close()
      }
    })
  })
})

describe('the console of a stranger', () => {
  const refused = { isExpected: ({ text }: { text: string }) => text.includes('401') }

  it('asks for the token in production, takes no other, and opens to it', async (t) => {
    const closed = await start(plain, { NODE_ENV: 'production' })
    t.after(() => closed.close())
    await visit({ browser, url: closed.url, path: '/console/health', ...refused }, async (page) => {
      await page.getByLabel('Token').fill('guess')
      await page.keyboard.press('Enter')
      await page.getByText('That is not its token').waitFor()
      await page.getByLabel('Token').fill(token)
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Health' }).waitFor()
      assert.equal(await page.evaluate(() => document.cookie + localStorage.length), '0')
      await page.reload()
      await page.getByRole('heading', { name: 'Health' }).waitFor()
    })
  })
})

describe('every page', () => {
  const phone = { viewport: { width: 390, height: 844 } }
  for (const colorScheme of ['light', 'dark'] as const)
    for (const [name, options] of Object.entries({ desktop: {}, phone }))
      it(`has nothing that axe objects to, opened or not: ${colorScheme}, ${name}`, () =>
        onPage(
          '/console/routes',
          async (page) => {
            for (const path of ['routes', 'database', 'errors', 'metrics', 'profile', 'health', 'config', 'learn']) {
              await page.goto(`${running.url}/console/${path}`)
              await page.waitForSelector('h1')
              await page.waitForFunction(() => document.querySelector('[aria-busy]') === null)
              await page
                .locator('.opener, .error-open')
                .first()
                .click({ timeout: 500 })
                .catch(() => undefined)
              assert.deepEqual(await violations(page), [], path)
              assert.equal(await isWiderThanScreen(page), false, path)
            }
          },
          { options: { colorScheme, ...options } },
        ))
})
