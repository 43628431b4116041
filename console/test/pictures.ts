// `npm run pictures [NAME…]` makes docs/images/console-*.png anew: the Orders API with a quarter of an hour of visitors behind it, seen by a real browser.
// `--all FOLDER` looks at every page instead, in both themes and at the width of a phone, for whoever changed one.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright-core'
import { application, boot } from 'throughline'
import { endpoint } from 'throughline/contract'
import { implement } from 'throughline/http'
import { ordersApplication } from '../../orders/src/application.ts'
import '../build.mjs'
import { openBrowser } from './browser.ts'

interface Picture {
  readonly path: string
  readonly theme: 'light' | 'dark'
  readonly width?: number
  readonly before?: (page: Page) => Promise<void>
}

const sizes = { 1280: { width: 1280, height: 800 }, 390: { width: 390, height: 844 } } as const
const latest = async (page: Page) => {
  await page.locator('.row-link', { hasText: '/api/v1/orders' }).first().click()
  await page.waitForSelector('.waterfall')
}
const statement = async (page: Page) => {
  await latest(page)
  await page
    .getByText(/^with placed as/)
    .first()
    .click()
}
const waterfall = async (page: Page) => {
  await latest(page)
  await page
    .locator('.time-sum, .waterfall')
    .first()
    .evaluate((box) => box.scrollIntoView())
}
const plan = async (page: Page) => {
  await page.locator('.opener').first().click()
  await page.getByRole('button', { name: 'Show the plan' }).click()
  await page.locator('.plan').first().waitFor()
}
const opened = (selector: string) => (page: Page) => page.locator(selector).first().click()
const pictures: Readonly<Record<string, Picture>> = {
  // First, while there is traffic.
  metrics: { path: '/metrics', theme: 'dark' },
  requests: { path: '/requests', theme: 'light' },
  trace: { path: '/requests?status=201', theme: 'dark', before: statement },
  errors: { path: '/errors', theme: 'light', before: opened('.error-open') },
  database: { path: '/database', theme: 'light', before: plan },
  phone: { path: '/requests?status=201', theme: 'light', width: 390, before: waterfall },
}
const pages = ['requests', 'errors', 'routes', 'database', 'metrics', 'health', 'config', 'learn']

const refundOrder = endpoint('POST /api/v1/orders/{orderId}/refund', { summary: 'Pay back an order', auth: 'user', status: 204 })
const pictured = application({
  ...ordersApplication,
  wire: (needs) => {
    const parts = ordersApplication.wire(needs)
    const payments = new Map<string, { amount: number }>()
    const amountOf = (orderId: string) => payments.get(orderId)!.amount
    const routes = implement({ refundOrder }, { refundOrder: ({ params }) => void amountOf(params.orderId) })
    return { ...parts, routes: [...parts.routes, ...routes] }
  },
})

const {
  values: { all },
  positionals,
} = parseArgs({ options: { all: { type: 'string' } }, allowPositionals: true })
const folder = mkdtempSync(join(tmpdir(), 'pictures-'))
const clock = clockFrom(Date.now() - 15 * 60_000)
const env = { PORT: '0', LOG_LEVEL: 'silent', DATABASE_URL: 'pglite:memory', DATA_DIR: folder, LOAD_SHEDDING: 'false' }
const running = await boot(pictured, { clock, sources: { env, argv: [], cwd: folder } })
const browser = await openBrowser()
try {
  await visitors(running.url)
  for (const [name, picture] of Object.entries(all === undefined ? pictures : everyPage())) {
    if (positionals.length > 0 && !positionals.includes(name)) continue
    await take(picture, all === undefined ? `docs/images/console-${name}.png` : join(all, `${name}.png`))
  }
} finally {
  await browser.close()
  const closed = running.close()
  clock.advance(60_000)
  await closed
  rmSync(folder, { recursive: true, force: true })
}

function everyPage(): Record<string, Picture> {
  mkdirSync(all!, { recursive: true })
  const looks = [
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
    ['dark', 390],
  ] as const
  return Object.fromEntries(
    pages.flatMap((page) => looks.map(([theme, width]) => [`${page}-${theme}-${width}`, { path: `/${page}`, theme, width }])),
  )
}

