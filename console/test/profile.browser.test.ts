import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { application, boot, type Running } from 'throughline'
import { serverSettings, settings } from 'throughline/config'
import { endpoint } from 'throughline/contract'
import { implement } from 'throughline/http'
import * as z from 'zod'
import '../build.mjs'
import { violations } from './axe.ts'
import { isWiderThanScreen, onPage as visit, openBrowser, type Visit } from './browser.ts'

function countSlowly(): number {
  let sum = 0
  const until = performance.now() + 120
  while (performance.now() < until) for (let i = 1; i < 5_000; i++) sum += Math.sqrt(i)
  return sum
}

const contract = {
  count: endpoint('GET /count', { summary: 'Blocks the event loop', auth: 'none', returns: z.object({ sum: z.number() }) }),
}
const counting = application({
  name: 'counting',
  version: '1.0.0',
  settings: settings(serverSettings),
  wire: () => ({ routes: implement(contract, { count: () => ({ sum: countSlowly() }) }) }),
})

let browser: Browser
let running: Running

before(async () => {
  browser = await openBrowser()
  const env = { PORT: '0', LOG_LEVEL: 'silent', NODE_ENV: 'test' }
  running = await boot(counting, { sources: { env, argv: [], cwd: import.meta.dirname } })
})

after(async () => {
  await browser?.close()
  await running?.close()
})

type Options = Pick<Visit, 'isExpected'> & { readonly options?: BrowserContextOptions }

function onPage(path: string, work: (page: Page) => Promise<void>, { options = {}, ...more }: Options = {}): Promise<void> {
  return visit({ browser, url: running.url, path, options, ...more }, work)
}

/** Takes a profile of one second, in which the application counts slowly. */
async function takeProfile(page: Page): Promise<void> {
  await page.getByLabel('For how long').selectOption('1')
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/profile'))
  await page.getByRole('button', { name: 'Take a profile' }).click()
  let isOver = false
  void answered.then(() => (isOver = true))
  while (!isOver) await (await fetch(`${running.url}/count`)).text()
  await page.getByRole('heading', { name: 'Hottest functions' }).waitFor()
}

describe('the page of the profile', () => {
  it('draws who called whom, names the hottest function and what blocked the event loop, and is walked by keys · M19.3', () =>
    onPage('/console/profile', async (page) => {
      await takeProfile(page)
      assert.match((await page.locator('.hot-functions tbody tr').first().textContent())!, /^countSlowly \S*profile\.browser\.test\.ts:\d+/)
      assert.match(
        (await page.locator('.blockers li').first().textContent())!,
        /^blocked \d+ ms: countSlowly in \S*profile\.browser\.test\.ts:\d+/,
      )
      const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')
      await page.getByRole('treeitem').first().focus()
      assert.match(await focused(), /^All that ran/)
      for (let deep = 0; deep < 60 && !(await focused()).startsWith('countSlowly'); deep++) await page.keyboard.press('ArrowDown')
      assert.match(await focused(), /^countSlowly, \S*profile\.browser\.test\.ts:\d+, .* ms \([\d.]+ %\)/)
      const widthOf = async () => (await page.locator('.flame-box:focus').boundingBox())!.width
      const graph = (await page.locator('.flame').boundingBox())!.width
      const before = await widthOf()
      await page.keyboard.press('Enter')
      assert.ok(Math.abs((await widthOf()) - graph) < 2)
      await page.keyboard.press('Escape')
      assert.ok(Math.abs((await widthOf()) - before) < 2)
      await page.keyboard.press('Home')
      assert.match(await focused(), /^All that ran/)
    }))

  it('says so when another one is being taken', () =>
    onPage(
      '/console/profile',
      async (page) => {
        const headers = { 'content-type': 'application/json' }
        const other = fetch(`${running.url}/console/api/profile`, { method: 'POST', headers, body: '{"seconds":3}' })
        await page.getByLabel('For how long').selectOption('1')
        await page.getByRole('button', { name: 'Take a profile' }).click()
        await page.getByText('Another profile is being taken').waitFor()
        await (await other).text()
      },
      { isExpected: ({ text }) => text.includes('409') },
    ))

  const phone = { viewport: { width: 390, height: 844 } }
  for (const colorScheme of ['light', 'dark'] as const)
    for (const [name, options] of Object.entries({ desktop: {}, phone }))
      it(`has nothing that axe objects to: ${colorScheme}, ${name}`, () =>
        onPage(
          '/console/profile',
          async (page) => {
            await takeProfile(page)
            assert.deepEqual(await violations(page), [])
            assert.equal(await isWiderThanScreen(page), false)
          },
          { options: { colorScheme, ...options } },
        ))
})
