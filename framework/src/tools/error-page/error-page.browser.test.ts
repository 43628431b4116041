import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { openBrowser } from '../../../test/browser.ts'
import { application, type Running } from '../../app.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { implement } from '../../http/implement.ts'
import { ambient } from '../../std/ambient.ts'
import { span } from '../../std/spans.ts'
import { serverSettings, settings } from '../../system/config/index.ts'
import { bootTest } from '../testing/boot-test.ts'

const evil = '"><script>window.bad = 1</script><style>h1 { display: none }</style><img src="/stolen" onerror="window.bad = 2">'
/** What may stand in a path. */
const evilPath = '"><img src=x onerror=window.bad=3><svg onload=window.bad=4>'
const contract = { fail: endpoint('GET /fail/*rest', { summary: 'Fails', auth: 'none', status: 204 }) }
const shop = application({
  name: 'shop',
  version: '1.0.0',
  settings: settings(serverSettings),
  wire: () => {
    ambient.want()
    return {
      routes: implement(contract, {
        fail: ({ params, log }) => {
          log.info(params.rest, { note: evil })
          span(`select "${evil}" from orders`, () => {}, 'sql')
          throw new Error(`no such thing: ${params.rest}`, { cause: new TypeError(evil) })
        },
      }),
    }
  },
})

let browser: Browser
let running: Running
let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'error-page-'))
  running = await bootTest(shop, { dataDir: folder }, { sources: { mode: 'development' } })
  browser = await openBrowser()
})
after(async () => {
  await browser?.close()
  await running?.close()
  await rm(folder, { recursive: true })
})

describe('the page of a failure', () => {
  for (const colorScheme of ['light', 'dark'] as const)
    it(`can be read on a phone, in ${colorScheme}, and does nothing that was put into it · M15.20`, async () => {
      const context = await browser.newContext({ colorScheme, viewport: { width: 380, height: 800 } })
      try {
        const page = await context.newPage()
        const refused: string[] = []
        const asked: string[] = []
        page.on('console', (message) => refused.push(message.text()))
        page.on('request', (request) => asked.push(request.url()))
        await page.goto(`${running.url}/fail/${encodeURIComponent(evilPath)}`)
        assert.match(await page.locator('h1').innerText(), /no such thing: "><img src=x/)
        const seen = await page.evaluate(() => ({
          bad: (globalThis as { bad?: number }).bad,
          scripts: document.querySelectorAll('script, img, svg').length,
          overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
          background: getComputedStyle(document.body).backgroundColor,
        }))
        assert.deepEqual([seen.bad, seen.scripts, seen.overflow], [undefined, 0, 0])
        assert.equal(seen.background, colorScheme === 'dark' ? 'rgb(22, 21, 20)' : 'rgb(251, 251, 250)')
        assert.deepEqual(
          asked.slice(1).filter((url) => !url.endsWith('/favicon.ico')),
          [],
        )
        assert.deepEqual(
          refused.filter((text) => !text.includes('500')),
          [],
        )
        await page.locator('summary').first().click()
        assert.ok((await page.locator('details[open] li').count()) > 3)
      } finally {
        await context.close()
      }
    })
})