/** Three waves of visitors, ten seconds of the clock at a time. */
async function visitors(url: string): Promise<void> {
  const json = { 'content-type': 'application/json' }
  const login = JSON.stringify({ email: 'alice@x.com', password: 'first-principles-22' })
  const answer = await fetch(`${url}/api/v1/auth/login`, { method: 'POST', headers: json, body: login })
  const { accessToken } = (await answer.json()) as { accessToken: string }
  const authorization = `Bearer ${accessToken}`
  const { data } = (await (await fetch(`${url}/api/v1/products?limit=20`)).json()) as { data: { id: string; sku: string }[] }
  for (let turn = 0; turn < 90; turn++) {
    const many = Math.round(6 + 5 * Math.sin(turn / 4.5))
    for (let i = 0; i < many; i++) {
      const { id, sku } = data[(turn * 7 + i) % data.length]!
      const word = ['camera', 'watch', 'lamp', 'phone', 'laptop'][(turn + i) % 5]
      await fetch(`${url}/api/v1/products?q=${word}&sort=-price&limit=${5 + (i % 8)}`)
      if (i % 2 === 0) await fetch(`${url}/api/v2/products/${id}`)
      if (i % 3 === 0) {
        const body = JSON.stringify({
          lines: [
            { sku, quantity: 1 },
            { sku: data[turn % data.length]!.sku, quantity: 1 },
          ],
        })
        const headers = { ...json, authorization, 'idempotency-key': crypto.randomUUID() }
        await fetch(`${url}/api/v1/orders`, { method: 'POST', headers, body })
      }
      if (i % 4 === 1) await fetch(`${url}/api/v1/orders?limit=5`, { headers: { authorization } })
      if (i % 6 === 5) await fetch(`${url}/api/v1/products/00000000-0000-7000-8000-000000000000`)
      if (turn > 60 && i === 7) await fetch(`${url}/api/v1/orders/${id}/refund`, { method: 'POST', headers: { authorization } })
      clock.advance(10_000 / many - 6)
    }
  }
  // The last order comes from the command line, which leaves its half with the console: looked up by name, as callers do.
  const order = JSON.stringify({ lines: [{ sku: data[0]!.sku, quantity: 2 }] })
  const headers = ['content-type: application/json', `authorization: ${authorization}`].flatMap((header) => ['--header', header])
  const args = [
    'framework/bin/throughline.mjs',
    'trace',
    `${url.replace('127.0.0.1', 'localhost')}/api/v1/orders`,
    '--data',
    order,
    ...headers,
  ]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const [status] = (await once(child, 'exit')) as [number | null]
  if (status !== 0) throw new Error(`throughline trace ended with ${status}`)
}

async function take({ path, theme, width = 1280, before }: Picture, file: string): Promise<void> {
  const context = await browser.newContext({ viewport: sizes[width as keyof typeof sizes], colorScheme: theme })
  const page = await context.newPage()
  await page.goto(`${running.url}/console${path}`)
  await page.waitForSelector('h1')
  await before?.(page)
  await page.waitForLoadState('networkidle', { timeout: 2_000 }).catch(() => {})
  await page.evaluate(showOther, process.cwd())
  await page.screenshot({ path: file, animations: 'disabled' })
  await context.close()
}

/** Runs like every clock, and can be moved on at once. */
function clockFrom(start: number) {
  const began = performance.now()
  let moved = 0
  let timers: { due: number; work: () => void }[] = []
  const monotonic = () => performance.now() - began + moved
  const run = () => {
    const due = timers.filter((timer) => timer.due <= monotonic()).sort((one, other) => one.due - other.due)
    timers = timers.filter((timer) => !due.includes(timer))
    for (const { work } of due) work()
  }
  setInterval(run, 20).unref()
  return {
    now: () => new Date(start + monotonic()),
    monotonic,
    after(ms: number, work: () => void) {
      const timer = { due: monotonic() + ms, work }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    advance(ms: number) {
      moved += ms
      run()
    },
  }
}

/** Nobody needs to know where this was done. */
function showOther(here: string): void {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walk.nextNode(); node !== null; node = walk.nextNode())
    if (node.nodeValue!.includes(here)) node.nodeValue = node.nodeValue!.replaceAll(here, '/home/ada/shop')
}
