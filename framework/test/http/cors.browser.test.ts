import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import * as z from 'zod'
import { cors } from '../../src/contract/cors.ts'
import { endpoint } from '../../src/contract/endpoint.ts'
import { implement } from '../../src/http/implement.ts'
import { cspNonce } from '../../src/http/reply/security-headers.ts'
import { rawReply, reply } from '../../src/http/stage.ts'
import { silentLog } from '../../src/std/log.ts'
import { openBrowser } from '../browser.ts'
import { openSite } from './site.ts'

const html = { type: 'text/html; charset=utf-8' }
const Thing = z.object({ n: z.int().max(9) })

const pages = {
  blank: endpoint('GET /blank', {
    summary: 'May call anybody',
    auth: 'none',
    mediaType: 'text/html',
    securityHeaders: { csp: { 'connect-src': '*' } },
  }),
  scripts: endpoint('GET /scripts', { summary: 'One script with the nonce, one without', auth: 'none', mediaType: 'text/html' }),
}
const pageRoutes = implement(pages, {
  blank: () => rawReply('<!doctype html>', html),
  scripts: (c) =>
    rawReply(`<!doctype html><script nonce="${cspNonce(c)}">window.ours = 1</script><script>window.theirs = 1</script>`, html),
})
const api = { change: endpoint('PUT /things/{id}', { summary: 'Change', auth: 'none', body: Thing, returns: Thing }) }
const apiRoutes = implement(api, {
  change: ({ body }) => reply(body, { headers: { etag: '"1"', 'x-inner': 'not for scripts' } }),
})

type Site = Awaited<ReturnType<typeof openSite>>
const methods: string[] = []
let browser: Browser
let shop: Site
let stranger: Site
let server: Site

before(async () => {
  browser = await openBrowser()
  shop = await openSite({ routes: pageRoutes })
  stranger = await openSite({ routes: pageRoutes })
  const log = { ...silentLog, info: (_: string, fields?: Record<string, unknown>) => void methods.push(String(fields?.['method'])) }
  server = await openSite({ routes: apiRoutes, log, cors: cors({ origins: [shop.url], maxAge: 60 }) })
})

after(async () => {
  await browser?.close()
  await Promise.all([shop, stranger, server].map((site) => site?.close()))
})

async function onPage<Value>(url: string, work: (page: Page) => Promise<Value>): Promise<Value> {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    await page.goto(url)
    return await work(page)
  } finally {
    await context.close()
  }
}

/** What a script of the page sees of its call; the name of the error when it sees nothing. */
const put = (page: Page, n: number) =>
  page.evaluate(
    async ([url, body]) => {
      try {
        const response = await fetch(`${url}/things/1`, { method: 'PUT', body: body!, headers: { 'content-type': 'application/json' } })
        const { headers, status } = response
        return {
          status,
          body: await response.json(),
          id: headers.get('x-request-id'),
          etag: headers.get('etag'),
          inner: headers.get('x-inner'),
        }
      } catch (error) {
        return (error as Error).name
      }
    },
    [server.url, JSON.stringify({ n })] as const,
  )

describe('a page of another origin, in a real browser', () => {
  it('asks once for two calls · M02.24', () =>
    onPage(`${shop.url}/blank`, async (page) => {
      methods.length = 0
      const seen = [await put(page, 1), await put(page, 2)]
      assert.deepEqual(
        seen.map((one) => (one as { body: unknown }).body),
        [{ n: 1 }, { n: 2 }],
      )
      assert.deepEqual(methods, ['OPTIONS', 'PUT', 'PUT'])
    }))

  it('reads errors like any answer, and of the headers those that are meant for it · M02.19 M02.21', () =>
    onPage(`${shop.url}/blank`, async (page) => {
      const wrong = (await put(page, 99)) as { status: number; body: { code: string; requestId: string }; id: string }
      assert.deepEqual([wrong.status, wrong.body.code, wrong.body.requestId], [422, 'validation-failed', wrong.id])
      const right = (await put(page, 1)) as { etag: string; inner: string | null }
      assert.deepEqual([right.etag, right.inner], ['"1"', null])
    }))

  it('is shown nothing when it is not on the list, and its call is never made · M02.18 M02.23', () =>
    onPage(`${stranger.url}/blank`, async (page) => {
      methods.length = 0
      assert.equal(await put(page, 1), 'TypeError')
      assert.deepEqual(methods, ['OPTIONS'])
    }))

  it('runs the scripts that carry the nonce of its answer, and no others · M02.8', () =>
    onPage(`${shop.url}/scripts`, async (page) => {
      const ran = await page.evaluate(() => ['ours', 'theirs'].map((name) => name in globalThis))
      assert.deepEqual(ran, [true, false])
    }))
})
